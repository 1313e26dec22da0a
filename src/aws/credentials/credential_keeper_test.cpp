#include "aws/credentials/credential_keeper.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::system_clock;

TEST(TimeToRefresh, IsAQuarterOfAnHourAheadOrHalfOfWhatIsLeft) {
  const auto now = system_clock::now();
  EXPECT_EQ(time_to_refresh(now + hours(6), now), hours(6) - minutes(15));
  EXPECT_EQ(time_to_refresh(now + minutes(30), now), minutes(15));
  EXPECT_EQ(time_to_refresh(now + minutes(15), now), seconds(450));
  EXPECT_EQ(time_to_refresh(now + seconds(20), now), seconds(10));
  EXPECT_EQ(time_to_refresh(now + seconds(1), now), seconds(1));
  EXPECT_EQ(time_to_refresh(now - hours(1), now), seconds(1));
  EXPECT_EQ(time_to_refresh(std::nullopt, now), CredentialKeeper::kWithoutEnd);
}

// Owns a keeper whose source gives the test's answers, and records what the observer saw.
class Kept {
 public:
  using Answer = std::function<Result<Credentials>(int attempt)>;
  explicit Kept(Answer answer)
      : answer_(std::move(answer)),
        keeper_([this](std::stop_token) { return answer_(attempts_++); },
                [this](const Result<Credentials>& attempt, seconds next) {
                  const std::lock_guard lock(mutex_);
                  seen_.push_back(attempt ? attempt->access_key_id : attempt.error().message);
                  pauses_.push_back(next);
                  changed_.notify_all();
                }) {}

  bool wait_for(size_t attempts) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return seen_.size() >= attempts; });
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<seconds> pauses() {
    const std::lock_guard lock(mutex_);
    return pauses_;
  }
  CredentialKeeper& keeper() { return keeper_; }

 private:
  Answer answer_;
  int attempts_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> seen_;
  std::vector<seconds> pauses_;
  CredentialKeeper keeper_;
};

Credentials numbered(int number, seconds life) {
  return {.access_key_id = std::to_string(number), .expiration = system_clock::now() + life};
}

TEST(CredentialKeeper, FetchesAtOnceAndAgainBeforeTheyExpire) {
  Kept kept([](int attempt) { return numbered(attempt, seconds(2)); });
  ASSERT_TRUE(kept.wait_for(3));
  EXPECT_EQ(kept.seen()[0], "0");
  EXPECT_EQ(kept.seen()[1], "1");
  EXPECT_EQ(kept.pauses()[0], seconds(1));
}

TEST(CredentialKeeper, KeepsWhatItHasWhenTheSourceFailsAndRecovers) {
  std::promise<void> looked;
  Kept kept([&](int attempt) -> Result<Credentials> {
    if (attempt == 1) return Error{.code = ErrorCode::unavailable, .message = "out of order"};
    if (attempt == 2) looked.get_future().wait();
    return numbered(attempt, attempt == 0 ? seconds(3) : seconds(3600));
  });
  ASSERT_TRUE(kept.wait_for(2));
  EXPECT_EQ(kept.keeper().credentials()->access_key_id, "0");
  EXPECT_EQ(kept.keeper().problem(), "out of order");
  EXPECT_EQ(kept.pauses()[1], seconds(1));
  looked.set_value();
  ASSERT_TRUE(kept.wait_for(3));
  EXPECT_EQ(kept.seen()[2], "2");
  EXPECT_EQ(kept.keeper().problem(), "");
}

TEST(CredentialKeeper, CallsExpiredCredentialsAFailure) {
  Kept kept([](int) {
    return Credentials{.expiration = system_clock::time_point(seconds(0)), .source = "test"};
  });
  ASSERT_TRUE(kept.wait_for(1));
  EXPECT_EQ(kept.keeper().credentials(), nullptr);
  EXPECT_EQ(kept.keeper().problem(),
            "the credentials from the test had already expired at 1970-01-01T00:00:00Z");
}

TEST(CredentialKeeper, HasNothingBeforeTheFirstSuccessAndTriesLessAndLessOften) {
  Kept kept([](int) -> Result<Credentials> { return Error{.message = "nobody is there"}; });
  ASSERT_TRUE(kept.wait_for(3));
  EXPECT_EQ(kept.keeper().credentials(), nullptr);
  EXPECT_EQ(kept.keeper().problem(), "nobody is there");
  EXPECT_EQ(kept.pauses(), (std::vector<seconds>{seconds(1), seconds(2), seconds(4)}));
}

TEST(CredentialKeeper, FetchesEarlierOnRequest) {
  Kept kept([](int attempt) { return Credentials{.access_key_id = std::to_string(attempt)}; });
  ASSERT_TRUE(kept.wait_for(1));
  EXPECT_EQ(kept.pauses()[0], CredentialKeeper::kWithoutEnd);
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (kept.seen().size() < 2 && std::chrono::steady_clock::now() < deadline) {
    kept.keeper().renew_soon();
  }
  EXPECT_EQ(kept.seen()[1], "1");
}

TEST(CredentialKeeper, EndsWhileItWaits) {
  const auto began = std::chrono::steady_clock::now();
  {
    Kept kept([](int) { return Credentials{}; });
    ASSERT_TRUE(kept.wait_for(1));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(20));
}

}  // namespace
}  // namespace penstock::aws
