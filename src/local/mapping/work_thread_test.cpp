#include "local/mapping/work_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <semaphore>
#include <set>
#include <thread>

namespace penstock::local {
namespace {

// Runs the work, and waits for its end.
void run(WorkThread& thread, std::counting_semaphore<>& ended, WorkThread::Work work) {
  thread.start(std::move(work));
  ended.acquire();
  EXPECT_TRUE(thread.has_ended());
}

TEST(WorkThread, DoesAllItsWorkOnOneThread) {
  std::counting_semaphore<> ended(0);
  WorkThread thread([&] { ended.release(); });
  EXPECT_TRUE(thread.has_ended());
  std::set<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    run(thread, ended, [&](std::stop_token stop) {
      EXPECT_FALSE(thread.has_ended());
      EXPECT_FALSE(stop.stop_requested());
      threads.insert(std::this_thread::get_id());
    });
  }
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST(WorkThread, AStopIsForThePresentWorkAlone) {
  std::counting_semaphore<> ended(0);
  WorkThread thread([&] { ended.release(); });
  std::promise<void> began;
  thread.start([&](std::stop_token stop) {
    std::promise<void> stopped;
    const std::stop_callback callback(stop, [&] { stopped.set_value(); });
    began.set_value();
    stopped.get_future().get();
  });
  began.get_future().get();
  thread.request_stop();
  ended.acquire();
  EXPECT_TRUE(thread.stop_requested());
  bool is_stopped = true;
  run(thread, ended, [&](std::stop_token stop) { is_stopped = stop.stop_requested(); });
  EXPECT_FALSE(is_stopped);
}

TEST(WorkThread, ItsEndStopsTheWorkAndWaitsForIt) {
  bool is_done = false;
  {
    WorkThread thread([] {});
    thread.start([&](std::stop_token stop) {
      std::promise<void> stopped;
      const std::stop_callback callback(stop, [&] { stopped.set_value(); });
      stopped.get_future().get();
      is_done = true;
    });
  }
  EXPECT_TRUE(is_done);
}

}  // namespace
}  // namespace penstock::local
