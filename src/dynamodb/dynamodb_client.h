#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "aws/json/json_client.h"
#include "base/result.h"
#include "dynamodb/table_expression.h"
#include "dynamodb/value.h"
#include "resources/start.h"
#include "upstream/upstream_client.h"

namespace penstock::dynamodb {

struct Get {
  Item key = {};
  bool consistent = false;  // A consistent read costs twice as much.
  bool removed = false;     // Whether to return what a removal of write_once() has left, too.
};
struct Put {
  Item item = {};
  Expression condition = {};  // None if its text is empty.
};
struct Update {
  Item key = {};
  Expression update = {};  // See Changes.
  Expression condition = {};
  // Says that doing it twice is as good as once: it only sets and removes, and does not count. Then
  // it is sent again if an answer is lost. A put and a removal are always like that.
  bool repeatable = false;
};
struct Delete {
  Item key = {};
  Expression condition = {};
};
// Asks that an item meets a condition, within a transaction.
struct ConditionCheck {
  Item key = {};
  Expression condition = {};
};
struct Query {
  Expression key_condition = {};
  Expression filter = {};
  std::string index = {};          // Empty for the table itself.
  bool consistent = false;         // Not with a global index.
  bool forward = true;             // In the order of the sort key.
  int limit = 0;                   // Items that are looked at; 0 for a page of 1 MB.
  std::optional<Item> start = {};  // Where a page begins: Page::next of the one before.
};
struct Page {
  std::vector<Item> items = {};
  std::optional<Item> next = {};  // Nothing behind the last page.
};

// Counts bytes in a sum of its client for as long as it lives.
class CountedBytes {
 public:
  CountedBytes() = default;
  explicit CountedBytes(std::shared_ptr<size_t> sum) : sum_(std::move(sum)) {}
  CountedBytes(CountedBytes&& other) noexcept
      : sum_(std::move(other.sum_)), bytes_(std::exchange(other.bytes_, 0)) {}
  CountedBytes& operator=(CountedBytes&& other) noexcept {
    std::swap(sum_, other.sum_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~CountedBytes() {
    if (sum_) *sum_ -= bytes_;
  }

  void add(size_t bytes) {
    *sum_ += bytes;
    bytes_ += bytes;
  }
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  std::shared_ptr<size_t> sum_;
  size_t bytes_ = 0;
};
// Has what batch_get() has read. It counts in Client::kBatchesBytesMax while it lives.
struct Batch {
  std::vector<Item> items = {};
  CountedBytes counted = {};
};

// Says what a write with a condition has come to.
struct Written {
  bool done = true;  // False if the condition was not met: nothing has changed.
  // If it was not met, this is the item that is there. There is none if no item is there, or if the
  // service does not say (AWS does; the emulator dynalite does not).
  std::optional<Item> item = {};
  // An attempt of this call has had no answer, and the write was sent again. So if the condition
  // was not met, that may be the work of the first attempt: compare `item` with what was written,
  // or give each write a value of its own (a version, an event's id). A put whose item is in the
  // table, as it was sent, is done, and not unsure.
  bool unsure = false;
};
// One write of a transaction, with its table.
struct Write {
  std::string table = {};
  std::variant<Put, Update, Delete, ConditionCheck> write;
};
struct Transacted {
  bool done = true;
  // These say for each write whether its condition was not met, and which item is there (as in
  // Written). They are empty if the transaction is done.
  std::vector<bool> failed = {};
  std::vector<std::optional<Item>> items = {};
};

// Reads and writes tables. A table is named as in tables.json; the variable TABLES_PREFIX of the
// environment is put before it (docs/tables.md). Every call ends at its deadline. The client
// belongs to the thread of Start::io, and must outlive its calls, as resources do.
//
// It fails with:
// - `unavailable`, retryable: surely nothing was done. There is no connection, the service
//   throttles to the end, another transaction has the item, or there are no credentials.
// - `timed_out`: there was no answer. A write may have been done, or may still be.
// - `refused`: credentials or rights are wrong, or the table is missing; the message says how it is
//   made.
// - `too_large`: an item is larger than 400 KB, or an answer than what is read.
// - `invalid`: the item or the expression cannot be sent, or the answer is not DynamoDB's.
// - `internal`: the service calls the request wrong (ValidationException). `detail` has its words.
// A message names the table, and no value of an item.
//
// Writes whose answer is lost are sent again, up to kAttemptsMax times and within the deadline, if
// doing them twice is as good as once. Without a condition nobody sees a difference. With one, see
// Written::unsure.
class Client {
 public:
  static constexpr int kAttemptsMax = 3;
  static constexpr size_t kBatchMax = 100;  // Keys of a batch_get() (AWS, BatchGetItem).
  // The answers of all batches that live may have so many bytes of JSON in sum. One batch of 100
  // items of 400 KB fits.
  static constexpr size_t kBatchesBytesMax = size_t{64} * 1024 * 1024;
  static constexpr size_t kTransactionMax = 100;  // Writes (AWS, TransactWriteItems).

  // Fails with `invalid` if the region or an endpoint is missing or wrong.
  [[nodiscard]] static base::Result<std::unique_ptr<Client>> make(const resources::Start& start,
                                                                  upstream::Settings settings = {});
  // Calls an action with a body of JSON as aws::JsonClient::call() does.
  using Call = std::function<async::Awaitable<base::Result<aws::JsonAnswer>>(
      std::string_view action, std::string body, async::SteadyTime deadline, bool repeatable)>;
  // Makes a client that calls something else, such as a test of a handler.
  [[nodiscard]] static std::unique_ptr<Client> over(Call call, std::string prefix = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  template <class T>
  using Awaited = async::Awaitable<base::Result<T>>;
  using Deadline = async::SteadyTime;

  // Returns the item, or nothing if there is none. Items that write_once() has removed are nowhere
  // to be seen.
  [[nodiscard]] Awaited<std::optional<Item>> get(std::string table, Get get, Deadline deadline);
  // Replaces the whole item, or makes it.
  [[nodiscard]] Awaited<Written> put(std::string table, Put put, Deadline deadline);
  // Changes parts of the item, or makes it.
  [[nodiscard]] Awaited<Written> update(std::string table, Update update, Deadline deadline);
  // Removes the item if there is one.
  [[nodiscard]] Awaited<Written> remove(std::string table, Delete remove, Deadline deadline);
  // Reads one page of the items with one partition key.
  [[nodiscard]] Awaited<Page> query(std::string table, Query query, Deadline deadline);
  // Reads up to kBatchMax items; keys that the service leaves out are asked again. Missing items
  // are left out; the order is not that of the keys. If one read is to be consistent, all are.
  // Fails with `unavailable`, retryable, if the batches that live have kBatchesBytesMax in sum, and
  // with `too_large` if this one alone has.
  [[nodiscard]] Awaited<Batch> batch_get(std::string table, std::vector<Get> gets,
                                         Deadline deadline);
  // Does all of up to kTransactionMax writes, or none. It is not repeated where it may have been
  // done: after `timed_out` the caller reads what has become of it. (AWS would know a repeated one
  // by its token for ten minutes; emulators do not, so nothing rests on that.)
  [[nodiscard]] Awaited<Transacted> transact(std::vector<Write> writes, Deadline deadline);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace penstock::dynamodb
