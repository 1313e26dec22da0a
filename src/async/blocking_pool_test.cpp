#include "async/blocking_pool.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace penstock::async {
namespace {

namespace asio = boost::asio;
using base::ErrorCode;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kLong{60};

// Is a piece of blocking work that ends when the test says so.
class Gate {
 public:
  // Returns work that begins at once, and ends at open().
  auto work() {
    return [this, end = end_.get_future().share()] {
      begun_.set_value();
      end.wait();
      return 7;
    };
  }
  void wait_until_begun() { begun_.get_future().wait(); }
  void open() { end_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> end_;
};

class BlockingPoolTest : public testing::Test {
 protected:
  // Runs a call in a coroutine of its own, and returns where its result will be.
  template <class Work>
  auto start(BlockingPool& pool, Work work, SteadyTime deadline = steady_clock::now() + kLong) {
    using Result = base::Result<std::invoke_result_t<Work&>>;
    auto result = std::make_shared<std::optional<Result>>();
    asio::co_spawn(io_, keep<Work>(pool, std::move(work), deadline, result), asio::detached);
    return result;
  }

  template <class Work, class Place>
  static Awaitable<> keep(BlockingPool& pool, Work work, SteadyTime deadline, Place place) {
    place->emplace(co_await pool.run(std::move(work), deadline));
  }

  asio::io_context io_{1};
};

TEST_F(BlockingPoolTest, RunsOnAnotherThreadAndReturnsTheResult) {
  BlockingPool pool(io_, {});
  const auto result = start(pool, [] { return std::this_thread::get_id(); });
  io_.run();
  ASSERT_TRUE(*result);
  EXPECT_NE((*result)->value(), std::this_thread::get_id());
}

TEST_F(BlockingPoolTest, TakesWhatReturnsNothingAndWhatCannotBeCopied) {
  BlockingPool pool(io_, {});
  const auto nothing = start(pool, [] {});
  const auto unique = start(
      pool, [text = std::make_unique<std::string>("tea")]() mutable { return std::move(text); });
  io_.run();
  EXPECT_TRUE((*nothing)->has_value());
  EXPECT_EQ(*(*unique)->value(), "tea");
}

TEST_F(BlockingPoolTest, ThrowsWhatTheWorkThrows) {
  BlockingPool pool(io_, {});
  std::string text;
  asio::co_spawn(
      io_,
      [](BlockingPool& of) -> Awaitable<> {
        const auto work = []() -> int { throw std::runtime_error("no tea"); };
        static_cast<void>(co_await of.run(work, steady_clock::now() + kLong));
      }(pool),
      [&](const std::exception_ptr& failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::runtime_error& error) {
          text = error.what();
        }
      });
  io_.run();
  EXPECT_EQ(text, "no tea");
}

TEST_F(BlockingPoolTest, RefusesWhenTooManyWaitAndTakesTheNextOneAfterwards) {
  BlockingPool pool(io_, {.threads = 1, .waiting_max = 1});
  Gate gate;
  const auto running = start(pool, gate.work());
  io_.poll();
  gate.wait_until_begun();
  const auto waiting = start(pool, [] { return 1; });
  const auto refused = start(pool, [] { return 2; });
  io_.poll();
  ASSERT_TRUE(*refused);
  EXPECT_EQ((*refused)->error().code, ErrorCode::unavailable);
  EXPECT_TRUE((*refused)->error().retryable);
  EXPECT_EQ(pool.counts().waiting, 1u);
  EXPECT_EQ(pool.counts().running, 1u);
  EXPECT_EQ(pool.counts().refused, 1u);
  gate.open();
  io_.run();
  EXPECT_EQ((*running)->value(), 7);
  EXPECT_EQ((*waiting)->value(), 1);
}

TEST_F(BlockingPoolTest, DoesNotStartWhatHasWaitedUntilItsDeadline) {
  BlockingPool pool(io_, {.threads = 1});
  Gate gate;
  const auto running = start(pool, gate.work());
  io_.poll();
  gate.wait_until_begun();
  const auto owned = std::make_shared<int>(1);
  bool has_run = false;
  const auto late = start(pool, [&has_run, owned] { has_run = true; }, steady_clock::now());
  while (!*late) io_.run_one();
  EXPECT_EQ((*late)->error().code, ErrorCode::timed_out);
  EXPECT_EQ(owned.use_count(), 1) << "the work is freed";
  EXPECT_EQ(pool.counts().waiting, 0u);
  gate.open();
  io_.run();
  EXPECT_FALSE(has_run);
}

TEST_F(BlockingPoolTest, DropsTheResultOfWorkThatEndsAfterItsDeadline) {
  BlockingPool pool(io_, {.threads = 1});
  Gate gate;
  const auto late = start(pool, gate.work(), steady_clock::now());
  while (!*late) io_.run_one();
  gate.open();
  const auto next = start(pool, [] { return 1; });
  io_.restart();
  io_.run();
  EXPECT_EQ((*late)->error().code, ErrorCode::timed_out);
  EXPECT_EQ(pool.counts().late, 1u);
  EXPECT_EQ((*next)->value(), 1);
}

TEST_F(BlockingPoolTest, ThrowsWhenItsCoroutineIsCancelled) {
  BlockingPool pool(io_, {.threads = 1});
  Gate gate;
  const auto running = start(pool, gate.work());
  io_.poll();
  gate.wait_until_begun();
  asio::cancellation_signal cancel;
  const auto place = std::make_shared<std::optional<base::Result<int>>>();
  bool aborted = false;
  asio::co_spawn(
      io_,
      keep(
          pool, [] { return 1; }, steady_clock::now() + kLong, place),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& failure) {
        try {
          if (failure) std::rethrow_exception(failure);
        } catch (const boost::system::system_error& error) {
          aborted = error.code() == asio::error::operation_aborted;
        }
      }));
  io_.poll();
  EXPECT_EQ(pool.counts().waiting, 1u);
  cancel.emit(asio::cancellation_type::terminal);
  io_.poll();
  EXPECT_TRUE(aborted);
  EXPECT_EQ(pool.counts().waiting, 0u);
  gate.open();
  io_.run();
}

TEST_F(BlockingPoolTest, MayEndBeforeTheCoroutinesThatWaitForIt) {
  auto io = std::make_unique<asio::io_context>(1);
  const auto place = std::make_shared<std::optional<base::Result<int>>>();
  {
    BlockingPool pool(*io, {.threads = 1});
    Gate gate;
    asio::co_spawn(*io, keep(pool, gate.work(), steady_clock::now() + kLong, place),
                   asio::detached);
    asio::co_spawn(
        *io, keep(pool, [] { return 1; }, steady_clock::now() + kLong, place), asio::detached);
    io->poll();
    gate.wait_until_begun();
    gate.open();
  }
  io.reset();
  EXPECT_FALSE(*place);
}

TEST_F(BlockingPoolTest, RunsMoreThanItHasThreads) {
  BlockingPool pool(io_, {.threads = 3, .waiting_max = 100});
  std::vector<decltype(start(pool, [] { return 1; }))> results;
  for (int i = 0; i < 100; ++i) results.push_back(start(pool, [] { return 1; }));
  io_.run();
  for (const auto& result : results) EXPECT_EQ((*result)->value(), 1);
}

}  // namespace
}  // namespace penstock::async
