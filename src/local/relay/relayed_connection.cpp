#include "local/relay/relayed_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

namespace penstock::local {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

// With a limit of bytes a second, so many writes are made in one.
constexpr size_t kWritesPerSecond = 20;

void reset(RelayedConnection::Socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

void send_at_once(RelayedConnection::Socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
}

size_t write_size(const Flow& flow, size_t waiting) {
  size_t size = waiting;
  if (flow.slice_bytes > 0) size = std::min(size, flow.slice_bytes);
  if (flow.bytes_per_second > 0) {
    size = std::min(size, std::max<size_t>(1, flow.bytes_per_second / kWritesPerSecond));
  }
  return size;
}

}  // namespace

RelayedConnection::RelayedConnection(std::shared_ptr<Link> link, Socket client)
    : link_(std::move(link)),
      client_(std::move(client)),
      server_(client_.get_executor()),
      pauses_{async::Timer(client_.get_executor()), async::Timer(client_.get_executor())},
      watch_(client_.get_executor()) {}

void RelayedConnection::start(const tcp::endpoint& server) {
  ++link_->counts.connections;
  deadline_ = steady_clock::now() + kConnectMax;
  // Each coroutine keeps this object. They get errors as values.
  const auto keep = [self = shared_from_this()](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  };
  asio::co_spawn(client_.get_executor(), watch(), keep);
  asio::co_spawn(client_.get_executor(), run(server), keep);
}

void RelayedConnection::cut() {
  if (ended_) return;
  ended_ = true;
  ++link_->counts.cut;
  reset(client_);
  reset(server_);
  watch_.cancel();
  take_faults();
}

void RelayedConnection::take_faults() {
  for (async::Timer& timer : pauses_) timer.cancel();
}

async::Awaitable<> RelayedConnection::run(tcp::endpoint server) {
  auto [error] = co_await server_.async_connect(server, async::use_awaitable_tuple);
  if (ended_) co_return;
  if (error) {
    cut();
    co_return;
  }
  note_progress();
  send_at_once(client_);
  send_at_once(server_);
  asio::co_spawn(client_.get_executor(), carry(Direction::requests),
                 [self = shared_from_this()](const std::exception_ptr& failure) {
                   if (failure) std::rethrow_exception(failure);
                 });
  co_await carry(Direction::answers);
}

// Is the one deadline of all waits: of reads, of writes, and of bytes that are held.
async::Awaitable<> RelayedConnection::watch() {
  while (!ended_) {
    watch_.expires_at(deadline_);
    co_await watch_.async_wait(async::use_awaitable_tuple);
    if (steady_clock::now() >= deadline_) cut();
  }
}

async::Awaitable<> RelayedConnection::carry(Direction direction) {
  const bool answers = direction == Direction::answers;
  Socket& from = answers ? server_ : client_;
  Socket& to = answers ? client_ : server_;
  auto& part = parts_.at(static_cast<size_t>(direction));
  while (!ended_) {
    auto [error, size] =
        co_await from.async_read_some(asio::buffer(part), async::use_awaitable_tuple);
    if (ended_) co_return;
    if (error == asio::error::eof) {
      co_await wait_while_held(direction);
      error_code ignored;
      to.shutdown(Socket::shutdown_send, ignored);
      end_direction();
      co_return;
    }
    if (answers && !error && cuts_answer()) {
      cut();
      co_return;
    }
    if (error || !co_await forward(direction, {part.data(), size})) {
      cut();
      co_return;
    }
  }
}

bool RelayedConnection::cuts_answer() {
  LinkFaults& faults = link_->faults;
  if (answers_++ < faults.answers_spared || faults.answers_cut == 0) return false;
  --faults.answers_cut;
  return true;
}

async::Awaitable<bool> RelayedConnection::forward(Direction direction,
                                                  std::span<const char> bytes) {
  Socket& to = direction == Direction::answers ? client_ : server_;
  auto& count =
      direction == Direction::answers ? link_->counts.answer_bytes : link_->counts.request_bytes;
  if (const auto latency = flow(direction).latency; latency.count() > 0) {
    co_await pause(direction, latency);
  }
  while (!bytes.empty()) {
    co_await wait_while_held(direction);
    if (ended_) co_return false;
    const auto next = bytes.first(write_size(flow(direction), bytes.size()));
    auto [error, size] = co_await asio::async_write(to, asio::buffer(next.data(), next.size()),
                                                    async::use_awaitable_tuple);
    if (error || ended_) co_return false;
    ++link_->counts.writes;
    count += size;
    note_progress();
    bytes = bytes.subspan(size);
    if (const size_t rate = flow(direction).bytes_per_second; rate > 0) {
      co_await pause(direction, std::chrono::nanoseconds(std::chrono::seconds(1)) * size / rate);
    }
  }
  co_return !ended_;
}

async::Awaitable<> RelayedConnection::wait_while_held(Direction direction) {
  while (!ended_ && flow(direction).held) co_await pause(direction, kQuietMax);
}

async::Awaitable<> RelayedConnection::pause(Direction direction, steady_clock::duration time) {
  async::Timer& timer = pauses_.at(static_cast<size_t>(direction));
  timer.expires_after(time);
  co_await timer.async_wait(async::use_awaitable_tuple);  // take_faults() cancels it.
}

const Flow& RelayedConnection::flow(Direction direction) const {
  return direction == Direction::answers ? link_->faults.answers : link_->faults.requests;
}

void RelayedConnection::note_progress() {
  deadline_ = steady_clock::now() + kQuietMax;
}

void RelayedConnection::end_direction() {
  note_progress();
  if (++directions_ended_ < 2 || ended_) return;
  ended_ = true;
  error_code ignored;
  client_.close(ignored);
  server_.close(ignored);
  watch_.cancel();
}

}  // namespace penstock::local
