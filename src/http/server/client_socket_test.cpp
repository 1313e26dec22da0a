#include "http/server/client_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::http {
namespace {

namespace asio = boost::asio;
using Direction = WatchedSocket::Direction;

// Has a watched socket, and the other end of its connection.
class WatchedSocketTest : public testing::Test, public WatchedSocket::Owner {
 protected:
  WatchedSocketTest() {
    EXPECT_FALSE(socket_->begin());
    io_.poll();
  }
  ~WatchedSocketTest() override {
    socket_.reset();
    close_other();
    io_.restart();
    io_.poll();
  }

  void wake() override { ++woken_; }
  int new_pair() {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
    other_ = pair[1];
    return pair[0];
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::write(other_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_other() {
    if (other_ >= 0) ::close(std::exchange(other_, -1));
  }
  std::string read(size_t most) {
    std::string text(most, '\0');
    text.resize(socket_->read_some(asio::buffer(text), error_));
    return text;
  }
  // Starts a wait, whose result will be in `result`.
  void wait(Direction direction, std::optional<bool>& result) {
    asio::co_spawn(io_.get_executor(), wait_for(direction, result),
                   [](const std::exception_ptr& failure) { EXPECT_EQ(failure, nullptr); });
    io_.poll();
  }

  asio::io_context io_;
  async::ReadySet set_{io_};
  int other_ = -1;
  std::optional<WatchedSocket> socket_{std::in_place, ClientSocket(new_pair()), set_, *this,
                                       io_.get_executor()};
  WatchedSocket::ErrorCode error_;
  int woken_ = 0;

 private:
  async::Awaitable<> wait_for(Direction direction, std::optional<bool>& result) {
    const bool ready = co_await socket_->wait(direction);
    result = ready;
  }
};

TEST_F(WatchedSocketTest, WakesItsOwnerForWhatNobodyAwaits) {
  EXPECT_EQ(woken_, 0);
  send("a");
  io_.poll();
  EXPECT_EQ(woken_, 1);
  EXPECT_TRUE(socket_->is_readable());
  EXPECT_EQ(read(10), "a");
  EXPECT_FALSE(socket_->is_readable());
  EXPECT_EQ(read(10), "");
  EXPECT_EQ(error_, asio::error::would_block);
}

TEST_F(WatchedSocketTest, RemembersWhatWasNotRead) {
  send("abc");
  io_.poll();
  EXPECT_EQ(read(2), "ab");
  std::optional<bool> ready;
  wait(Direction::read, ready);
  EXPECT_EQ(ready, true);
  EXPECT_EQ(read(2), "c");
  ready.reset();
  wait(Direction::read, ready);
  EXPECT_EQ(ready, std::nullopt);
  send("d");
  io_.poll();
  EXPECT_EQ(ready, true);
  EXPECT_EQ(woken_, 1);
}

// The end may come together with the last bytes, and is not said again.
TEST_F(WatchedSocketTest, RemembersTheEndBehindTheLastBytes) {
  send("abc");
  close_other();
  io_.poll();
  EXPECT_EQ(read(10), "abc");
  std::optional<bool> ready;
  wait(Direction::read, ready);
  EXPECT_EQ(ready, true);
  EXPECT_EQ(read(10), "");
  EXPECT_EQ(error_, asio::error::eof);
  EXPECT_TRUE(socket_->is_ended());
}

TEST_F(WatchedSocketTest, WaitsUntilItCanWrite) {
  const std::string much(1 << 20, 'x');
  const asio::const_buffer buffer = asio::buffer(much);
  while (socket_->write_some(std::span(&buffer, 1), error_) > 0) {
  }
  EXPECT_EQ(error_, asio::error::would_block);
  std::optional<bool> ready;
  wait(Direction::write, ready);
  EXPECT_EQ(ready, std::nullopt);
  std::string taken(4 << 20, '\0');
  while (::read(other_, taken.data(), taken.size()) > 0) {
  }
  io_.poll();
  EXPECT_EQ(ready, true);
  EXPECT_GT(socket_->write_some(std::span(&buffer, 1), error_), 0u);
}

TEST_F(WatchedSocketTest, AWaitCanBeCancelled) {
  std::optional<bool> ready;
  wait(Direction::read, ready);
  socket_->cancel();
  EXPECT_EQ(ready, std::nullopt);  // Not within the call.
  io_.poll();
  EXPECT_EQ(ready, false);
  ready.reset();
  wait(Direction::read, ready);
  socket_->close();
  io_.poll();
  EXPECT_EQ(ready, false);
}

TEST_F(WatchedSocketTest, AWatchIsCalledOnce) {
  int called = 0;
  socket_->watch([&] { ++called; });
  io_.poll();
  EXPECT_EQ(called, 0);
  send("a");
  io_.poll();
  EXPECT_EQ(called, 1);
  send("b");
  io_.poll();
  EXPECT_EQ(called, 1);
  socket_->watch([&] { ++called; });
  EXPECT_EQ(called, 1);
  io_.poll();
  EXPECT_EQ(called, 2);  // The bytes are still there.
}

}  // namespace
}  // namespace penstock::http
