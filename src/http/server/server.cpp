#include "http/server/server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>

#include "base/caught_text.h"
#include "http/server/connection.h"
#include "http/server/connection_lists.h"

namespace penstock::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

// The kernel doubles this for its own needs. By itself it would keep up to 4 MiB of the answers to
// a client that does not read them, which a container's limit counts.
constexpr int kSendBufferBytes = 64 * 1024;
// So many clients are accepted before others have their turn.
constexpr int64_t kAcceptedInATurn = 64;
// So many workspaces wait for their next request. More are in use only while requests arrive or are
// answered at the same time.
constexpr size_t kSpareWorkspacesMax = 16;
constexpr size_t kReadBytes = 64 * 1024;

// Without its loops the server would be deaf, so the failure goes to whoever runs the io_context.
void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

Server::Server(asio::io_context& io, Service& service, Limits limits, log::Log& log,
               std::string name)
    : io_(io),
      service_(service),
      limits_(limits),
      log_(log),
      name_(std::move(name)),
      acceptor_(io.get_executor()),
      ready_(io),
      sweep_timer_(io.get_executor()),
      accept_timer_(io.get_executor()),
      lists_(std::make_unique<Lists>()),
      read_buffer_(kReadBytes) {
  workspaces_.reserve(kSpareWorkspacesMax);
}

Server::~Server() {
  for (Lists::List* list : lists_->all()) {
    while (!list->empty()) {
      Connection& connection = list->front();
      list->pop_front();
      connection.forget_server();
    }
  }
  if (spare_descriptor_ >= 0) ::close(spare_descriptor_);
}

base::Result<> Server::listen(const std::string& address, uint16_t port) {
  error_code error;
  const auto host = asio::ip::make_address(address, error);
  if (!error) acceptor_.open(host.is_v6() ? tcp::v6() : tcp::v4(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind({host, port}, error);
  // Connections inherit this. What the kernel receives is left to it: it keeps 128 KiB for one that
  // is not read, and a smaller window makes large bodies slow.
  if (!error) acceptor_.set_option(tcp::acceptor::send_buffer_size(kSendBufferBytes), error);
  // An answer is written whole, so that there is nothing to wait for.
  if (!error) acceptor_.set_option(tcp::no_delay(true), error);
  // The kernel lowers the number to net.core.somaxconn. A client that finds the queue full tries
  // again after a second only.
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (error) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "cannot listen on " + address + " port " + std::to_string(port) +
                                  ": " + error.message()};
  }
  spare_descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  asio::co_spawn(io_.get_executor(), accept_loop(), rethrow);
  asio::co_spawn(io_.get_executor(), sweep_loop(), rethrow);
  return {};
}

uint16_t Server::port() const {
  error_code error;
  return acceptor_.local_endpoint(error).port();
}

std::string_view Server::http_date() {
  return time_text_.http_date(std::chrono::system_clock::now());
}

async::Awaitable<> Server::accept_loop() {
  const auto lives = lifetime_.watch();
  while (!stopping_) {
    // Without a free descriptor accept() fails even while no client waits, so that a loop without
    // this wait would spin.
    co_await acceptor_.async_wait(Acceptor::wait_read, async::use_awaitable_tuple);
    if (lives.expired() || stopping_) co_return;
    const error_code error = accept_some();
    if (!error) continue;
    ++statistics_.accept_errors;
    const bool no_descriptor = error == asio::error::no_descriptors ||
                               error == boost::system::errc::too_many_files_open_in_system;
    if (no_descriptor && go_on_without_descriptor()) continue;
    // No memory is left, so that existing connections must end first.
    if (const auto now = steady_clock::now(); now >= next_accept_warning_) {
      next_accept_warning_ = now + kWarningInterval;
      log::Line(log_, log::Level::error, "cannot accept a connection")
          .field("reason", error.message());
    }
    accept_timer_.expires_after(std::chrono::milliseconds(100));
    co_await accept_timer_.async_wait(async::use_awaitable_tuple);
    if (lives.expired()) co_return;
  }
}

