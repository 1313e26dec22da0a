// These tests read as a member of a group through a relay, which takes the broker away in the
// moment that the test chooses: while the member has partitions and asks where to begin in them.
#include "local/records/record_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/kafka_client.h"
#include "support/relayed_kafka.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kTopic = "events";
constexpr const char* kGroup = "group";
constexpr milliseconds kSession{6'000};
constexpr seconds kPatience{90};
constexpr int kAnswerMs = 1'000;

// Says whether the group has members, and all of them know their partitions.
bool is_stable(const std::string& bootstrap) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  const struct rd_kafka_group_list* list = nullptr;
  if (rd_kafka_list_groups(client->get(), kGroup, &list, kAnswerMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  bool is_stable = false;
  for (int i = 0; i < list->group_cnt; ++i) {
    is_stable = is_stable || std::string(list->groups[i].state) == "Stable";
  }
  rd_kafka_group_list_destroy(list);
  return is_stable;
}

// Reads as one member of the group, on the thread of the test.
class Member {
 public:
  explicit Member(const std::string& bootstrap) {
    auto opened = RecordSource::open(
        {.cluster = {.bootstrap = bootstrap},
         .topics = {kTopic},
         .group_id = kGroup,
         .session_timeout = kSession},
        {.assigned = [this](const auto& starts) { starts_ = starts; },
         .revoked = [this](const auto&) { starts_.reset(); },
         .reached_end = [](const auto&, base::Offset) {},
         .deleted = [](const auto&, const auto&) {},
         .trouble = [this](const auto& sentence) { troubles_.push_back(sentence); }});
    source_ = std::move(opened.value());
  }

  template <class Condition>
  bool serve_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) {
      source_->serve();
      const auto record = source_->next(milliseconds(20));
      // Records may come again: those that were read before the assignment was taken back.
      if (record && !seen(record->offset.value)) offsets_.push_back(record->offset.value);
    }
    return condition();
  }
  [[nodiscard]] bool seen(int64_t offset) const {
    return std::find(offsets_.begin(), offsets_.end(), offset) != offsets_.end();
  }
  // Says whether Kafka stores this offset, which it does for a member of the group only.
  bool stores(base::Offset offset) {
    if (!starts_) return false;
    source_->start_commit({{{kTopic, {0}}, offset}});
    const auto stored = source_->commit_result(milliseconds(kAnswerMs));
    return stored && *stored;
  }
  void leave() { source_->leave(steady_clock::now() + seconds(5)); }

  std::optional<Offsets> starts_;
  std::vector<std::string> troubles_;
  std::vector<int64_t> offsets_;  // Each when it came for the first time.

 private:
  std::unique_ptr<RecordSource> source_;
};

class RecordSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = kafka_.start();
    ASSERT_TRUE(started) << base::describe(started.error());
  }
  test::RelayedKafka kafka_;
};

TEST_F(RecordSourceTest, JoinsAgainAfterItsBrokerWasAwayWhileItAskedWhereToBegin) {
  const auto made = test::create_topic(kafka_.bootstrap(), kTopic, 1);
  ASSERT_TRUE(made) << made.error().message;
  const auto stored =
      test::produce(kafka_.bootstrap(), kTopic, {{.value = "a"}, {.value = "b"}, {.value = "c"}});
  ASSERT_TRUE(stored) << stored.error().message;
  Member member(kafka_.bootstrap());
  const auto deadline = steady_clock::now() + kPatience;
  while (!is_stable(kafka_.bootstrap())) ASSERT_LT(steady_clock::now(), deadline);

  // The member has its partition by now, or gets it by an answer.
  kafka_.hold_requests();
  ASSERT_TRUE(member.serve_until([&] { return !member.troubles_.empty(); }));
  EXPECT_THAT(member.troubles_[0], HasSubstr("cannot look up where to start"));
  kafka_.take_away();
  const auto session_over = steady_clock::now() + 2 * kSession;
  ASSERT_TRUE(member.serve_until([&] { return steady_clock::now() >= session_over; }));
  EXPECT_FALSE(member.starts_);
  kafka_.give_back();
  ASSERT_TRUE(member.serve_until([&] { return member.seen(2); }));
  EXPECT_THAT(member.offsets_, ElementsAre(0, 1, 2)) << "in order, from the first one on";
  // The last assignment is one that the group knows.
  ASSERT_TRUE(member.serve_until([&] { return member.stores({3}); }));
  member.leave();
  EXPECT_EQ(test::committed_offsets(kafka_.bootstrap(), kGroup, kTopic).value(),
            (std::map<int32_t, int64_t>{{0, 3}}));
}

}  // namespace
}  // namespace penstock::local
