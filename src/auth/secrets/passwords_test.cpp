#include "auth/secrets/passwords.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace penstock::auth {
namespace {

using namespace std::literals;
using Checked = Passwords::Checked;

const base::SystemTime kNow = *read_utc("2026-12-01T00:00:00Z");

// This has the hash of "right", with the smallest parameters, and room for that of "other".
constexpr std::string_view kUsers = R"({"users": [
  {"name": "ann", "scopes": ["write"],
   "scrypt": "$scrypt$ln=10,r=8,p=1$TEmJca41BqC01novRSiFsA$)"
                                    R"(u4rAygJ5EoGbUmWLVcd+uztQWzT/sKrlcnH7RSUJdVU"},
  {"name": "ann", "expires": "2026-12-01T00:00:30Z",
   "scrypt": "$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$OTHER"}]})";

std::shared_ptr<const Users> users() {
  const auto other = ScryptHash::make("other");
  std::string text(kUsers);
  const size_t at = text.find("$scrypt$ln=10,r=8,p=1$AAA");
  text.replace(at, text.find("OTHER") + 5 - at, other->text());
  return std::make_shared<const Users>(std::move(Users::parse(text, "staff").value()));
}

// Counts hashes instead of computing them: a password is right if it is "right". It can hold the
// thread at the first hash until it is let go.
class Counter {
 public:
  Passwords::Matches matches() {
    return [this](const ScryptHash& hash, std::string_view password) -> std::optional<bool> {
      std::unique_lock lock(mutex_);
      ++count_;
      log_n_ += hash.log_n;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !held_; });
      if (password == "lacking") return std::nullopt;
      if (password == "throws") throw std::bad_alloc();
      return password == "right";
    };
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, 30s, [&] { return count_ >= count; }));
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Returns the sum of ln of all hashes.
  unsigned log_n() {
    const std::lock_guard lock(mutex_);
    return log_n_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int count_ = 0;
  unsigned log_n_ = 0;
};

std::shared_ptr<const Users> user(std::string_view more = "") {
  const std::string text =
      R"({"users": [{"name": "ann", "scopes": ["write"], "scrypt": "$scrypt$ln=10,r=8,p=1$)" +
      std::string(22, 'A') + '$' + std::string(43, 'A') + '"' + std::string(more) + "}]}";
  return std::make_shared<const Users>(std::move(Users::parse(text, "staff").value()));
}

class PasswordsTest : public testing::Test {
 protected:
  // Begins a check; its result is there after run().
  std::shared_ptr<std::optional<Checked>> begin(Passwords& passwords, std::string name,
                                                std::string password, base::SystemTime now = kNow) {
    auto result = std::make_shared<std::optional<Checked>>();
    boost::asio::co_spawn(
        io_,
        [](Passwords& checker, std::string user, std::string text, base::SystemTime time,
           std::shared_ptr<std::optional<Checked>> out) -> async::Awaitable<> {
          *out = co_await checker.check(user, text, time, {});
        }(passwords, std::move(name), std::move(password), now, result),
        boost::asio::detached);
    return result;
  }
  void run() {
    io_.restart();
    io_.run();
  }
  Checked check(Passwords& passwords, std::string name, std::string password,
                base::SystemTime now = kNow) {
    const auto result = begin(passwords, std::move(name), std::move(password), now);
    run();
    return result->value();
  }
  // Lets everything happen that needs no thread.
  void poll() {
    io_.restart();
    io_.poll();
  }

  boost::asio::io_context io_{1};
  Counter counter_;
};

TEST_F(PasswordsTest, KnowAUserByARightPassword) {
  Passwords passwords(io_);
  passwords.set(users());
  const Checked right = check(passwords, "ann", "right");
  ASSERT_NE(right.principal, nullptr);
  EXPECT_EQ(right.principal->subject, "ann");
  EXPECT_EQ(right.principal->scheme, "staff");
  EXPECT_EQ(right.principal->scopes, std::vector<std::string>{"write"});
  const Checked other = check(passwords, "ann", "other");
  ASSERT_NE(other.principal, nullptr);
  EXPECT_TRUE(other.principal->scopes.empty());
  for (const auto& [name, password] :
       {std::pair("ann", "wrong"), std::pair("ann", ""), std::pair("bob", "right")}) {
    const Checked wrong = check(passwords, name, password);
    EXPECT_EQ(wrong.principal, nullptr) << name << password;
    EXPECT_FALSE(wrong.too_busy);
  }
}

