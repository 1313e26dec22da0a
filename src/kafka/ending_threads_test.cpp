#include "kafka/ending_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <thread>

namespace penstock::kafka {
namespace {

TEST(EndingThreads, JoinsWhatHasEndedSoThatItsNumberDoesNotGrow) {
  EndingThreads threads(2);
  for (int i = 0; i < 100; ++i) {
    std::latch done(1);
    ASSERT_TRUE(threads.run([&done] { done.count_down(); })) << i;
    done.wait();
    while (threads.count() > 0) threads.join_ended();
  }
  EXPECT_EQ(threads.count(), 0u);
}

TEST(EndingThreads, StartsNoMoreThanItsBoundWhileTheWorkHangs) {
  std::latch end(1);
  std::atomic<int> started = 0;
  EndingThreads threads(3);
  const auto hang = [&] {
    ++started;
    end.wait();
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(threads.run(hang));
  for (int i = 0; i < 10; ++i) {
    threads.join_ended();
    EXPECT_FALSE(threads.run(hang));
  }
  EXPECT_EQ(threads.count(), 3u);
  end.count_down();
  while (threads.count() > 0) threads.join_ended();
  EXPECT_EQ(started, 3);
  EXPECT_TRUE(threads.run([] {})) << "there is room again";
}

TEST(EndingThreads, FreesWhatTheWorkHasCapturedOnItsOwnThread) {
  struct Owned {
    explicit Owned(std::promise<std::thread::id>& promise) : freed_by(promise) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    ~Owned() { freed_by.set_value(std::this_thread::get_id()); }
    std::promise<std::thread::id>& freed_by;
  };
  std::promise<std::thread::id> freed_by;
  EndingThreads threads(1);
  ASSERT_TRUE(threads.run([owned = std::make_shared<Owned>(freed_by)] {}));
  EXPECT_NE(freed_by.get_future().get(), std::this_thread::get_id());
}

}  // namespace
}  // namespace penstock::kafka
