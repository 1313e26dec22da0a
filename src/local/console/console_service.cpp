#include "local/console/console_service.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "auth/principal.h"
#include "base/check.h"
#include "http/answer_writer.h"
#include "http/server/problem.h"
#include "local/console/page/page_files.h"

namespace penstock::local {
namespace {

constexpr std::string_view kDocumentName = "console.openapi.yaml";
constexpr std::string_view kStream = "get_stream";

// Every response has these. The page loads nothing but what is served here, and no other page has
// it in a frame or gets hold of its window.
constexpr std::string_view kHeaders =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "x-content-type-options: nosniff\r\n"
    "referrer-policy: no-referrer\r\n"
    "cross-origin-resource-policy: same-origin\r\n"
    "cross-origin-opener-policy: same-origin\r\n";
// A browser asks each time whether its copy of a file is still the right one, and gets 304.
constexpr std::string_view kPageHeaders = "cache-control: no-cache\r\n";

contract::Contract compiled() {
  auto contract = contract::Contract::parse(console_document(), std::string(kDocumentName));
  base::check(contract.has_value(), "the console's own contract can be read");
  return std::move(*contract);
}

bool has_operation(const contract::Contract& contract, std::string_view id) {
  return std::any_of(contract.paths().begin(), contract.paths().end(), [&](const auto& path) {
    return std::any_of(path.operations.begin(), path.operations.end(),
                       [&](const auto& operation) { return operation.id == id; });
  });
}

http::Reply problem_reply(std::string_view route, unsigned status, std::string_view detail) {
  return {.response = http::problem_response({.status = status, .detail = detail}), .route = route};
}

}  // namespace

ConsoleService::ConsoleService(boost::asio::io_context& io, std::string token, ConsoleFeed feed,
                               ConsoleOperations operations, log::Log& log)
    : guard_(std::move(token)),
      streams_(io, std::move(feed)),
      operations_(std::move(operations)),
      log_(log),
      contract_(compiled()),
      none_runs_(io) {
  for (const auto& [id, operation] : operations_) {
    base::check(id != kStream && has_operation(contract_, id),
                "the console's contract has each operation, and the stream is none of them");
  }
  add_pages();
  validator_.serve(nullptr, &pages_);
  finish_from(0);
}

void ConsoleService::add_pages() {
  for (const PageFile& file : page_files()) {
    const bool is_start = file.path == "/index.html";
    pages_.add_gzipped_page(is_start ? "/" : std::string(file.path), file.media_type, file.gzipped,
                            kPageHeaders);
  }
  pages_.add_page("/openapi.yaml", "application/yaml", console_document(), kPageHeaders);
}

http::Admission ConsoleService::admit(const http::RequestMessage& request) {
  if (auto refused = guard_.refusal_of(request)) return std::move(*refused);
  return validator_.admit(request);
}

http::Reply ConsoleService::too_large(const http::RequestMessage& request) {
  if (auto refused = guard_.refusal_of(request)) return std::move(*refused);
  return validator_.too_large(request);
}

async::Awaitable<http::Reply> ConsoleService::handle(const http::RequestMessage& request) {
  // An operation may wait, and its request views the memory of the validator meanwhile.
  const auto own = std::make_unique<http::RequestValidator>(contract_);
  own->serve(nullptr, &pages_);
  auto validated = validate(request, *own);
  if (auto* reply = std::get_if<http::Reply>(&validated)) co_return std::move(*reply);
  http::Reply reply = co_await answer(request, *std::get_if<http::ValidRequest>(&validated));
  co_return reply;
}

std::variant<http::ValidRequest, http::Reply> ConsoleService::validate(
    const http::RequestMessage& request, http::RequestValidator& validator) const {
  if (auto refused = guard_.refusal_of(request)) return std::move(*refused);
  auto validated = validator.validate(request);
  if (auto* reply = std::get_if<http::Reply>(&validated)) return std::move(*reply);
  // Nothing waits, because no http::Guard is there: the one above looks at the token.
  return std::move(*std::get_if<http::ValidRequest>(&validated));
}

async::Awaitable<http::Reply> ConsoleService::answer(const http::RequestMessage& request,
                                                     const http::ValidRequest& valid) {
  if (valid.operation->id == kStream) co_return stream_of(valid);
  const auto found = operations_.find(valid.operation->id);
  if (found == operations_.end()) {
    co_return problem_reply(valid.route, 404,
                            "This is not available here: penstock_local runs no part that could "
                            "do it.");
  }
  const http::Answer given = co_await run(found->second, request, valid);
  co_return written(valid, given, request);
}

http::Reply ConsoleService::written(const http::ValidRequest& valid, const http::Answer& answer,
                                    const http::RequestMessage& request) {
  auto response = http::write_answer(*valid.operation, answer, request);
  if (response) {
    response->add_header("cache-control", "no-store");
    return {.response = std::move(*response), .route = valid.route};
  }
  const std::string sentence = http::sentence_of(
      "the answer of '" + valid.operation->id + "' breaks the console's contract:",
      response.error());
  log::Line(log_, log::Level::error, "the console has a bug").field("reason", sentence);
  return problem_reply(valid.route, 500, sentence);
}

async::Awaitable<http::Answer> ConsoleService::run(const ConsoleOperation& operation,
                                                   const http::RequestMessage& message,
                                                   const http::ValidRequest& valid) {
  const auth::Caller nobody;
  const http::Request request(*valid.arguments, message.body, valid.body, message.received_at,
                              http::Conditions(message), nobody);
  std::exception_ptr failure;
  std::optional<http::Answer> answer;
  ++running_;
  try {
    answer.emplace(co_await operation(request));
  } catch (...) {
    failure = std::current_exception();
  }
  if (--running_ == 0) none_runs_.set();
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*answer);
}

async::Awaitable<> ConsoleService::operations_ended() {
  while (running_ > 0) {
    none_runs_.reset();
    co_await none_runs_.wait_until(std::chrono::steady_clock::time_point::max());
  }
}

http::Reply ConsoleService::stream_of(const http::ValidRequest& valid) {
  const auto* stories = valid.arguments->value(contract::In::query, "stories");
  http::Reply reply{.route = valid.route};
  reply.stream = streams_.open(stories == nullptr || stories->as_bool());
  if (!reply.stream) {
    return problem_reply(valid.route, 503,
                         "So many pages and programs read the stream that no more can. Close one "
                         "of them.");
  }
  reply.response.set_content_type("text/event-stream");
  reply.response.add_header("cache-control", "no-store");
  return reply;
}

void ConsoleService::finish(const http::RequestMessage& /*request*/,
                            http::ResponseMessage& response) {
  response.headers += kHeaders;
}

}  // namespace penstock::local
