#include "http/event_loop_lag.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class EventLoopLagTest : public testing::Test {
 protected:
  EventLoopLagTest() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC | O_NONBLOCK), 0); }
  ~EventLoopLagTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  std::string logged() {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(ends_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }
  std::string metrics() {
    std::string out;
    lag_->write_metrics(out);
    return out;
  }
  void start() {
    log_.emplace(ends_[1], log::Level::info);
    lag_.emplace(io_, *log_);
  }

  int ends_[2] = {-1, -1};
  boost::asio::io_context io_{1};
  std::optional<log::Log> log_;
  std::optional<EventLoopLag> lag_;
  const EventLoopLag::Time start_ = std::chrono::steady_clock::now();
};

TEST_F(EventLoopLagTest, MeasuresAgainAndAgain) {
  start();
  while (lag_->count() < 3) io_.run_one();
  EXPECT_THAT(metrics(), HasSubstr("\npenstock_event_loop_lag_seconds_count 3\n"));
}

TEST_F(EventLoopLagTest, SeesAThreadThatIsHeld) {
  start();
  // The thread is held until the timer has been due for longer than is logged.
  boost::asio::post(io_, [] {
    const auto end = std::chrono::steady_clock::now() + EventLoopLag::kInterval + 120ms;
    while (std::chrono::steady_clock::now() < end) {
    }
  });
  while (lag_->count() < 1) io_.run_one();
  EXPECT_THAT(metrics(), HasSubstr("_bucket{le=\"0.1\"} 0\n"));
  EXPECT_THAT(logged(), HasSubstr("the event loop was held, so that all requests waited"));
}

TEST_F(EventLoopLagTest, WritesAHistogram) {
  start();
  lag_->observe(0ms, start_);
  lag_->observe(30ms, start_);
  lag_->observe(80ms, start_);
  EXPECT_THAT(metrics(), HasSubstr("# TYPE penstock_event_loop_lag_seconds histogram\n"));
  EXPECT_THAT(metrics(), HasSubstr("_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("_bucket{le=\"0.05\"} 2\n"));
  EXPECT_THAT(metrics(), HasSubstr("_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_EQ(logged(), "");
}

TEST_F(EventLoopLagTest, LogsAtMostOneLineAMinute) {
  start();
  lag_->observe(150ms, start_);
  EXPECT_THAT(logged(), HasSubstr("\"longest_ms\":150,\"times\":1}"));
  lag_->observe(200ms, start_ + 1s);
  lag_->observe(900ms, start_ + 2s);
  lag_->observe(300ms, start_ + 59s);
  EXPECT_EQ(logged(), "");
  lag_->observe(0ms, start_ + 60s);
  EXPECT_THAT(logged(), HasSubstr("\"longest_ms\":900,\"times\":3}"));
  lag_->observe(0ms, start_ + 180s);
  EXPECT_EQ(logged(), "");
}

}  // namespace
}  // namespace penstock::http
