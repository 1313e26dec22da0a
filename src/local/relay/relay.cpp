#include "local/relay/relay.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/socket_base.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/check.h"
#include "local/relay/relayed_connection.h"

namespace penstock::local {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int kBacklog = 128;
// Accepting waits so long after a failure, such as that no descriptors are left.
constexpr std::chrono::milliseconds kAcceptPause{100};
// A link that refuses waits until set() wakes it.
constexpr std::chrono::hours kRefusingMax{24};

}  // namespace

Relay::Relay(asio::io_context& io, uint16_t server_port, asio::ip::address address)
    : address_(std::move(address)),
      server_(asio::ip::address_v4::loopback(), server_port),
      place_(io),
      acceptor_(io.get_executor()),
      pause_(io.get_executor()),
      link_(std::make_shared<Link>()) {}

Relay::~Relay() {
  cut();
}

base::Result<> Relay::listen(uint16_t port) {
  error_code error;
  place_.open(tcp::endpoint(address_, port).protocol(), error);
  if (!error) place_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) place_.bind({address_, port}, error);
  if (!error) port_ = place_.local_endpoint(error).port();
  if (!error) error = open_acceptor();
  if (error) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "cannot listen on " + address_.to_string() + " port " +
                                  std::to_string(port) + ": " + error.message()};
  }
  asio::co_spawn(acceptor_.get_executor(), accept_loop(), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  return {};
}

error_code Relay::open_acceptor() {
  error_code error;
  acceptor_.open(tcp::endpoint(address_, port_).protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind({address_, port_}, error);
  if (!error) acceptor_.listen(kBacklog, error);
  return error;
}

void Relay::set(const LinkFaults& faults) {
  const bool refused = std::exchange(link_->faults, faults).refuses;
  if (port_ != 0 && refused != faults.refuses) {
    error_code error;
    if (faults.refuses) {
      acceptor_.close(error);
    } else {
      base::check(!open_acceptor(), "a relay cannot listen again on the port that it has kept");
    }
    pause_.cancel();
  }
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) connection->take_faults();
  }
}

const LinkFaults& Relay::faults() const {
  return link_->faults;
}

void Relay::cut() {
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) connection->cut();
  }
  connections_.clear();
}

const LinkCounts& Relay::counts() const {
  return link_->counts;
}

async::Awaitable<> Relay::accept_loop() {
  const auto lives = lifetime_.watch();
  while (true) {
    if (link_->faults.refuses) {
      pause_.expires_after(kRefusingMax);
      co_await pause_.async_wait(async::use_awaitable_tuple);
      if (lives.expired()) co_return;
      continue;
    }
    auto [error, socket] = co_await acceptor_.async_accept(async::use_awaitable_tuple);
    if (lives.expired()) co_return;
    if (link_->faults.refuses) {
      error_code ignored;
      // It may have come before the refusal; then it is reset.
      if (!error) socket.set_option(asio::socket_base::linger(true, 0), ignored);
      continue;
    }
    connections_.remove_if([](const auto& weak) { return weak.expired(); });
    if (error || connections_.size() >= kConnectionsMax) {
      pause_.expires_after(kAcceptPause);
      co_await pause_.async_wait(async::use_awaitable_tuple);
      if (lives.expired()) co_return;
      continue;
    }
    auto connection = std::make_shared<RelayedConnection>(link_, std::move(socket));
    connections_.push_back(connection);
    connection->start(server_);
  }
}

}  // namespace penstock::local
