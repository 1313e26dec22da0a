#include "events/publisher.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <new>
#include <vector>

namespace penstock::events {
namespace {

using namespace std::chrono_literals;

// Keeps events until the test reports them.
class FakeSink final : public Sink {
 public:
  std::optional<DeliveryReport> submit(const Event& event, Ticket ticket) override {
    if (refuse) {
      return DeliveryReport{.outcome = DeliveryOutcome::not_stored, .reason = "queue full"};
    }
    ids.push_back(event.id);
    tickets.push_back(ticket);
    if (throws) throw 42;
    if (reports_and_throws) {
      report(ticket, {.outcome = DeliveryOutcome::stored});
      throw std::bad_alloc();
    }
    return std::nullopt;
  }
  void recall(std::chrono::milliseconds time) override {
    recalls.push_back(time);
    if (recalled) recalled();
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  std::vector<std::chrono::milliseconds> recalls;
  std::function<void()> recalled;
  bool refuse = false;
  bool throws = false;
  bool reports_and_throws = false;
  std::vector<std::string> ids;
  std::vector<Ticket> tickets;
  ReportListener report;
};

struct FakeWaiter final : Waiter {
  void done(DeliveryReport&& report) override { reports.push_back(std::move(report)); }
  std::vector<DeliveryReport> reports;
};

class PublisherTest : public testing::Test {
 protected:
  static Event event(std::string id) {
    return {.id = std::move(id), .type = "t", .topic = "events", .source = "/s", .time = {}};
  }

