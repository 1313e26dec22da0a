#include "kafka/instances.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace penstock::kafka {
namespace {

using namespace std::chrono_literals;

constexpr size_t kRecords = 4 * Instances::kTakenAtOnce + 1;

// Keeps the numbers of the records in the order of their reports.
struct Reports final : Instances::Listener {
  void instance_started(Instance&) override { ++started; }
  void take_report(Instance&, const rd_kafka_message_t& message) override {
    numbers.push_back(reinterpret_cast<uintptr_t>(message._private));
  }
  void take_event(Instance&, bool, rd_kafka_event_t*) override {}

  int started = 0;
  std::vector<size_t> numbers;
};

// No broker listens at this address, so the records wait until they are purged. Then all their
// reports come in one event.
class InstancesTest : public testing::Test {
 protected:
  InstancesTest() {
    EXPECT_TRUE(instances_.start());
    const auto client = instances_.current()->client();
    for (uintptr_t i = 0; i < kRecords; ++i) {
      EXPECT_EQ(rd_kafka_producev(client, RD_KAFKA_V_TOPIC("events"), RD_KAFKA_V_PARTITION(0),
                                  RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(i)), RD_KAFKA_V_END),
                RD_KAFKA_RESP_ERR_NO_ERROR);
    }
  }

  void purge() { rd_kafka_purge(instances_.current()->client(), RD_KAFKA_PURGE_F_QUEUE); }
  // Runs the io_context until all reports have come. Returns how many one turn of it took at most.
  size_t reports_of_the_longest_turn() {
    size_t most = 0;
    while (reports_.numbers.size() < kRecords) {
      const size_t before = reports_.numbers.size();
      if (io_.run_one_for(30s) == 0) break;
      most = std::max(most, reports_.numbers.size() - before);
    }
    return most;
  }
  static std::vector<size_t> all_in_order() {
    std::vector<size_t> numbers(kRecords);
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  boost::asio::io_context io_{1};
  const Settings settings_{.bootstrap = "127.0.0.1:1", .client_id = "test"};
  Reports reports_;
  Instances instances_{io_, settings_, reports_, log_};
};

TEST_F(InstancesTest, ManyReportsAreTakenInParts) {
  purge();
  EXPECT_LE(reports_of_the_longest_turn(), Instances::kTakenAtOnce);
  EXPECT_EQ(reports_.numbers, all_in_order());
}

TEST_F(InstancesTest, TheReportsOfAReplacedInstanceAreTakenInPartsToo) {
  instances_.replace("a test");
  instances_.end_retired();
  EXPECT_LE(reports_.numbers.size(), Instances::kTakenAtOnce);
  EXPECT_LE(reports_of_the_longest_turn(), Instances::kTakenAtOnce);
  EXPECT_EQ(reports_.numbers, all_in_order());
}

TEST_F(InstancesTest, AFlushTakesAllReportsInOrder) {
  purge();
  EXPECT_EQ(io_.run_one_for(30s), 1u);
  instances_.flush(30s);
  EXPECT_EQ(reports_.numbers, all_in_order());
}

TEST_F(InstancesTest, ARotatedInstanceKeepsItsRecordsUntilTheyAreTakenBack) {
  instances_.rotate();
  EXPECT_EQ(instances_.current(), nullptr);
  while (reports_.started < 2 && io_.run_one_for(30s) > 0) {
  }
  EXPECT_NE(instances_.current(), nullptr);
  EXPECT_EQ(instances_.replacements(), 0u);
  EXPECT_TRUE(reports_.numbers.empty());
  EXPECT_TRUE(instances_.owes_reports());
  instances_.purge_retired();
  reports_of_the_longest_turn();
  EXPECT_EQ(reports_.numbers, all_in_order());
  // It has ended when librdkafka's queue is empty, which may take another turn.
  while (instances_.owes_reports() && io_.run_one_for(30s) > 0) {
  }
  EXPECT_FALSE(instances_.owes_reports());
}

TEST_F(InstancesTest, AnInstanceWithOtherBatchesTakesThePlaceOfTheCurrentOne) {
  const Instance* const first = instances_.current();
  EXPECT_EQ(first->batching().bytes_max, 1'000'000);
  ASSERT_TRUE(instances_.renew({.bytes_max = 4'000}));
  EXPECT_EQ(instances_.current(), first);
  EXPECT_FALSE(instances_.renew({.bytes_max = 5'000})) << "one is being made";
  while (reports_.started < 2 && io_.run_one_for(30s) > 0) {
  }
  ASSERT_NE(instances_.current(), nullptr);
  EXPECT_EQ(instances_.current()->batching().bytes_max, 4'000);
  EXPECT_TRUE(instances_.owes_reports()) << "the old one still has its records";
}

TEST_F(InstancesTest, TheUnsentRecordsOfTheCurrentInstanceCanBeTakenBackWithoutAnother) {
  const Instance* const first = instances_.current();
  instances_.purge_unsent();
  reports_of_the_longest_turn();
  EXPECT_EQ(reports_.numbers, all_in_order());
  EXPECT_EQ(instances_.current(), first);
}

TEST_F(InstancesTest, AnInstanceMayEndBeforeItsReportsAreTaken) {
  purge();
  EXPECT_EQ(io_.run_one_for(30s), 1u);
  EXPECT_LT(reports_.numbers.size(), kRecords);
}

TEST_F(InstancesTest, ANewInstanceIsMadeOnAnotherThread) {
  instances_.replace("a test");
  while (reports_.started < 2 && io_.run_one_for(30s) > 0) {
  }
  EXPECT_EQ(reports_.started, 2);
  EXPECT_NE(instances_.current(), nullptr);
  EXPECT_EQ(instances_.replacements(), 1u);
}

}  // namespace
}  // namespace penstock::kafka