error_code Server::accept_some() {
  // A connection that gives its place away is gone only after this turn, so few may do so in it.
  const int64_t most = std::clamp<int64_t>(limits_.connections_max / 16, 1, kAcceptedInATurn);
  for (int64_t i = 0; i < most; ++i) {
    error_code error;
    ClientSocket socket = accept(error);
    if (error == asio::error::would_block) break;
    if (error == asio::error::connection_aborted) continue;
    if (error) return error;
    ++statistics_.accepted;
    serve_client(std::move(socket));
  }
  return {};
}

ClientSocket Server::accept(error_code& error) {
  while (true) {
    const int descriptor =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0 && errno == EINTR) continue;
    error = descriptor < 0 ? error_code(errno, asio::error::get_system_category()) : error_code();
    return ClientSocket(descriptor);
  }
}

void Server::start(ClientSocket socket, bool reserved) {
  const error_code error =
      Connection::begin(std::make_unique<Connection>(*this, std::move(socket), reserved));
  if (error) ++statistics_.accept_errors;  // The kernel has no memory for it.
}

// Logs the exception that has ended a connection, if there is one.
void Server::log_failure(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (...) {
    log::Line(log_, log::Level::error, "a connection ended with an exception")
        .field("reason", base::caught_text());
  }
}

// Checks the deadlines of all connections with one timer. A timer for each operation would cost
// more than the request itself (docs/adr/0002).
async::Awaitable<> Server::sweep_loop() {
  const auto lives = lifetime_.watch();
  while (!ended_) {
    sweep_timer_.expires_after(kSweepInterval);
    co_await sweep_timer_.async_wait(async::use_awaitable_tuple);
    if (lives.expired()) co_return;
    log_.flush();  // Lines may wait because the log's reader was slow.
    const auto now = steady_clock::now();
    for_each([&](Connection& connection) {
      if (now >= stop_deadline_) {
        connection.cut(CutReason::drain);
      } else {
        connection.cut_if_overdue(now);
      }
    });
    if (now - kSweepInterval >= stop_deadline_) finish_drain();
  }
}

void Server::add(Connection& connection) {
  lists_->of(connection).push_back(connection);
  ++statistics_.connections;
  if (connection.is_reserved()) ++reserved_;
}

void Server::remove(Connection& connection) {
  charge(connection, 0);
  connection.unlink();
  --statistics_.connections;
  if (connection.is_reserved()) --reserved_;
  if (stopping_ && statistics_.connections == 0) finish_drain();
}

void Server::list(Connection& connection) {
  connection.unlink();
  lists_->of(connection).push_back(connection);
}

std::unique_ptr<Workspace> Server::take_workspace() {
  if (workspaces_.empty()) return std::make_unique<Workspace>();
  auto workspace = std::move(workspaces_.back());
  workspaces_.pop_back();
  return workspace;
}

void Server::give_back(std::unique_ptr<Workspace> workspace) {
  if (workspaces_.size() >= kSpareWorkspacesMax) return;
  workspace->shrink();
  workspaces_.push_back(std::move(workspace));
}

void Server::announce_close() {
  closing_ = true;
}

void Server::stop(steady_clock::time_point deadline, std::function<void()> done) {
  closing_ = stopping_ = true;
  stop_deadline_ = deadline;
  done_ = std::move(done);
  error_code ignored;
  acceptor_.close(ignored);
  for_each([](Connection& connection) { connection.end_after_answer(); });
  if (statistics_.connections == 0) finish_drain();
}

// Calls `done`. It does so at the deadline even if a service has not returned for some connection.
void Server::finish_drain() {
  if (ended_) return;
  ended_ = true;
  sweep_timer_.cancel();
  if (done_) asio::post(io_.get_executor(), std::move(done_));
}

}  // namespace penstock::http
