// These tests read as a member of a group through a relay, which takes the broker away in the
// moment that the test chooses: while the member has partitions and asks where to begin in them.
#include "local/records/record_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/number_text.h"
#include "local/relay/relay.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

namespace asio = boost::asio;
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

// Is a Kafka that is reached through a relay only.
class RelayedKafka {
 public:
  RelayedKafka()
      : kafka_({.folder = folder_.path() / "kafka", .libraries = libraries()},
               {.settings = [this](std::string settings) { return through_relay(settings); }}),
        thread_([this] { io_.run(); }) {}
  ~RelayedKafka() {
    on_thread([this] { relay_.reset(); });
    work_.reset();
    thread_.join();
  }

  [[nodiscard]] base::Result<> start() { return kafka_.start(); }
  // Returns the address of the relay.
  [[nodiscard]] std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  // Lets what is asked for no longer arrive. What the broker has been asked for is answered.
  void hold_requests() {
    on_thread([this] { relay_->set({.requests = {.held = true}}); });
  }
  void take_away() {
    on_thread([this] {
      relay_->set({.refuses = true});
      relay_->cut();
    });
  }
  void give_back() {
    on_thread([this] { relay_->set({}); });
  }

 private:
  static std::string libraries() {
    const char* value = std::getenv("PENSTOCK_KAFKA_LIBS");
    return value == nullptr ? "" : value;
  }

  void on_thread(const std::function<void()>& call) {
    std::promise<void> done;
    asio::post(io_, [&] {
      call();
      done.set_value();
    });
    done.get_future().get();
  }

  // Makes the broker say that it is where the relay listens.
  std::string through_relay(std::string settings) {
    constexpr std::string_view kName = "\nadvertised.listeners=PLAINTEXT://127.0.0.1:";
    const size_t begin = settings.find(kName) + kName.size();
    const size_t end = settings.find('\n', begin);
    const auto server =
        base::whole_number<uint16_t>(std::string_view(settings).substr(begin, end - begin));
    on_thread([&] {
      relay_ = std::make_unique<Relay>(io_, server.value());
      EXPECT_TRUE(relay_->listen());
      port_ = relay_->port();
    });
    return settings.replace(begin, end - begin, std::to_string(port_));
  }

  test::TemporaryFolder folder_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<Relay> relay_;
  uint16_t port_ = 0;
  test::RunningKafka kafka_;
  std::thread thread_;
};

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
  RelayedKafka kafka_;
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
