#include "dynamodb/dynamodb_client.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dynamodb/answers.h"
#include "dynamodb/random_token.h"
#include "dynamodb/requests.h"
#include "dynamodb/value_json.h"
#include "dynamodb/write_once.h"

namespace penstock::dynamodb {
namespace {

using async::Awaitable;
using base::Error;
using base::ErrorCode;
using base::Result;

// Keys that the service had no capacity for are asked again after this pause. Each further one is
// twice as long.
constexpr std::chrono::milliseconds kPause{50};
constexpr int kPausesMax = 8;

Error misuse(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

// Names the table in what the caller beneath says, which does not know it.
Error on_table(std::string_view table, Error error) {
  error.message = "table " + std::string(table) + ": " + error.message;
  return error;
}

// Says why the answers of batch_get() do not fit, of which this batch alone would have `own` bytes.
Error too_many_bytes(std::string_view table, size_t own) {
  if (own > Client::kBatchesBytesMax) {
    return on_table(table,
                    {.code = ErrorCode::too_large,
                     .message = "the items of one BatchGetItem are more than 64 MiB of JSON; ask "
                                "for fewer keys in a call"});
  }
  return on_table(
      table, {.code = ErrorCode::unavailable,
              .message = "the items of all BatchGetItem that handlers have at present are more "
                         "than 64 MiB of JSON; ask for fewer keys in a call, or let "
                         "x-penstock-handler allow fewer handlers in flight",
              .retryable = true});
}

// Says whether a call may have had an effect: it has failed, and not surely before the service saw
// it.
bool may_have_acted(const Error& error) {
  return error.code == ErrorCode::timed_out ||
         (error.code == ErrorCode::unavailable && !error.retryable);
}

// Waits between kPause and the double of it, and so on. Returns false at the deadline.
Awaitable<bool> pause(int how_many_before, async::SteadyTime deadline) {
  async::Timer timer(co_await boost::asio::this_coro::executor);
  const auto longest = kPause * (1 << how_many_before);
  const auto time = longest / 2 + longest / 2 * random_share();
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(time);
  if (end >= deadline) co_return false;
  timer.expires_at(end);
  co_await timer.async_wait(async::use_awaitable);
  co_return true;
}

}  // namespace

struct Client::State {
  Call call;
  std::string prefix;
  // Counts the bytes of the answers of all batches that live, which may outlive the client.
  std::shared_ptr<size_t> batch_bytes = std::make_shared<size_t>(0);

  // Reads, or asks anything else that may be asked twice. Returns the body of the answer.
  Awaitable<Result<std::string>> ask(std::string table, ActionRequest request, Deadline deadline) {
    auto answer = co_await call(request.action, std::move(request.body), deadline, true);
    if (!answer) co_return on_table(table, answer.error());
    if (answer->is_error()) co_return failure_of(request.action, table, *answer, false);
    co_return std::move(answer->body);
  }

