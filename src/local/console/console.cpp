#include "local/console/console.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/check.h"

namespace penstock::local {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
// Requests get this time to end.
constexpr std::chrono::seconds kDrainPatience{2};

// A function's event is the largest body: 6 MB, in which each quotation mark takes two characters.
http::Limits limits() {
  return {.body_bytes_max = int64_t{16} << 20,
          .connections_max = Console::kConnectionsMax,
          .buffered_bytes_max = int64_t{64} << 20};
}

// Returns 128 bits of the system's randomness in hexadecimal digits.
std::string random_token() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  base::check(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
              "the system has random numbers");
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace

Console::Console(boost::asio::io_context& io, ConsoleFeed feed, ConsoleOperations operations,
                 std::stop_source stopping)
    : io_(io),
      stopping_(std::move(stopping)),
      token_(random_token()),
      log_(STDERR_FILENO, log::Level::error),
      service_(io, token_, std::move(feed), std::move(operations), log_),
      drained_(io) {}

base::Result<> Console::listen(std::optional<uint16_t> named_port,
                               const std::vector<uint16_t>& ports_of_others) {
  const auto try_port = [this](uint16_t port) {
    server_.emplace(io_, service_, limits(), log_, "penstock_console");
    return server_->listen(kLoopback, port);
  };
  const bool is_others = std::find(ports_of_others.begin(), ports_of_others.end(), kDefaultPort) !=
                         ports_of_others.end();
  auto listening = try_port(named_port.value_or(is_others ? 0 : kDefaultPort));
  if (!listening && !named_port) listening = try_port(0);
  if (listening) {
    service_.set_port(server_->port());
    return {};
  }
  server_.reset();
  if (!named_port) return listening;
  return base::Error{.code = base::ErrorCode::unavailable,
                     .message = "the console: " + listening.error().message +
                                ". Set another --console-port, or 0 for none"};
}

std::string Console::url() const {
  return "http://" + std::string(kLoopback) + ":" + std::to_string(port()) + "/#token=" + token_;
}

async::Awaitable<> Console::stop() {
  if (!server_) co_return;
  stopping_.request_stop();
  service_.end_streams();
  server_->stop(std::chrono::steady_clock::now() + kDrainPatience, [this] { drained_.set(); });
  co_await drained_.wait_until(std::chrono::steady_clock::time_point::max());
  co_await service_.operations_ended();
}

}  // namespace penstock::local
