#include "local/system/http_probe.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <tuple>

#include "async/lifetime.h"
#include "base/number_text.h"

namespace penstock::local {
namespace {

constexpr size_t kAnswerBytesMax = 8 * 1024;

}  // namespace

async::Awaitable<base::Result<Probe>> probe_http(boost::asio::io_context& io, uint16_t port,
                                                 std::string target,
                                                 std::chrono::milliseconds patience) {
  namespace asio = boost::asio;
  asio::basic_stream_socket<asio::ip::tcp, async::Executor> socket(io.get_executor());
  // The answer and the deadline may come at once: the deadline's callback then runs after this
  // coroutine has ended.
  const async::Lifetime lifetime;
  asio::steady_timer deadline(io, patience);
  deadline.async_wait(lifetime.guard([&socket](const boost::system::error_code& cancelled) {
    if (!cancelled) socket.close();
  }));
  std::string answer(kAnswerBytesMax, '\0');
  size_t size = 0;
  // With HTTP/1.0, the server closes the connection at the end of its answer.
  const std::string request = "GET " + target + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
  auto [error] = co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port},
                                               async::use_awaitable_tuple);
  if (!error) {
    std::tie(error, size) =
        co_await asio::async_write(socket, asio::buffer(request), async::use_awaitable_tuple);
  }
  if (!error) {
    // This usually ends with an error, because the answer ends before the buffer is full.
    std::tie(error, size) =
        co_await asio::async_read(socket, asio::buffer(answer), async::use_awaitable_tuple);
    answer.resize(size);
  } else {
    answer.clear();
  }
  Probe probe;
  constexpr size_t kStatusAt = sizeof("HTTP/1.1 ") - 1;
  const auto status =
      answer.size() < kStatusAt + 3
          ? std::nullopt
          : base::whole_number<unsigned>(std::string_view(answer).substr(kStatusAt, 3));
  if (!status) {
    co_return base::Error{.code = base::ErrorCode::unavailable,
                          .message = "nothing answers on port " + std::to_string(port),
                          .detail = error.message()};
  }
  probe.status = *status;
  if (const size_t end = answer.find("\r\n\r\n"); end != std::string::npos) {
    probe.body = answer.substr(end + 4);
  }
  co_return probe;
}

}  // namespace penstock::local
