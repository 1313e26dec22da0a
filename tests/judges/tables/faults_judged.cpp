// What the client does when the emulator cannot be reached, does not answer, or answers in vain.
#include <gmock/gmock.h>
#include <signal.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "dynamodb/idempotency_store.h"
#include "dynamodb/write_once.h"
#include "judges/tables/judged_tables.h"
#include "local/relay/relay.h"

namespace penstock::dynamodb {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;

// A wait ends at its deadline, but a busy machine may notice it late.
constexpr std::chrono::seconds kLate{10};

// Has a second client, whose connections go through a relay.
class Faults : public JudgedTables {
 protected:
  Faults() {
    const auto url = boost::urls::parse_uri(variable("AWS_ENDPOINT_URL_DYNAMODB")).value();
    relay_.lead_to(url.port_number());
    static_cast<void>(relay_.listen().value());
    start_.environment["AWS_ENDPOINT_URL_DYNAMODB"] =
        "http://127.0.0.1:" + std::to_string(relay_.port());
    upstream::Settings settings;
    settings.failures_max = 0;
    settings.attempt_timeout = milliseconds(1500);
    faulty_ = std::move(Client::make(start_.start, settings).value());
  }

  // Loses the next answers: the emulator has done what was asked.
  void lose_answers(int count) {
    local::LinkFaults faults;
    faults.answers_cut = count;
    relay_.set(faults);
  }
  // Runs it, and says in what time it has ended.
  template <class T>
  T timed(async::Awaitable<T> work, milliseconds& taken) {
    const auto begin = std::chrono::steady_clock::now();
    T result = run(std::move(work));
    taken = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    return result;
  }
  base::Result<Applied> count_once(int64_t offset, int lost, Once once = {}) {
    lose_answers(lost);
    const base::RecordIdentity record{own_key() + std::to_string(offset), "t", {0}, {offset}};
    return run(write_once(*faulty_, record, "orders", Update{key("1"), Changes().add("n", 1), {}},
                          soon(), std::move(once)));
  }
  std::string count() {
    const auto got = get("1");
    const auto* n = got ? find<Number>(*got, "n") : nullptr;
    return n == nullptr ? "none" : n->text();
  }

  local::Relay relay_{start_.io};
  std::unique_ptr<Client> faulty_;
};

TEST_F(Faults, ALostAnswerOfAConditionalPutIsFound) {
  lose_answers(1);
  const auto written =
      run(faulty_->put("orders", {item("1", {{"v", 1}}), attribute_not_exists("id")}, soon()));
  ASSERT_TRUE(written) << written.error().message;
  if (has("JUDGE_SAYS_ITEM")) {
    EXPECT_TRUE(written->done);
  } else {
    EXPECT_TRUE(!written->done && written->unsure);
  }
  EXPECT_TRUE(get("1"));
  // Another's item is no success.
  relay_.cut();
  lose_answers(1);
  const auto other =
      run(faulty_->put("orders", {item("1", {{"v", 2}}), attribute_not_exists("id")}, soon()));
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_FALSE(other->done);
  EXPECT_TRUE(other->unsure);
  EXPECT_EQ(get("1"), item("1", {{"v", 1}}));
}

TEST_F(Faults, ACountIsNotRepeated) {
  lose_answers(1);
  const auto lost = run(faulty_->update("orders", {key("1"), Changes().add("n", 1), {}}, soon()));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out) << lost.error().message;
  EXPECT_EQ(count(), "1");
}

TEST_F(Faults, AWriteOnceIsDoneOnce) {
  for (const int lost : {0, 1, 2, 3, 5}) {
    const auto applied = count_once(lost + 1, lost);
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(count_once(lost + 1, lost).value(), Applied::before);
  }
  EXPECT_EQ(count(), "5");
}

