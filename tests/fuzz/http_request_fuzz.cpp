// Sends foreign bytes through the API without sockets: parser, contract, handler and event.
#include <fcntl.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string>

#include "embedded_contract.h"
#include "events/log_sink.h"
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
      http::Api::make(contract::parse_contract(kEmbeddedContract).value(), hello::kHandlers,
                      {.topic = "", .event_source = "/fuzz"}, publishing, log)
          .value();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Program program;
  // The input is pipelined requests, in pieces whose size is in the first byte.
  const size_t step = size == 0 ? 1 : size_t{data[0]} + 1;
  const http::Limits limits{.header_bytes_max = 2048,
                            .headers_max = 16,
                            .body_bytes_max = 1024};
  std::string buffer;
  http::RequestMessage message;
  std::optional<http::RequestParser> parser;
  std::optional<http::Reply> early;
  parser.emplace(message, limits);
  for (size_t i = 1; i < size; i += step) {
    buffer.append(reinterpret_cast<const char*>(data) + i, std::min(step, size - i));
    while (!buffer.empty()) {
      boost::system::error_code error;
      const size_t taken = parser->put(boost::asio::buffer(buffer), error);
      buffer.erase(0, taken);
      if (error == boost::beast::http::error::need_more) break;
      if (error) {
        if (parser->refusal(error).status < 400) __builtin_trap();
        return 0;
      }
      if (message.body.size() > 1024 || message.header_count() > 16 ||
          message.trailer_count() > 16) {
        __builtin_trap();
      }
      if (parser->awaits_decision()) {
        if (!message.body.empty()) __builtin_trap();
        http::Admission admission = program.api->admit(message);
        if (auto* reply = std::get_if<http::Reply>(&admission)) early = std::move(*reply);
        const auto* keep = std::get_if<http::KeepBody>(&admission);
        if (keep != nullptr) parser->keep_body(keep->bytes_max);
        if (keep == nullptr) parser->drop_body();
      }
      if (!parser->is_done()) continue;
      message.received_at = base::SystemTime{std::chrono::hours(1)};
      http::Reply reply = parser->body_is_too_large() ? program.api->too_large(message)
                          : early                     ? std::move(*early)
                                                      : program.api->plan(message).reply;
      early.reset();
      program.api->completed(message, reply, std::chrono::milliseconds(1),
                             reply.response.body.size());
      // No request may make the program itself fail.
      if (reply.response.status >= 500) __builtin_trap();
      parser.emplace(message, limits);
    }
  }
  program.log.flush();
  return 0;
}
