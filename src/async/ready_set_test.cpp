#include "async/ready_set.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace penstock::async {
namespace {

// Is one end of a connected pair, in a set, and counts what it is notified.
class End final : public ReadySet::Watched {
 public:
  explicit End(ReadySet& set) : set_(set) {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
    descriptor_ = pair[0];
    other_ = pair[1];
    EXPECT_FALSE(set_.add(descriptor_, *this));
  }
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() {
    set_.remove(descriptor_, *this);
    ::close(descriptor_);
    if (other_ >= 0) ::close(other_);
  }
  void ready(uint32_t events) override {
    ++notified_;
    events_ |= events;
    if (then) then();
  }
  void send() const { EXPECT_EQ(::write(other_, "x", 1), 1); }
  void close_other() { ::close(std::exchange(other_, -1)); }
  // Returns how often it was notified since the last call.
  int notified() { return std::exchange(notified_, 0); }
  uint32_t events() { return std::exchange(events_, 0); }

  std::function<void()> then;

 private:
  ReadySet& set_;
  int descriptor_ = -1;
  int other_ = -1;
  int notified_ = 0;
  uint32_t events_ = 0;
};

TEST(ReadySet, TellsOnceOfWhatHasCome) {
  boost::asio::io_context io;
  ReadySet set(io);
  End end(set);
  io.poll();  // It is writable from the start.
  end.notified();
  end.events();
  io.poll();
  EXPECT_EQ(end.notified(), 0);
  end.send();
  io.poll();
  EXPECT_EQ(end.notified(), 1);
  EXPECT_NE(end.events() & EPOLLIN, 0u);
  io.poll();  // Nothing was read, and nothing has come.
  EXPECT_EQ(end.notified(), 0);
  end.send();
  io.poll();
  EXPECT_EQ(end.notified(), 1);
  end.close_other();
  io.poll();
  EXPECT_NE(end.events() & EPOLLRDHUP, 0u);
}

TEST(ReadySet, TellsOfMoreThanItTellsAtOnce) {
  constexpr size_t kMany = 300;
  boost::asio::io_context io;
  ReadySet set(io);
  std::vector<std::unique_ptr<End>> ends;
  for (size_t i = 0; i < kMany; ++i) ends.push_back(std::make_unique<End>(set));
  io.poll();
  for (const auto& end : ends) {
    end->notified();
    end->send();
  }
  io.poll();
  for (const auto& end : ends) EXPECT_EQ(end->notified(), 1);
}

TEST(ReadySet, WhatIsRemovedIsToldNothing) {
  boost::asio::io_context io;
  ReadySet set(io);
  auto first = std::make_unique<End>(set);
  auto second = std::make_unique<End>(set);
  io.poll();
  int notified = 0;
  // Whichever is notified first removes the other one.
  first->then = [&] {
    ++notified;
    second.reset();
  };
  second->then = [&] {
    ++notified;
    first.reset();
  };
  first->send();
  second->send();
  io.poll();
  EXPECT_EQ(notified, 1);
}

TEST(ReadySet, IsWorkAsLongAsItHasADescriptor) {
  boost::asio::io_context io;
  ReadySet set(io);
  {
    End end(set);
    io.poll();
    EXPECT_FALSE(io.stopped());
  }
  io.poll();
  EXPECT_TRUE(io.stopped());
  io.restart();
  const End end(set);
  io.poll();
  EXPECT_FALSE(io.stopped());
}

}  // namespace
}  // namespace penstock::async
