#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "async/awaitable.h"
#include "async/ready_set.h"

namespace penstock::http {

// Owns the descriptor of a connection that was accepted. Nothing blocks.
class ClientSocket {
 public:
  using ErrorCode = boost::system::error_code;

  explicit ClientSocket(int descriptor) : descriptor_(descriptor) {}
  ClientSocket(ClientSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;
  ClientSocket& operator=(ClientSocket&&) = delete;
  ~ClientSocket() { close(); }

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  void close() noexcept;
  // Reads what is there, at least one byte. The error is `would_block` if nothing is there, and
  // `eof` if the client has ended its sending side.
  size_t read_some(boost::asio::mutable_buffer buffer, ErrorCode& error);
  // Writes what the socket takes now. The error is `would_block` if it takes nothing.
  size_t write_some(std::span<const boost::asio::const_buffer> buffers, ErrorCode& error);
  // Ends the sending side.
  void shutdown_send(ErrorCode& error);
  // Returns the number of bytes that can be read, or 0 if that is not known.
  [[nodiscard]] size_t available() const;
  // Says whether the client has ended its sending side, or is gone. It hides behind bytes that were
  // not read.
  [[nodiscard]] bool is_ended() const;

 private:
  int descriptor_;
};

// Waits for a ClientSocket. It remembers what the set has said, so that a wait for what is there
// already is none.
class WatchedSocket final : private async::ReadySet::Watched {
 public:
  using ErrorCode = ClientSocket::ErrorCode;
  enum class Direction : uint8_t { read, write };

  class Owner {
   public:
    // There is something to read, and neither wait() nor watch() waits for it. This may destroy the
    // socket.
    virtual void wake() = 0;

   protected:
    ~Owner() = default;
  };

  // Both other arguments must outlive the socket, or the set until forget_set().
  WatchedSocket(ClientSocket socket, async::ReadySet& set, Owner& owner, async::Executor executor)
      : socket_(std::move(socket)), set_(&set), owner_(owner), executor_(executor) {}
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;
  ~WatchedSocket() { close(); }

  // Starts to be notified by the set.
  [[nodiscard]] ErrorCode begin();
  // The set is destroyed before this socket. What waits is destroyed by the executor.
  void forget_set();

  // Waits until something can be read or written, or the connection has ended. Returns false if
  // cancel() or close() has ended the wait. There is one wait at a time.
  [[nodiscard]] async::Awaitable<bool> wait(Direction direction);
  // Calls `readable` once, but not within this call, when something can be read. cancel() and
  // close() end this. There is one at a time.
  void watch(std::function<void()> readable);
  void cancel();
  void close();

  // Do what those of ClientSocket do.
  size_t read_some(boost::asio::mutable_buffer buffer, ErrorCode& error);
  size_t write_some(std::span<const boost::asio::const_buffer> buffers, ErrorCode& error);
  void shutdown_send(ErrorCode& error) { socket_.shutdown_send(error); }
  [[nodiscard]] size_t available() const { return socket_.available(); }
  [[nodiscard]] bool is_ended() const { return socket_.is_ended(); }
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  [[nodiscard]] int descriptor() const { return socket_.descriptor(); }
  [[nodiscard]] const async::Executor& executor() const { return executor_; }
  // Says whether something may be there to read of which the set will not tell again.
  [[nodiscard]] bool is_readable() const { return readable_; }

 private:
  using Resume = boost::asio::async_result<boost::asio::use_awaitable_t<async::Executor>,
                                           void()>::handler_type;

  void ready(uint32_t events) override;
  void call_watch();

  ClientSocket socket_;
  async::ReadySet* set_;
  Owner& owner_;
  async::Executor executor_;
  std::optional<Resume> waiter_;
  std::function<void()> watch_;
  Direction direction_ = Direction::read;
  bool watched_ = false;   // Whether it is in the set.
  bool readable_ = false;  // Whether a read may find something.
  bool ended_ = false;     // Whether the set has said that the connection has ended.
  bool failed_ = false;    // Whether the wait was ended by cancel().
};

}  // namespace penstock::http