TEST_F(Faults, ATransactionOnceIsDoneOnce) {
  if (!has("JUDGE_TRANSACTIONS")) GTEST_SKIP() << "this emulator has no transactions";
  Once once;
  once.by_event_id = true;
  for (const int lost : {0, 1, 3}) {
    const auto applied = count_once(lost + 1, lost, once);
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(count_once(lost + 1, lost, once).value(), Applied::before);
  }
  EXPECT_EQ(count(), "3");
  lose_answers(1);
  std::vector<Write> writes{{"orders", Update{key("1"), Changes().add("n", 1), {}}}};
  const auto lost = run(faulty_->transact(std::move(writes), soon()));
  EXPECT_EQ(lost.error().code, ErrorCode::timed_out);
  EXPECT_EQ(count(), "4");
}

TEST_F(Faults, AKeyWhoseAnswerIsLostIsFresh) {
  IdempotencyStore store(*faulty_);
  idempotency::Claim claim{.key = own_key() + variable("JUDGE_SERVER"),
                           .fingerprint = "f",
                           .holder = "a",
                           .lease = std::chrono::seconds(60),
                           .keep = std::chrono::seconds(600)};
  lose_answers(1);
  const auto entry = run(store.begin(claim, soon()));
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->state, idempotency::Entry::State::fresh);
  claim.holder = "b";
  EXPECT_EQ(run(store.begin(claim, soon())).value().state, idempotency::Entry::State::running);
}

TEST_F(Faults, ARefusedConnectionIsUnavailable) {
  local::LinkFaults faults;
  faults.refuses = true;
  relay_.set(faults);
  relay_.cut();
  const auto read = run(faulty_->get("orders", {.key = key("1")}, soon()));
  EXPECT_EQ(read.error().code, ErrorCode::unavailable) << read.error().message;
  EXPECT_TRUE(read.error().retryable);
  const auto write = run(faulty_->put("orders", {item("1", {}), {}}, soon()));
  EXPECT_EQ(write.error().code, ErrorCode::unavailable) << write.error().message;
  EXPECT_TRUE(write.error().retryable);
  EXPECT_FALSE(get("1"));
}

TEST_F(Faults, AFrozenServerIsLeftAtTheDeadline) {
  put(item("1", {{"n", 1}}));
  const auto server = static_cast<pid_t>(std::stoi(variable("JUDGE_SERVER")));
  ASSERT_EQ(::kill(server, SIGSTOP), 0);
  milliseconds taken{};
  const auto deadline = [] { return std::chrono::steady_clock::now() + milliseconds(700); };
  const auto read = timed(faulty_->get("orders", {.key = key("1")}, deadline()), taken);
  EXPECT_LT(taken, kLate);
  const auto write =
      timed(faulty_->put("orders", {item("2", {}), attribute_not_exists("id")}, deadline()), taken);
  EXPECT_LT(taken, kLate);
  const auto once = timed(write_once(*faulty_, {"", "t", {0}, {1}}, "orders",
                                     Update{key("1"), Changes().add("n", 1), {}}, deadline()),
                          taken);
  EXPECT_LT(taken, kLate);
  ASSERT_EQ(::kill(server, SIGCONT), 0);
  ASSERT_FALSE(read || write || once);
  EXPECT_EQ(write.error().code, ErrorCode::timed_out) << write.error().message;
  EXPECT_EQ(once.error().code, ErrorCode::timed_out) << once.error().message;
  // The record comes again, and is counted once, whatever became of the first try.
  const auto again = run(write_once(*client_, {"", "t", {0}, {1}}, "orders",
                                    Update{key("1"), Changes().add("n", 1), {}}, soon()));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(count(), "2");
}

TEST_F(Faults, WithoutCredentialsNothingIsSent) {
  base::Environment alone = start_.environment;
  alone.remove("AWS_ACCESS_KEY_ID");
  alone.remove("AWS_SECRET_ACCESS_KEY");
  alone["AWS_EC2_METADATA_DISABLED"] = "true";
  alone["AWS_SHARED_CREDENTIALS_FILE"] = alone["AWS_CONFIG_FILE"] = "/nonexistent";
  test::TestStart other(alone);
  const auto client = std::move(Client::make(other.start).value());
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(1500);
  const auto read = other.run(client->get("orders", {.key = key("1")}, deadline));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable) << read.error().message;
}

}  // namespace
}  // namespace penstock::dynamodb
