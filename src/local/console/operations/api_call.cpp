#include "local/console/operations/api_call.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "async/lifetime.h"
#include "base/ascii_case.h"
#include "base/printable_text.h"
#include "base/utf8.h"

namespace penstock::local {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using base::Error;
using base::ErrorCode;
using boost::system::error_code;
using std::chrono::steady_clock;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, async::Executor>;

constexpr size_t kReadBytes = 16 * 1024;
constexpr uint32_t kHeaderBytesMax = 64 * 1024;
constexpr size_t kHeaderNameMax = 1'000;
constexpr size_t kHeaderValueMax = 8'000;
constexpr size_t kInterimMax = 10;  // The number of answers 100 to 199 before the final one.

// The console writes these itself, or they are about the connection (RFC 9110 section 7.6.1).
constexpr std::string_view kOwnHeaders[] = {
    "host",    "content-length",   "transfer-encoding", "connection", "keep-alive",    "te",
    "trailer", "proxy-connection", "upgrade",           "expect",     "http2-settings"};

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kMarks.find(c) != std::string_view::npos;
}

std::string text_of(const ApiCall& call, uint16_t port) {
  std::string text = call.method + " " + call.target +
                     " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                     "\r\nConnection: close\r\n";
  for (const auto& [name, value] : call.headers) text += name + ": " + value + "\r\n";
  if (call.body) text += "Content-Length: " + std::to_string(call.body->size()) + "\r\n";
  return text + "\r\n" + call.body.value_or("");
}

// Reads one answer, or what comes before the final one, from a socket.
class Reading {
 public:
  Reading(Socket& socket, size_t body_bytes_max)
      : socket_(socket), body_bytes_max_(body_bytes_max) {}

  // Reads a whole answer into `parser`, or as much of its body as is kept. Returns whether the body
  // was cut.
  async::Awaitable<bool> read(Parser& parser, error_code& error) {
    while (!parser.is_done()) {
      if (parser.is_header_done() && parser.get().body().size() > body_bytes_max_) co_return true;
      if (buffer_.size() == 0 || needs_more_) {
        auto [failure, count] = co_await socket_.async_read_some(buffer_.prepare(kReadBytes),
                                                                 async::use_awaitable_tuple);
        buffer_.commit(count);
        if (failure == asio::error::eof) {
          parser.put_eof(error);
          co_return false;
        }
        error = failure;
        if (error) co_return false;
      }
      buffer_.consume(parser.put(buffer_.data(), error));
      needs_more_ = error == beast::http::error::need_more;
      if (needs_more_) error = {};
      if (error) co_return false;
    }
    co_return parser.get().body().size() > body_bytes_max_;
  }

 private:
  Socket& socket_;
  const size_t body_bytes_max_;
  beast::flat_buffer buffer_{kHeaderBytesMax + 2 * kReadBytes};
  bool needs_more_ = false;
};

ApiAnswer answer_of(Parser& parser, bool cut, size_t body_bytes_max) {
  auto& message = parser.get();
  ApiAnswer answer{.status = message.result_int(), .body = std::move(message.body()), .cut = cut};
  if (cut) answer.body.resize(std::min(answer.body.size(), body_bytes_max));
  // A character that was cut would make bytes of a text.
  for (int i = 0; cut && i < 3 && !base::is_utf8(answer.body); ++i) answer.body.pop_back();
  for (const auto& header : message) {
    answer.headers.emplace_back(base::printable(header.name_string(), kHeaderNameMax),
                                base::printable(header.value(), kHeaderValueMax));
  }
  return answer;
}

}  // namespace

std::string problem_of_header(const std::string& name, const std::string& value) {
  constexpr size_t kShown = 100;
  const std::string quoted = "'" + base::printable(name, kShown) + "'";
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) {
    return quoted + " is not the name of a header";
  }
  for (const std::string_view own : kOwnHeaders) {
    if (base::same_in_any_case(name, own)) {
      return "the console sends no header " + quoted +
             ": it is about the connection or the length of the message, which it writes itself";
    }
  }
  const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
  return is_plain ? "" : "the value of header " + quoted + " has a control character or a line end";
}

async::Awaitable<base::Result<ApiAnswer>> call_api(boost::asio::io_context& io, uint16_t port,
                                                   ApiCall call, std::chrono::milliseconds patience,
                                                   size_t body_bytes_max, std::stop_token stop) {
  Socket socket(io.get_executor());
  // The answer and the deadline may come at once: the deadline's callback then runs after this
  // coroutine has ended.
  const async::Lifetime lifetime;
  bool timed_out = false;
  async::Timer deadline(io, patience);
  deadline.async_wait(lifetime.guard([&](const error_code& cancelled) {
    if (cancelled) return;
    timed_out = true;
    socket.close();
  }));
  const std::stop_callback close(
      stop, [&] { asio::post(io, lifetime.guard([&socket] { socket.close(); })); });

  const std::string where = "127.0.0.1:" + std::to_string(port);
  const auto failure = [&](const std::string& what, const error_code& error) {
    if (timed_out) {
      return Error{.code = ErrorCode::timed_out,
                   .message = "the API at " + where + " has not answered within " +
                              std::to_string(patience.count() / 1'000) + " s"};
    }
    return Error{.code = ErrorCode::unavailable,
                 .message = what + " at " + where + ": " + error.message(),
                 .retryable = true};
  };

  const auto began = steady_clock::now();
  const std::string text = text_of(call, port);
  auto [error] = co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port},
                                               async::use_awaitable_tuple);
  if (error) co_return failure("the API does not answer", error);
  // An API may answer and close before it has read all of a request that it refuses.
  auto [unsent, sent] =
      co_await asio::async_write(socket, asio::buffer(text), async::use_awaitable_tuple);
  Reading reading(socket, body_bytes_max);
  for (size_t interim = 0; interim <= kInterimMax; ++interim) {
    Parser parser;
    parser.eager(true);
    parser.body_limit(boost::none);
    parser.header_limit(kHeaderBytesMax);
    if (call.method == "HEAD") parser.skip(true);
    error_code broken;
    const bool cut = co_await reading.read(parser, broken);
    if (broken) {
      const bool is_ours =
          broken.category() == make_error_code(beast::http::error::bad_status).category();
      if (is_ours && broken != beast::http::error::end_of_stream &&
          broken != beast::http::error::partial_message) {
        co_return Error{.code = ErrorCode::internal,
                        .message = "the API at " + where +
                                   " has answered with something that is "
                                   "not HTTP: " +
                                   broken.message()};
      }
      co_return failure("the API has ended the connection without a whole answer",
                        unsent ? unsent : broken);
    }
    if (parser.get().result_int() < 200 && parser.get().result_int() != 101) continue;
    ApiAnswer answer = answer_of(parser, cut, body_bytes_max);
    answer.duration = steady_clock::now() - began;
    co_return answer;
  }
  co_return Error{.code = ErrorCode::internal,
                  .message = "the API at " + where + " sends no final answer"};
}

}  // namespace penstock::local