TEST_F(PasswordsTest, DoNotTakeAPasswordThatHasExpired) {
  Passwords passwords(io_);
  passwords.set(users());
  EXPECT_EQ(check(passwords, "ann", "other", kNow + 30s).principal, nullptr);
  EXPECT_NE(check(passwords, "ann", "other", kNow + 29s).principal, nullptr);
  // Nor is it cached for longer.
  EXPECT_TRUE(passwords.check_now("ann", "other", kNow + 29s));
  EXPECT_FALSE(passwords.check_now("ann", "other", kNow + 30s));
}

TEST_F(PasswordsTest, RememberARightPasswordForAMinute) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  EXPECT_FALSE(passwords.check_now("ann", "right", kNow));
  EXPECT_NE(check(passwords, "ann", "right").principal, nullptr);
  EXPECT_EQ(counter_.count(), 1);
  ASSERT_TRUE(passwords.check_now("ann", "right", kNow));
  EXPECT_NE(passwords.check_now("ann", "right", kNow + Passwords::kCachedFor - 1ns)->principal,
            nullptr);
  EXPECT_NE(check(passwords, "ann", "right").principal, nullptr);
  EXPECT_EQ(counter_.count(), 1);
  EXPECT_FALSE(passwords.check_now("ann", "right", kNow + Passwords::kCachedFor));
  EXPECT_FALSE(passwords.check_now("ann", "right", kNow - 1ns));  // The clock was set back.
  EXPECT_FALSE(passwords.check_now("annr", "ight", kNow));
  EXPECT_FALSE(passwords.check_now("ann", "wrong", kNow));
}

TEST_F(PasswordsTest, RememberNoWrongOne) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  EXPECT_EQ(check(passwords, "ann", "wrong").principal, nullptr);
  EXPECT_EQ(check(passwords, "ann", "wrong").principal, nullptr);
  EXPECT_EQ(counter_.count(), 2);
}

TEST_F(PasswordsTest, ForgetWhenUsersChange) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  EXPECT_NE(check(passwords, "ann", "right").principal, nullptr);
  passwords.set(user());
  EXPECT_FALSE(passwords.check_now("ann", "right", kNow));
  passwords.set(nullptr);
  EXPECT_EQ(check(passwords, "ann", "right").principal, nullptr);
}

TEST_F(PasswordsTest, DoNotRememberWhatLastUsersSaid) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  counter_.hold();
  const auto early = begin(passwords, "ann", "right");
  poll();
  counter_.wait_for(1);
  passwords.set(user(R"(, "comment": "new")"));
  const auto late = begin(passwords, "ann", "right");
  counter_.let_go();
  run();
  EXPECT_NE(early->value().principal, nullptr);
  EXPECT_NE(late->value().principal, nullptr);
  EXPECT_NE(early->value().principal, late->value().principal);
  EXPECT_EQ(counter_.count(), 2);
  EXPECT_EQ(passwords.check_now("ann", "right", kNow)->principal, late->value().principal);
}

TEST_F(PasswordsTest, CheckAnUnknownUserLikeAKnownOne) {
  std::string text = R"({"users": [)";
  for (const char salt : {'A', 'Q'}) {
    text += R"({"name": "ann", "scrypt": "$scrypt$ln=12,r=8,p=1$)" + std::string(22, salt) + '$' +
            std::string(43, 'A') + "\"},";
  }
  text.back() = ']';
  Passwords passwords(io_, counter_.matches());
  passwords.set(std::make_shared<const Users>(std::move(Users::parse(text + '}', "s").value())));
  EXPECT_EQ(check(passwords, "ann", "wrong").principal, nullptr);
  EXPECT_EQ(counter_.count(), 2);
  EXPECT_EQ(counter_.log_n(), 24);
  // Even the right password of the one who stands in for him does not let him in.
  EXPECT_EQ(check(passwords, "bob", "wrong").principal, nullptr);
  EXPECT_EQ(counter_.count(), 4);
  EXPECT_EQ(counter_.log_n(), 48);
  EXPECT_EQ(check(passwords, "bob", "right").principal, nullptr);
  EXPECT_EQ(counter_.count(), 6);
}

