#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "async/awaitable.h"
#include "local/relay/link_faults.h"

namespace penstock::local {

// Is what a relay and its connections share.
struct Link {
  LinkFaults faults = {};
  LinkCounts counts = {};
};

// Carries the bytes of one client to the server and back. Its coroutines own it. It ends when both
// sides have ended, when one of them fails, or after kQuietMax without a byte.
class RelayedConnection : public std::enable_shared_from_this<RelayedConnection> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, async::Executor>;

  // A part of a direction's bytes is read when the one before has been written.
  static constexpr size_t kPartBytes = 16 * 1024;
  static constexpr std::chrono::seconds kConnectMax{5};
  // It is longer than Kafka's connections.max.idle.ms, which is ten minutes.
  static constexpr std::chrono::minutes kQuietMax{15};

  RelayedConnection(std::shared_ptr<Link> link, Socket client);

  // Connects to the server and begins to carry. May be called once.
  void start(const boost::asio::ip::tcp::endpoint& server);
  // Resets both sides, and drops the bytes that are held.
  void cut();
  // Must be called when the faults of the link have changed. It ends the pauses.
  void take_faults();

 private:
  enum class Direction { requests, answers };

  async::Awaitable<> run(boost::asio::ip::tcp::endpoint server);
  async::Awaitable<> watch();
  async::Awaitable<> carry(Direction direction);
  // Says whether an answer that has arrived is to be cut, and takes note of it.
  [[nodiscard]] bool cuts_answer();
  // Writes the bytes as the flow says. Returns false if the connection has ended.
  async::Awaitable<bool> forward(Direction direction, std::span<const char> bytes);
  async::Awaitable<> wait_while_held(Direction direction);
  async::Awaitable<> pause(Direction direction, std::chrono::steady_clock::duration time);

  [[nodiscard]] const Flow& flow(Direction direction) const;
  void note_progress();
  // Notes that one direction has ended in order. With both, the connection has.
  void end_direction();

  const std::shared_ptr<Link> link_;
  Socket client_;
  Socket server_;
  std::array<async::Timer, 2> pauses_;  // By direction.
  async::Timer watch_;
  std::chrono::steady_clock::time_point deadline_;
  std::array<std::array<char, kPartBytes>, 2> parts_;
  int answers_ = 0;  // Those that have arrived.
  int directions_ended_ = 0;
  bool ended_ = false;
};

}  // namespace penstock::local