  // Writes. `wanted` is the whole item if the write sets it. `again` says whether it may be sent
  // again after an answer was lost.
  Awaitable<Result<Written>> write(std::string table, ActionRequest request, const Item* wanted,
                                   bool has_condition, bool again, Deadline deadline);
};

Awaitable<Result<Written>> Client::State::write(std::string table, ActionRequest request,
                                                const Item* wanted, bool has_condition, bool again,
                                                Deadline deadline) {
  Written written;
  for (int attempt = 1;; ++attempt) {
    // Without a condition it makes no difference which attempt was the one, so that the caller
    // beneath may repeat it.
    auto answer = co_await call(request.action, request.body, deadline, again && !has_condition);
    Error error;
    if (!answer) {
      error = on_table(table, answer.error());
      if (may_have_acted(error)) error.code = ErrorCode::timed_out;
    } else if (!answer->is_error()) {
      co_return written;
    } else if (answer->error == "ConditionalCheckFailedException") {
      auto item = read_unmet(answer->body);
      if (!item) co_return item.error();
      // What is there was written by the attempt without an answer, or by somebody who wrote the
      // same.
      written.done = written.unsure && wanted != nullptr && *item && **item == *wanted;
      written.unsure = written.unsure && !written.done;
      if (!written.done) written.item = std::move(*item);
      co_return written;
    } else {
      error = failure_of(request.action, table, *answer, true);
    }
    const bool is_unknown = error.code == ErrorCode::timed_out;
    if (!is_unknown && written.unsure) {
      // This attempt did nothing; the one before may have done it.
      error.code = ErrorCode::timed_out;
      error.retryable = false;
      error.message += "; an attempt before it may have done it";
    }
    if (!is_unknown || !again || attempt == kAttemptsMax) co_return error;
    if (!co_await pause(attempt - 1, deadline)) co_return error;
    written.unsure = true;
  }
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;

std::unique_ptr<Client> Client::over(Call call, std::string prefix) {
  auto state = std::make_unique<State>(State{.call = std::move(call), .prefix = std::move(prefix)});
  return std::unique_ptr<Client>(new Client(std::move(state)));
}

auto Client::get(std::string table, Get get, Deadline deadline) -> Awaited<std::optional<Item>> {
  std::string name = state_->prefix + table;
  auto request = request_of(name, get);
  if (!request) co_return request.error();
  auto body = co_await state_->ask(std::move(name), std::move(*request), deadline);
  if (!body) co_return body.error();
  auto item = read_get(*body);
  if (!get.removed && item && *item && is_removed(**item)) item->reset();
  co_return item;
}

auto Client::put(std::string table, Put put, Deadline deadline) -> Awaited<Written> {
  std::string name = state_->prefix + table;
  auto request = request_of(name, put);
  if (!request) co_return request.error();
  const bool has_condition = !put.condition.text.empty();
  co_return co_await state_->write(std::move(name), std::move(*request), &put.item, has_condition,
                                   true, deadline);
}

auto Client::update(std::string table, Update update, Deadline deadline) -> Awaited<Written> {
  std::string name = state_->prefix + table;
  auto request = request_of(name, update);
  if (!request) co_return request.error();
  const bool has_condition = !update.condition.text.empty();
  co_return co_await state_->write(std::move(name), std::move(*request), nullptr, has_condition,
                                   update.repeatable, deadline);
}

auto Client::remove(std::string table, Delete remove, Deadline deadline) -> Awaited<Written> {
  std::string name = state_->prefix + table;
  auto request = request_of(name, remove);
  if (!request) co_return request.error();
  const bool has_condition = !remove.condition.text.empty();
  co_return co_await state_->write(std::move(name), std::move(*request), nullptr, has_condition,
                                   true, deadline);
}

auto Client::query(std::string table, Query query, Deadline deadline) -> Awaited<Page> {
  std::string name = state_->prefix + table;
  auto request = request_of(name, query);
  if (!request) co_return request.error();
  auto body = co_await state_->ask(std::move(name), std::move(*request), deadline);
  if (!body) co_return body.error();
  auto page = read_page(*body);
  if (page) std::erase_if(page->items, is_removed);
  co_return page;
}

auto Client::batch_get(std::string table, std::vector<Get> gets, Deadline deadline)
    -> Awaited<Batch> {
  if (gets.size() > kBatchMax) co_return misuse("a batch has more than 100 keys");
  const std::string name = state_->prefix + table;
  Batch read{.counted = CountedBytes(state_->batch_bytes)};
  std::set<std::string> keys;  // As JSON. The service refuses the same key twice.
  bool consistent = false;
  for (const Get& get : gets) {
    std::string key;
    if (auto done = append_item(key, get.key); !done) co_return done.error();
    keys.insert(std::move(key));
    consistent = consistent || get.consistent;
  }
  // Answers are at most 16 MB, which may be more than a client reads at once: then it asks for
  // fewer.
  size_t count_max = kBatchMax;
  int pauses = 0;
  while (!keys.empty()) {
    const auto end =
        std::next(keys.begin(), static_cast<ptrdiff_t>(std::min(count_max, keys.size())));
    const std::vector<std::string> asked(keys.begin(), end);
    ActionRequest request = batch_request(name, asked, consistent);
    auto body = co_await state_->ask(name, std::move(request), deadline);
    if (!body) {
      if (body.error().code != ErrorCode::too_large || asked.size() == 1) co_return body.error();
      count_max = asked.size() / 2;
      continue;
    }
    if (*state_->batch_bytes + body->size() > kBatchesBytesMax) {
      co_return too_many_bytes(name, read.counted.bytes() + body->size());
    }
    read.counted.add(body->size());
    auto batch = read_batch(*body, name);
    if (!batch) co_return batch.error();
    std::move(batch->items.begin(), batch->items.end(), std::back_inserter(read.items));
    for (const std::string& key : asked) keys.erase(key);
    const bool has_progress = batch->unprocessed.size() < asked.size();
    for (const Item& key : batch->unprocessed) {
      std::string text;
      if (auto done = append_item(text, key); !done) co_return done.error();
      keys.insert(std::move(text));
    }
    if (batch->unprocessed.empty()) continue;
    if (has_progress) pauses = 0;
    if (pauses == kPausesMax || !co_await pause(pauses++, deadline)) {
      co_return Error{.code = ErrorCode::unavailable,
                      .message =
                          "DynamoDB has too much to do at present: BatchGetItem on the "
                          "table " +
                          name + " has left keys out",
                      .retryable = true};
    }
  }
  std::erase_if(read.items, is_removed);
  co_return std::move(read);
}

auto Client::transact(std::vector<Write> writes, Deadline deadline) -> Awaited<Transacted> {
  if (writes.empty()) co_return Transacted{};
  if (writes.size() > kTransactionMax) co_return misuse("a transaction has more than 100 writes");
  auto request = transaction_request(state_->prefix, writes, random_token());
  if (!request) co_return request.error();
  auto answer = co_await state_->call(request->action, std::move(request->body), deadline, false);
  if (!answer) {
    Error error = on_table(state_->prefix + writes.front().table, answer.error());
    if (may_have_acted(error)) error.code = ErrorCode::timed_out;
    co_return error;
  }
  if (!answer->is_error()) co_return Transacted{};
  if (answer->error == "TransactionCanceledException") {
    co_return read_canceled(answer->body, writes.size());
  }
  co_return failure_of(request->action, state_->prefix + writes.front().table, *answer, true);
}

}  // namespace penstock::dynamodb