TEST_F(PasswordsTest, HashOnceForRequestsAtTheSameTime) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  std::vector<std::shared_ptr<std::optional<Checked>>> results;
  for (size_t i = 0; i < Passwords::kWaitersMax + 1; ++i) {
    results.push_back(begin(passwords, "ann", "right"));
  }
  counter_.hold();
  poll();
  counter_.let_go();
  run();
  EXPECT_EQ(counter_.count(), 1);
  EXPECT_TRUE(results.back()->value().too_busy);
  results.pop_back();
  for (const auto& result : results) EXPECT_NE(result->value().principal, nullptr);
}

TEST_F(PasswordsTest, AreTooBusyWhenTooManyWait) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  counter_.hold();
  const auto first = begin(passwords, "ann", "wrong");
  poll();
  counter_.wait_for(1);
  std::vector<std::shared_ptr<std::optional<Checked>>> waiting;
  for (size_t i = 0; i < Passwords::kWaitingMax; ++i) {
    waiting.push_back(begin(passwords, "ann", "wrong" + std::to_string(i)));
  }
  const auto last = begin(passwords, "ann", "right");
  poll();
  ASSERT_TRUE(*last);
  EXPECT_TRUE((*last)->too_busy);
  EXPECT_FALSE(*waiting.back());
  counter_.let_go();
  run();
  EXPECT_FALSE(waiting.back()->value().too_busy);
  EXPECT_EQ(counter_.count(), 1 + static_cast<int>(Passwords::kWaitingMax));
  EXPECT_NE(check(passwords, "ann", "right").principal, nullptr);
}

TEST_F(PasswordsTest, AreTooBusyWithoutMemory) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  EXPECT_TRUE(check(passwords, "ann", "lacking").too_busy);
  EXPECT_TRUE(check(passwords, "ann", "throws").too_busy);
}

TEST_F(PasswordsTest, SkipACheckThatNobodyWaitsFor) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  counter_.hold();
  const auto first = begin(passwords, "ann", "wrong");
  poll();
  counter_.wait_for(1);
  boost::asio::cancellation_signal gone;
  boost::asio::co_spawn(io_, passwords.check("ann", "abandoned", kNow, {}),
                        boost::asio::bind_cancellation_slot(gone.slot(), boost::asio::detached));
  const auto last = begin(passwords, "ann", "right");
  poll();
  gone.emit(boost::asio::cancellation_type::terminal);
  poll();
  counter_.let_go();
  run();
  EXPECT_NE(last->value().principal, nullptr);
  EXPECT_EQ(counter_.count(), 2);
}

TEST_F(PasswordsTest, TakeNoLongPasswordAndNoLongName) {
  Passwords passwords(io_, counter_.matches());
  passwords.set(user());
  const std::string longest(Passwords::kPasswordBytesMax, 'a');
  EXPECT_FALSE(passwords.check_now("ann", longest, kNow));
  ASSERT_TRUE(passwords.check_now("ann", longest + 'a', kNow));
  EXPECT_EQ(passwords.check_now("ann", longest + 'a', kNow)->principal, nullptr);
  EXPECT_TRUE(passwords.check_now(std::string(kNameBytesMax + 1, 'a'), "right", kNow));
}

TEST_F(PasswordsTest, EndAfterTheHashUnderWay) {
  auto passwords = std::make_unique<Passwords>(io_, counter_.matches());
  passwords->set(user());
  counter_.hold();
  const auto first = begin(*passwords, "ann", "right");
  poll();
  counter_.wait_for(1);
  const auto second = begin(*passwords, "ann", "wrong");
  poll();
  std::thread end([&] { counter_.let_go(); });
  passwords.reset();
  end.join();
  run();
  EXPECT_EQ(second->value().too_busy, counter_.count() == 1);
  EXPECT_NE(first->value().principal, nullptr);
}

}  // namespace
}  // namespace penstock::auth