  static constexpr int64_t kBytesMax = 100;

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  FakeSink sink_;
  Publisher publisher_{
      sink_, {.deadline = 2000ms, .in_flight_max = 3, .bytes_max = kBytesMax}, log_};
  Publisher::Time start_{1h};
};

TEST_F(PublisherTest, GivesAReportToItsWaiterOnce) {
  FakeWaiter one, two;
  publisher_.publish(event("1"), one, start_);
  publisher_.publish(event("2"), two, start_);
  sink_.report(sink_.tickets[1],
               {.outcome = DeliveryOutcome::stored, .stored_at = StoredAt{{0}, {7}}});
  EXPECT_TRUE(one.reports.empty());
  ASSERT_EQ(two.reports.size(), 1u);
  ASSERT_TRUE(two.reports[0].stored_at);
  EXPECT_EQ(two.reports[0].stored_at->offset, base::Offset{7});
  EXPECT_EQ(publisher_.in_flight(), 1u);
  publisher_.expire(start_ + 10s);
  EXPECT_EQ(two.reports.size(), 1u);
}

TEST_F(PublisherTest, KeepsTheDeadlineWhateverTheSinkDoes) {
  FakeWaiter one, two;
  publisher_.publish(event("1"), one, start_);
  publisher_.publish(event("2"), two, start_ + 100ms);
  publisher_.expire(start_ + 1999ms);
  EXPECT_EQ(publisher_.next_deadline(), start_ + 2000ms);
  EXPECT_TRUE(one.reports.empty());
  publisher_.expire(start_ + 2000ms);
  ASSERT_EQ(one.reports.size(), 1u);
  EXPECT_EQ(one.reports[0].outcome, DeliveryOutcome::unknown);
  EXPECT_TRUE(two.reports.empty());
  EXPECT_EQ(publisher_.next_deadline(), start_ + 2100ms);
}

TEST_F(PublisherTest, RecallsEachEventOnceShortlyBeforeItsDeadline) {
  FakeWaiter one, two, three;
  publisher_.publish(event("1"), one, start_);
  publisher_.publish(event("2"), two, start_ + 100ms);
  EXPECT_EQ(publisher_.next_deadline(), start_ + 1700ms);
  publisher_.expire(start_ + 1699ms);
  EXPECT_TRUE(sink_.recalls.empty());
  publisher_.expire(start_ + 1700ms);
  EXPECT_THAT(sink_.recalls, testing::ElementsAre(300ms));
  EXPECT_EQ(publisher_.next_deadline(), start_ + 2000ms);
  publisher_.publish(event("3"), three, start_ + 1750ms);
  publisher_.expire(start_ + 1850ms);  // This recall has taken the second, too.
  EXPECT_EQ(sink_.recalls.size(), 1u);
  for (size_t i = 0; i < 2; ++i) {
    sink_.report(sink_.tickets[i], {.outcome = DeliveryOutcome::not_stored});
  }
  EXPECT_EQ(publisher_.next_deadline(), start_ + 3450ms);
  publisher_.expire(start_ + 3450ms);
  EXPECT_EQ(sink_.recalls.size(), 2u);
}

TEST_F(PublisherTest, AnEventThatIsTakenBackIsNotStored) {
  FakeWaiter one;
  publisher_.publish(event("1"), one, start_);
  sink_.recalled = [&] {
    sink_.report(sink_.tickets[0], {.outcome = DeliveryOutcome::not_stored});
  };
  publisher_.expire(start_ + 5s);
  ASSERT_EQ(one.reports.size(), 1u);
  EXPECT_EQ(one.reports[0].outcome, DeliveryOutcome::not_stored);
  EXPECT_FALSE(publisher_.next_deadline());
}

TEST_F(PublisherTest, AnEventThatARecallHasNotReachedIsRecalledAgainAtItsDeadline) {
  FakeWaiter one;
  publisher_.publish(event("1"), one, start_);
  publisher_.expire(start_ + 1700ms);
  publisher_.expire(start_ + 2000ms);
  ASSERT_EQ(one.reports.size(), 1u);
  EXPECT_EQ(one.reports[0].outcome, DeliveryOutcome::unknown);
  EXPECT_EQ(sink_.recalls.size(), 2u);
}

TEST_F(PublisherTest, AShortDeadlineHasAShorterRecall) {
  Publisher publisher(sink_, {.deadline = 500ms, .in_flight_max = 3}, log_);
  publisher.publish_unwatched(event("1"), start_);
  EXPECT_EQ(publisher.next_deadline(), start_ + 375ms);
  publisher.expire(start_ + 375ms);
  EXPECT_THAT(sink_.recalls, testing::ElementsAre(125ms));
}

TEST_F(PublisherTest, ManyDeadlinesAreWorkedOffInParts) {
  constexpr size_t kEvents = 2 * Publisher::kExpiredAtOnce + 1;
  Publisher publisher(sink_, {.deadline = 2000ms, .in_flight_max = kEvents}, log_);
  for (size_t i = 0; i < kEvents; ++i) publisher.publish_unwatched(event("1"), start_);
  publisher.expire(start_ + 2s);
  EXPECT_EQ(publisher.counts().unknown, Publisher::kExpiredAtOnce);
  EXPECT_EQ(publisher.next_deadline(), start_ + 2s);
  publisher.expire(start_ + 2s);
  publisher.expire(start_ + 2s);
  EXPECT_EQ(publisher.counts().unknown, kEvents);
  EXPECT_FALSE(publisher.next_deadline());
}

TEST_F(PublisherTest, AnEventWhoseSinkThrowsMayBeStored) {
  FakeWaiter waiter;
  sink_.throws = true;
  publisher_.publish(event("1"), waiter, start_);
  publisher_.publish_unwatched(event("2"), start_);
  ASSERT_EQ(waiter.reports.size(), 1u);
  EXPECT_EQ(waiter.reports[0].outcome, DeliveryOutcome::unknown);
  EXPECT_EQ(waiter.reports[0].reason, "something was thrown that is not a std::exception");
  EXPECT_EQ(publisher_.counts().unknown, 2u);
  EXPECT_FALSE(publisher_.next_deadline());
  for (const Ticket ticket : sink_.tickets) {
    sink_.report(ticket, {.outcome = DeliveryOutcome::stored});
  }
  EXPECT_EQ(waiter.reports.size(), 1u);
  EXPECT_EQ(publisher_.counts().late_stored, 2u);
  EXPECT_EQ(publisher_.in_flight(), 0u);
}

TEST_F(PublisherTest, ASinkMayThrowAfterItsReport) {
  FakeWaiter waiter;
  sink_.reports_and_throws = true;
  EXPECT_THROW(publisher_.publish(event("1"), waiter, start_), std::bad_alloc);
  ASSERT_EQ(waiter.reports.size(), 1u);
  EXPECT_EQ(waiter.reports[0].outcome, DeliveryOutcome::stored);
  EXPECT_EQ(publisher_.in_flight(), 0u);
}

TEST_F(PublisherTest, AThrowAfterAReportConcernsNoEventThatWasPublishedInBetween) {
  struct Follower final : Waiter {
    void done(DeliveryReport&&) override { follow(); }
    std::function<void()> follow;
  } first;
  FakeWaiter second;
  first.follow = [&] {
    sink_.reports_and_throws = false;
    publisher_.publish(event("2"), second, start_);
  };
  sink_.reports_and_throws = true;
  EXPECT_THROW(publisher_.publish(event("1"), first, start_), std::bad_alloc);
  EXPECT_TRUE(second.reports.empty());
  sink_.report(sink_.tickets[1], {.outcome = DeliveryOutcome::stored});
  ASSERT_EQ(second.reports.size(), 1u);
  EXPECT_EQ(second.reports[0].outcome, DeliveryOutcome::stored);
  EXPECT_EQ(publisher_.counts().late_stored, 0u);
}

TEST_F(PublisherTest, OnlyCountsALateReport) {
  FakeWaiter one;
  publisher_.publish(event("1"), one, start_);
  publisher_.expire(start_ + 2s);
  sink_.report(sink_.tickets[0],
               {.outcome = DeliveryOutcome::stored, .stored_at = StoredAt{{0}, {3}}});
  EXPECT_EQ(one.reports.size(), 1u);
  EXPECT_EQ(publisher_.counts().late_stored, 1u);
  EXPECT_EQ(publisher_.counts().stored, 0u);
  EXPECT_EQ(publisher_.in_flight(), 0u);
}

TEST_F(PublisherTest, PassesOnARefusalAtOnce) {
  sink_.refuse = true;
  FakeWaiter one;
  publisher_.publish(event("1"), one, start_);
  ASSERT_EQ(one.reports.size(), 1u);
  EXPECT_EQ(one.reports[0].outcome, DeliveryOutcome::not_stored);
  EXPECT_EQ(publisher_.in_flight(), 0u);
  EXPECT_EQ(publisher_.next_deadline(), std::nullopt);
}

TEST_F(PublisherTest, CountsLateEventsAgainstTheLimit) {
  FakeWaiter waiter;
  for (const char* id : {"1", "2", "3"}) publisher_.publish(event(id), waiter, start_);
  publisher_.expire(start_ + 2s);  // They have their outcome, but the sink still has them.
  FakeWaiter fourth;
  publisher_.publish(event("4"), fourth, start_ + 3s);
  ASSERT_EQ(fourth.reports.size(), 1u);
  EXPECT_EQ(fourth.reports[0].outcome, DeliveryOutcome::not_stored);
  sink_.report(sink_.tickets[0], {.outcome = DeliveryOutcome::not_stored});
  publisher_.publish(event("5"), fourth, start_ + 3s);
  EXPECT_THAT(sink_.ids, testing::ElementsAre("1", "2", "3", "5"));
}

TEST_F(PublisherTest, TheBytesOfWhatTheSinkHasAreLimitedInSum) {
  const auto with_bytes = [](std::string id, size_t key, size_t value) {
    Event made = event(std::move(id));
    made.has_key = true;
    made.key.assign(key, 'k');
    made.value.assign(value, 'v');
    return made;
  };
  FakeWaiter waiter;
  publisher_.publish(with_bytes("late", 20, 40), waiter, start_);
  publisher_.expire(start_ + 2s);
  publisher_.publish(with_bytes("too much", 1, 40), waiter, start_ + 2s);
  ASSERT_EQ(waiter.reports.size(), 2u);
  EXPECT_EQ(waiter.reports[1].outcome, DeliveryOutcome::not_stored);
  publisher_.publish(with_bytes("fits", 0, 40), waiter, start_ + 2s);
  sink_.report(sink_.tickets[0], {.outcome = DeliveryOutcome::not_stored});
  sink_.refuse = true;
  for (int i = 0; i < 3; ++i) {
    publisher_.publish(with_bytes("refused", 0, 60), waiter, start_ + 2s);
    EXPECT_EQ(waiter.reports.back().reason, "queue full");
  }
  sink_.refuse = false;
  publisher_.publish(with_bytes("fits, too", 20, 40), waiter, start_ + 2s);
  EXPECT_THAT(sink_.ids, testing::ElementsAre("late", "fits", "fits, too"));
}

TEST_F(PublisherTest, CountsBestEffortFailures) {
  publisher_.publish_unwatched(event("1"), start_);
  publisher_.publish_unwatched(event("2"), start_);
  sink_.report(sink_.tickets[0], {.outcome = DeliveryOutcome::not_stored, .reason = "down"});
  publisher_.expire(start_ + 2s);
  EXPECT_EQ(publisher_.counts().not_stored, 1u);
  EXPECT_EQ(publisher_.counts().unknown, 1u);
}

TEST(PublisherLogTest, SaysWhatIsKnownOfAnEventThatNobodyWaitsFor) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  log::Log log(ends[1], log::Level::error);
  FakeSink sink;
  Publisher publisher(sink, {.deadline = 2000ms, .in_flight_max = 9}, log);
  const Publisher::Time start{1h};
  const auto event = [](std::string id) {
    return Event{.id = std::move(id), .type = "t", .topic = "events", .source = "/s", .time = {}};
  };
  for (const char* id : {"refused", "late"}) publisher.publish_unwatched(event(id), start);
  sink.report(sink.tickets[0], {.outcome = DeliveryOutcome::not_stored, .reason = "down"});
  publisher.expire(start + 2s);
  FakeWaiter waiter;
  publisher.publish(event("watched"), waiter, start);
  publisher.publish_unwatched(event("last"), start);
  publisher.log_unreported();
  log.flush();
  std::string text(4096, '\0');
  text.resize(static_cast<size_t>(::read(ends[0], text.data(), text.size())));
  for (const int fd : ends) ::close(fd);
  const auto position = [&](const std::string& message, const std::string& id) {
    return text.find("\"message\":\"an event that nobody waits for " + message +
                     "\",\"event_id\":\"" + id + '"');
  };
  EXPECT_NE(position("was not stored", "refused"), std::string::npos) << text;
  EXPECT_NE(position("may not be stored", "late"), std::string::npos) << text;
  EXPECT_NE(position("may not be stored", "last"), std::string::npos) << text;
  EXPECT_EQ(text.find("watched"), std::string::npos) << text;
}

}  // namespace
}  // namespace penstock::events
