#include "idempotency/memory_store.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <utility>

namespace penstock::idempotency {
namespace {

using std::chrono::seconds;
using State = Entry::State;
using Left = Store::Left;

// Has a store at a time that the test chooses.
class MemoryStoreTest : public ::testing::Test {
 protected:
  template <class T>
  T await(async::Awaitable<T> operation) {
    boost::asio::io_context io;
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(operation), [&](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    io.run();
    return std::move(result.value());
  }

  base::Result<Entry> begin(const Claim& claim) { return await(store->begin(claim, {})); }
  State state(const Claim& claim) { return begin(claim).value().state; }
  void finish(const Claim& claim, std::string body = "first") {
    StoredAnswer answer{.status = 201, .body = std::move(body)};
    ASSERT_TRUE(await(store->finish(claim, answer, {})));
  }
  void release(const Claim& claim, Left left) {
    ASSERT_TRUE(await(store->release(claim, left, {})));
  }
  void make(MemoryStore::Limits limits) {
    store.emplace(limits, [this] { return now; });
  }
  static Claim claim(std::string holder, std::string key = "key", std::string print = "print") {
    return {.key = std::move(key),
            .fingerprint = std::move(print),
            .holder = std::move(holder),
            .lease = seconds(60),
            .keep = seconds(3600)};
  }

  async::SteadyTime now{};
  std::optional<MemoryStore> store{std::in_place, MemoryStore::Limits{}, [this] { return now; }};
};

TEST_F(MemoryStoreTest, GivesTheFirstAnswerAgain) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b")), State::running);
  finish(claim("a"));
  const auto entry = begin(claim("b"));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->state, State::finished);
  ASSERT_TRUE(entry->answer);
  EXPECT_EQ(entry->answer->status, 201U);
  EXPECT_EQ(entry->answer->body, "first");
}

TEST_F(MemoryStoreTest, KeepsKeysApart) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b", "other")), State::fresh);
  EXPECT_EQ(store->entries(), 2U);
}

TEST_F(MemoryStoreTest, RefusesAnotherRequestAndLeavesTheEntryAsItIs) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  now += seconds(61);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  finish(claim("a"));
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  EXPECT_EQ(state(claim("b")), State::finished);
}

TEST_F(MemoryStoreTest, GivesALeaseThatHasEndedToTheNext) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  now += seconds(60);
  EXPECT_EQ(state(claim("b")), State::unknown);
  EXPECT_EQ(state(claim("c")), State::running);
  // The first one comes back too late.
  finish(claim("a"), "late");
  release(claim("a"), Left::nothing);
  EXPECT_EQ(state(claim("c")), State::running);
  finish(claim("b"), "second");
  EXPECT_EQ(begin(claim("c"))->answer->body, "second");
}

TEST_F(MemoryStoreTest, TakesTheAnswerOfAnEndedLeaseThatNobodyHasTaken) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  now += seconds(61);
  finish(claim("a"));
  EXPECT_EQ(state(claim("b")), State::finished);
}

TEST_F(MemoryStoreTest, FindsItsOwnClaimAgain) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  EXPECT_NE(state(claim("a")), State::running);
}

TEST_F(MemoryStoreTest, ForgetsWhatIsReleasedAsNothing) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  release(claim("a"), Left::nothing);
  EXPECT_EQ(store->entries(), 0U);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
}

TEST_F(MemoryStoreTest, RemembersTheRequestOfWhatIsReleasedAsUnknown) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  release(claim("a"), Left::unknown);
  EXPECT_EQ(state(claim("b", "key", "other")), State::different);
  EXPECT_EQ(state(claim("b")), State::unknown);
  EXPECT_EQ(state(claim("c")), State::running);
}

TEST_F(MemoryStoreTest, ForgetsAnEntryAtItsTime) {
  EXPECT_EQ(state(claim("a")), State::fresh);
  now += seconds(50);
  finish(claim("a"));
  now += seconds(3599);
  EXPECT_EQ(state(claim("b")), State::finished);
  now += seconds(1);
  EXPECT_EQ(state(claim("b", "key", "other")), State::fresh);
}

TEST_F(MemoryStoreTest, ForgetsTheOldestBeyondItsLimits) {
  make({.entries_max = 2, .bytes_max = 1'000'000});
  EXPECT_EQ(state(claim("a", "1")), State::fresh);
  EXPECT_EQ(state(claim("a", "2")), State::fresh);
  EXPECT_FALSE(begin(claim("a", "3")));  // Both are held.
  finish(claim("a", "2"));
  EXPECT_EQ(state(claim("a", "3")), State::fresh);
  EXPECT_EQ(store->entries(), 2U);
  EXPECT_EQ(state(claim("b", "1")), State::running);
}

TEST_F(MemoryStoreTest, BoundsTheBytesOfAnswers) {
  make({.entries_max = 100, .bytes_max = 3 * MemoryStore::kEntryBytes + 1000});
  EXPECT_EQ(state(claim("a", "1")), State::fresh);
  finish(claim("a", "1"), std::string(700, 'x'));
  EXPECT_EQ(state(claim("a", "2")), State::fresh);
  finish(claim("a", "2"), std::string(900, 'x'));
  EXPECT_EQ(state(claim("b", "2")), State::finished);
  EXPECT_EQ(state(claim("b", "1")), State::fresh);
  EXPECT_EQ(store->bytes(), 2 * MemoryStore::kEntryBytes + 900);
  // An answer that has no room at all is not kept, and its key is taken by the next one.
  const StoredAnswer large{.status = 200, .body = std::string(3000, 'x')};
  EXPECT_FALSE(await(store->finish(claim("b", "1"), large, {})));
  EXPECT_EQ(state(claim("c", "1")), State::unknown);
}

}  // namespace
}  // namespace penstock::idempotency
