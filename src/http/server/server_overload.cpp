// This part of Server decides who goes without when there is not enough: of connections, of
// descriptors, of memory.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <span>
#include <utility>

#include "http/server/connection.h"
#include "http/server/connection_lists.h"

namespace penstock::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// Answers a client before its request is read.
constexpr std::string_view kUnavailable =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "connection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
// A client that takes longer than this for the header of a request is replaced before an idle one.
// One that is idle for less is replaced last: its request is probably on its way.
constexpr std::chrono::seconds kPatience{1};
// An idle connection whose next request is on its way is not replaced, but so many are looked at.
constexpr int kIdleCandidatesMax = 8;
// Room is made for this part of the budget at once, because it takes a look at all connections.
constexpr size_t kRoomDivisor = 8;

constexpr std::array<std::string_view, kRefusalReasons.size()> kWarnings{
    "clients are refused or replaced: CONNECTIONS_MAX connections are open",
    "clients are refused: the process has no descriptor left; raise its limit of open files",
    "requests are refused: they hold more memory together than BUFFERED_BYTES_MAX"};

}  // namespace

void Server::charge(Connection& connection, size_t bytes) {
  statistics_.buffered_bytes += bytes - connection.charged_bytes_;
  const bool more = bytes > connection.charged_bytes_;
  connection.charged_bytes_ = bytes;
  if (more && is_over_budget()) make_room(connection);
}

// Evicts those that have held the most for longest. One that sends a large body quickly holds it
// for a short time, and so is none of them.
void Server::make_room(Connection& newest) {
  const auto budget = static_cast<size_t>(limits_.buffered_bytes_max);
  const auto now = steady_clock::now();
  std::vector<std::pair<double, Connection*>> worst;
  for (Lists::List* list : {&lists_->header, &lists_->busy, &lists_->lingering}) {
    for (Connection& connection : *list) {
      if (!connection.is_evictable()) continue;
      const std::chrono::duration<double> held = now - connection.started();
      worst.emplace_back(static_cast<double>(connection.charged_bytes()) * held.count(),
                         &connection);
    }
  }
  std::sort(worst.begin(), worst.end(),
            [](const auto& left, const auto& right) { return left.first > right.first; });
  for (const auto& [cost, connection] : worst) {
    connection->evict();
    if (statistics_.buffered_bytes <= budget - budget / kRoomDivisor) return;
  }
  // What is left belongs to requests that a service works for. They end by themselves.
  if (is_over_budget() && newest.is_evictable()) newest.evict();
}

void Server::serve_client(ClientSocket socket) {
  if (statistics_.connections - reserved_ < static_cast<size_t>(limits_.connections_max)) {
    return start(std::move(socket), false);
  }
  if (const Connection* replaced = replace_connection()) {
    return start(std::move(socket), replaced->is_reserved());
  }
  if (reserved_ >= kReservedConnections) {
    return refuse_client(std::move(socket), RefusalReason::connections_max);
  }
  warn(RefusalReason::connections_max);
  start(std::move(socket), true);
}

const Connection* Server::replace_connection() {
  const auto cut = [this](Connection& connection) {
    if (connection.is_cut()) return false;
    connection.cut(CutReason::replaced);
    warn(RefusalReason::connections_max);
    return true;
  };
  const auto now = steady_clock::now();
  const auto slow = now - kPatience;
  for (Connection& connection : lists_->header) {
    if (connection.started() > slow) break;
    if (cut(connection)) return &connection;
  }
  const auto cut_idle = [&](steady_clock::time_point since) -> const Connection* {
    int candidates = 0;
    for (Connection& connection : lists_->idle) {
      if (connection.is_cut()) continue;
      if (connection.idle_since() > since) break;
      if (!connection.has_unread_bytes() && cut(connection)) return &connection;
      if (++candidates == kIdleCandidatesMax) break;
    }
    return nullptr;
  };
  if (const Connection* idle = cut_idle(slow)) return idle;
  for (Lists::List* list : {&lists_->lingering, &lists_->header}) {
    for (Connection& connection : *list) {
      if (cut(connection)) return &connection;
    }
  }
  return cut_idle(now);
}

void Server::refuse_client(ClientSocket socket, RefusalReason reason) {
  count_refusal(reason);
  boost::system::error_code ignored;
  const asio::const_buffer answer = asio::buffer(kUnavailable);
  socket.write_some(std::span(&answer, 1), ignored);
  // What is unread when the socket is closed would reset the connection, and the client would not
  // see the answer.
  socket.read_some(asio::buffer(read_buffer_), ignored);
}

bool Server::go_on_without_descriptor() {
  if (replace_connection() != nullptr) return true;
  if (spare_descriptor_ < 0) return false;
  ::close(std::exchange(spare_descriptor_, -1));
  boost::system::error_code error;
  ClientSocket socket = accept(error);
  if (!error) refuse_client(std::move(socket), RefusalReason::descriptors);
  spare_descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return !error || error == asio::error::would_block || error == asio::error::connection_aborted;
}

void Server::count_refusal(RefusalReason reason) {
  ++statistics_.refused[static_cast<size_t>(reason)];
  warn(reason);
}

// Logs at most one line for each reason in kWarningInterval.
void Server::warn(RefusalReason reason) {
  const auto index = static_cast<size_t>(reason);
  const auto now = steady_clock::now();
  if (now < next_warnings_[index]) return;
  next_warnings_[index] = now + kWarningInterval;
  log::Line(log_, log::Level::warning, kWarnings[index])
      .field("connections", statistics_.connections)
      .field("buffered_bytes", statistics_.buffered_bytes)
      .field("refused", statistics_.refused[index])
      .field("replaced", statistics_.cut[static_cast<size_t>(CutReason::replaced)]);
}

}  // namespace penstock::http
