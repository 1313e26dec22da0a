// These tests write to a broker in memory that fails for good, or comes and goes.
#include "local/records/record_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_broker.h"
#include "support/program.h"

namespace penstock::local {

// RecordWriterTestAccess reaches what is private in RecordWriter.
struct RecordWriterTestAccess {
  // Returns how many events wait in librdkafka.
  static size_t waiting_events(const RecordWriter& writer) {
    return rd_kafka_queue_length(writer.reports_.get());
  }
};

namespace {

using test::FaultyBroker;

TEST(RecordWriter, GoesOnWithANewClientAfterAFatalError) {
  FaultyBroker broker("failures");
  broker.plant(FaultyBroker::kInitProducerId, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  const auto writer = RecordWriter::open({.bootstrap = broker.bootstrap()}, "failures").value();
  const auto denied = writer->write({{.value = "1"}}, {});
  ASSERT_FALSE(denied);
  EXPECT_THAT(base::describe(denied.error()), testing::HasSubstr("Cluster authorization failed"));
  const auto stored = writer->write({{.value = "1"}}, {});
  EXPECT_TRUE(stored) << base::describe(stored.error());
}

TEST(RecordWriter, ARecordThatNoBrokerHasSaidToHaveIsNotTaken) {
  FaultyBroker broker("failures");
  const auto writer = RecordWriter::open({.bootstrap = broker.bootstrap()}, "failures").value();
  ASSERT_TRUE(writer->write({{.value = "1"}}, {}));
  // librdkafka calls this a success.
  broker.plant(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
  const auto unsure = writer->write({{.value = "2"}}, {});
  ASSERT_FALSE(unsure);
  EXPECT_TRUE(unsure.error().retryable);
  EXPECT_TRUE(writer->write({{.value = "2"}}, {}));
}

TEST(RecordWriter, TakesWhatPilesUpWhileTheBrokerComesAndGoes) {
  FaultyBroker broker("failures");
  const auto writer = RecordWriter::open({.bootstrap = broker.bootstrap()}, "failures").value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(writer->write({{.value = "1"}}, {}));
    broker.go_down();
    EXPECT_TRUE(
        test::eventually([&] { return RecordWriterTestAccess::waiting_events(*writer) > 0; }));
    EXPECT_TRUE(test::eventually([&] {
      writer->serve();
      return RecordWriterTestAccess::waiting_events(*writer) == 0;
    }));
    broker.come_up();
  }
}

}  // namespace
}  // namespace penstock::local
