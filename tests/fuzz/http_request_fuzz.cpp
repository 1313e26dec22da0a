// Sends foreign bytes through the API without sockets: parser, contract, handler and event.
#include <fcntl.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "events/log_sink.h"
#include "fixture/contract.h"
#include "handlers.h"
#include "http/api.h"
#include "http/server/problem.h"
#include "http/server/request_parser.h"

using namespace penstock;

namespace {

struct Program {
  boost::asio::io_context io;
  log::Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::debug};
  events::LogSink sink{log};
  events::Publisher publisher{sink, {}, log};
  http::Publishing publishing{io, publisher};
  std::unique_ptr<http::Api> api =
      http::Api::make(contract::parse_contract(fixture::kContract).value(), fixture::kHandlers,
                      {.topic = "", .event_source = "/fuzz"}, publishing, log)
          .value();
};

constexpr http::Limits kLimits{.header_bytes_max = 2048, .headers_max = 16, .body_bytes_max = 1024};

// Has what the parser has read: the requests, and the status of a refusal.
struct Reading {
  std::string requests;
  unsigned refused = 0;
  bool operator==(const Reading&) const = default;
};

// Lets the API decide on the body of a request whose header is complete.
std::optional<http::Reply> decide(http::Api& api, const http::RequestMessage& message,
                                  http::RequestParser& parser) {
  http::Admission admission = api.admit(message);
  if (const auto* keep = std::get_if<http::KeepBody>(&admission)) {
    parser.keep_body(keep->bytes_max);
    return std::nullopt;
  }
  parser.drop_body();
  if (auto* reply = std::get_if<http::Reply>(&admission)) return std::move(*reply);
  return std::nullopt;
}

// Reads pipelined requests in pieces of `step` bytes. Each whole one goes to `use`, with the reply
// that it got early.
template <typename Use>
Reading read(http::Api& api, std::string_view text, size_t step, const Use& use) {
  Reading reading;
  std::optional<http::Reply> early;
  std::string buffer;
  http::RequestMessage message;
  std::optional<http::RequestParser> parser;
  parser.emplace(message, kLimits);
  for (size_t i = 0; i < text.size(); i += step) {
    buffer.append(text.substr(i, step));
    while (!buffer.empty()) {
      boost::system::error_code error;
      const size_t taken = parser->put(boost::asio::buffer(buffer), error);
      buffer.erase(0, taken);
      // A line that is not complete waits in the buffer, so it has a bound.
      if (buffer.size() > kLimits.header_bytes_max + step + 64) __builtin_trap();
      if (error == boost::beast::http::error::need_more) break;
      if (error) {
        reading.refused = parser->refusal(error).status;
        if (reading.refused < 400 || parser->refusal(error).reason.empty()) __builtin_trap();
        return reading;
      }
      if (parser->awaits_decision()) {
        if (!message.body.empty()) __builtin_trap();
        early = decide(api, message, *parser);
        continue;
      }
      if (!parser->is_done()) __builtin_trap();
      if (message.body.size() > 1024 || message.header_count() > 16 ||
          message.trailer_count() > 16) {
        __builtin_trap();
      }
      (((reading.requests += message.method()) += ' ') += message.target()) += ' ';
      (reading.requests += message.body) += message.keep_alive ? '+' : '-';
      if (parser->body_is_too_large()) early = api.too_large(message);
      use(message, std::exchange(early, std::nullopt));
      parser.emplace(message, kLimits);
    }
  }
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Program program;
  if (size == 0) return 0;
  // The size of the pieces is in the first byte.
  const size_t step = size_t{data[0]} + 1;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto answer = [](http::RequestMessage& message, std::optional<http::Reply> early) {
    message.received_at = base::SystemTime{std::chrono::hours(1)};
    const http::Reply reply = early ? std::move(*early) : program.api->plan(message).reply;
    program.api->completed(message, reply, std::chrono::milliseconds(1),
                           reply.response.body.size());
    // No request may make the program itself fail.
    if (reply.response.status >= 500) __builtin_trap();
  };
  const Reading in_pieces = read(*program.api, text, step, answer);
  const Reading whole =
      read(*program.api, text, size, [](const http::RequestMessage&, const auto&) {});
  if (in_pieces != whole) __builtin_trap();
  program.log.flush();
  return 0;
}
