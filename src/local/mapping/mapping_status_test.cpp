#include "local/mapping/mapping_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/recording_observer.h"

namespace penstock::local {
namespace {

using ::testing::ElementsAre;

constexpr const char* kStarting =
    "mapping orders is starting: its consumer group has not assigned partitions to it yet";
constexpr const char* kRunning = "mapping orders is running";

// Returns what a mapping of two pollers tells besides that it is starting.
template <class Play>
std::vector<std::string> sentences_of(Play play) {
  test::RecordingObserver observer;
  MappingStatus status(observer, "orders", 2);
  EXPECT_THAT(observer.log_, ElementsAre(kStarting));
  observer.log_.clear();
  play(status);
  return observer.log_;
}

TEST(MappingStatus, RunsAsSoonAsOnePollerHasPartitions) {
  EXPECT_THAT(sentences_of([](MappingStatus& status) {
                status.assigned(1);
                status.assigned(0);
              }),
              ElementsAre(kRunning));
}

TEST(MappingStatus, IsDownWhileAPollerThatHasNothingCannotJoin) {
  EXPECT_THAT(sentences_of([](MappingStatus& status) {
                status.trouble(0, "no broker answers");
                status.trouble(1, "no broker answers");
                status.assigned(0);
                status.assigned(1);
              }),
              ElementsAre("mapping orders is down: no broker answers", kRunning));
}

TEST(MappingStatus, TroubleOfAPollerThatReadsCountsOnlyIfKafkaIsSilent) {
  EXPECT_THAT(sentences_of([](MappingStatus& status) {
                status.assigned(0);
                status.trouble(0, "a leader has moved");
                status.answered(0);
                status.silent(0, "Kafka does not answer");
                status.trouble(0, "no broker answers");
                status.silent(0, "Kafka does not answer");
                status.answered(0);
              }),
              ElementsAre(kRunning, "mapping orders is down: Kafka does not answer",
                          "mapping orders is down: no broker answers", kRunning));
}

TEST(MappingStatus, APollerThatIsDownMakesTheMappingDown) {
  EXPECT_THAT(sentences_of([](MappingStatus& status) {
                status.assigned(0);
                status.assigned(1);
                status.silent(1, "Kafka does not answer");
                status.answered(0);
                status.answered(1);
              }),
              ElementsAre(kRunning, "mapping orders is down: Kafka does not answer", kRunning));
}

TEST(MappingStatus, StartsAgainWithoutPartitionsUnlessItStops) {
  EXPECT_THAT(
      sentences_of([](MappingStatus& status) {
        status.assigned(0);
        status.assigned(1);
        status.revoked(0);
        status.revoked(1);
        status.assigned(0);
        status.assigned(1);
        status.stopping();
        status.revoked(0);
        status.ended(0);
        status.revoked(1);
        status.ended(1);
      }),
      ElementsAre(kRunning, kStarting, kRunning, "mapping orders is stopped: it was stopped"));
}

}  // namespace
}  // namespace penstock::local
