// `penstock_local redrive` takes up the documents of a topic that is a failure destination, and
// those of files that have several.
#include "local/failures/failure_document_writer.h"
#include "support/esm_test.h"
#include "support/kafka_log.h"

namespace penstock {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Returns a document about the record at this offset of orders-0, as esm writes it into a topic.
std::string document_of(int64_t offset, const std::string& value) {
  local::EventBatch batch;
  // The second byte is over 127.
  local::Record record{.topic_partition = {"orders", {0}},
                       .offset = {offset},
                       .value = value,
                       .headers = {{"h", "G\xfc"}}};
  std::string json = local::record_json(record);
  batch.add(std::move(record), std::move(json));
  return local::record_document({batch, "RetryAttemptsExhausted", 1, "id"}, batch.entries().front(),
                                {"arn:f", {"", "localhost:1"}}, {});
}

class RedriveTopicTest : public test::EsmTest {
 protected:
  struct Ended {
    int status = 0;
    std::string output;
  };
  // Runs `penstock_local redrive` to its end.
  Ended redrive(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "redrive");
    test::Program program("penstock_local", std::move(arguments), base::process_environment(),
                          folder_.path() / ("redrive" + std::to_string(++runs_)));
    const int status = program.exit_status();
    return {status, program.output()};
  }
  Ended redrive_to_function(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--function", beside_us("recording_function"), "--env",
                                       "RECORD_FILE=" + records_path().string()});
    return redrive(std::move(arguments));
  }
  Ended redrive_from(const std::string& topic, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--from", "kafka://" + topic, "--bootstrap", kafka().bootstrap()});
    return redrive_to_function(std::move(more));
  }

  int runs_ = 0;
};

TEST_F(RedriveTopicTest, GoesOnBehindWhatWasHandled) {
  make_topic("dead1");
  store("dead1", {{.value = document_of(3, "a")}, {.value = document_of(5, "b")}});

  const Ended dry = redrive_from("dead1", {"--dry-run"});
  EXPECT_EQ(dry.status, 0) << dry.output;
  EXPECT_THAT(dry.output, HasSubstr("2 documents done (2 records), 0 left"));
  EXPECT_THAT(values(), IsEmpty());

  const Ended first = redrive_from("dead1", {"--max", "1"});
  EXPECT_EQ(first.status, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("; group 'penstock-redrive' goes on behind it"));
  EXPECT_THAT(values(), ElementsAre("a"));

  store("dead1", {{.value = document_of(9, "c")}});
  const Ended second = redrive_from("dead1");
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_THAT(second.output, HasSubstr("dead1-0: group 'penstock-redrive' goes on at 1"));
  EXPECT_THAT(second.output, HasSubstr("2 documents done (2 records), 0 left"));
  EXPECT_THAT(values(), ElementsAre("a", "b", "c"));

  const Ended third = redrive_from("dead1");
  EXPECT_EQ(third.status, 0) << third.output;
  EXPECT_THAT(third.output, HasSubstr("0 documents done (0 records), 0 left"));
  const Ended other = redrive_from("dead1", {"--consumer-group", "other", "--dry-run"});
  EXPECT_THAT(other.output, HasSubstr("3 documents done (3 records), 0 left"));
}

TEST_F(RedriveTopicTest, StopsInAPartitionAtADocumentThatIsLeft) {
  make_topic("dead2", 2);
  store("dead2", {{.value = document_of(1, "a")},
                  {.value = document_of(2, "poison")},
                  {.value = document_of(3, "b")},
                  {.value = document_of(4, "c"), .partition = 1},
                  {.value = "no document", .partition = 1}});
  const Ended first = redrive_from("dead2");
  EXPECT_EQ(first.status, 1) << first.output;
  EXPECT_THAT(
      first.output,
      AllOf(HasSubstr("dead2-0@1: an event of 1 record (RetriesExhausted): Test.Poison: it "
                      "is poison; the document stays, and so do those behind it in dead2-0"),
            HasSubstr("dead2-1@1: this is not a failure document: "),
            HasSubstr("2 documents done (2 records), 2 left")));
  EXPECT_THAT(values(), ElementsAre("a", "poison", "c"));
  EXPECT_EQ(test::committed_offsets(kafka().bootstrap(), "penstock-redrive", "dead2").value(),
            (std::map<int32_t, int64_t>{{0, 1}, {1, 1}}));
}

TEST_F(RedriveTopicTest, ReadsTheRecordAgainIfATopicDidNotTakeItsPayload) {
  make_topic("large");
  make_topic("target");
  const auto made =
      test::create_topic(kafka().bootstrap(), "large-dead", 1, {{"max.message.bytes", "4000"}});
  ASSERT_TRUE(made) << made.error().message;
  const std::string poison = "poison" + std::string(8'000, 'x');
  store("large", {{.value = "poison1", .key = "k1"}, {.value = poison, .key = "k2"}});
  test::EsmRun esm =
      start(mapping("large", std::string(kProvisioned) +
                                 R"(,"MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":)"
                                 R"({"Destination":"kafka://large-dead"}})"));
  EXPECT_TRUE(goes_on_at("large", {{0, 2}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_THAT(esm.output(), HasSubstr("topic 'large-dead' takes no record as large as the "
                                      "documents of large-0@1, which were sent without"));

  const Ended ended = redrive(
      {"--from", "kafka://large-dead", "--bootstrap", kafka().bootstrap(), "--to-topic", "target"});
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr(": large-0 1 (RetriesExhausted): 1 record to topic"));
  const auto records = test::read_topic(kafka().bootstrap(), "target").value();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].value, "poison1");
  EXPECT_EQ(records[1].value, poison);
  EXPECT_EQ(records[1].key, "k2");
}

TEST_F(RedriveTopicTest, ReadsAllDocumentsOfAFile) {
  // kcat prints one a line.
  const std::string lines =
      write("lines.json", document_of(1, "a") + "\n" + document_of(2, "b") + "\n");
  const std::string broken = write("broken.json", document_of(3, "c") + "\n\nno\n");
  const Ended ended = redrive_to_function({lines, broken});
  EXPECT_EQ(ended.status, 1) << ended.output;
  EXPECT_THAT(values(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("1: " + lines + ": an event of 1 record"),
                    HasSubstr("2: " + lines + ":2: an event of 1 record"),
                    HasSubstr("4: " + broken +
                              ":3: this is not a failure document: it is no JSON "
                              "at line "),
                    HasSubstr("; the document stays, and what is behind it in this file is not "
                              "read"),
                    HasSubstr("3 documents done (3 records), 1 left")));
  EXPECT_THAT(redrive_to_function({write("empty.json", "")}).output,
              AllOf(HasSubstr("empty.json: this is not a failure document: the file is empty"),
                    HasSubstr("0 documents done (0 records), 1 left")));
  EXPECT_THAT(redrive_to_function({folder_.path()}).output, HasSubstr(": the file cannot be read"));
}

// A mapping with ReportBatchItemFailures refuses an answer that is a string.
TEST_F(RedriveTopicTest, TakesReportBatchItemFailuresFromTheConfig) {
  const std::string bootstrap = write("bootstrap", R"(#!/usr/bin/env python3
import os, urllib.request

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
        event.read()
    urllib.request.urlopen(api + request + "/response", data=b'"done"').read()
)");
  std::filesystem::permissions(bootstrap, std::filesystem::perms::owner_all);
  const std::string document = write("document.json", document_of(1, "a"));
  const auto redrive_with = [&](const std::string& more) {
    return redrive({document, "--function", bootstrap, "--config",
                    write("config.json", mapping("orders", kProvisioned + more))});
  };
  const Ended without = redrive_with("");
  EXPECT_EQ(without.status, 0) << without.output;
  const Ended with = redrive_with(R"(,"FunctionResponseTypes":["ReportBatchItemFailures"])");
  EXPECT_EQ(with.status, 1) << with.output;
  EXPECT_THAT(with.output,
              AllOf(HasSubstr("the function's response for ReportBatchItemFailures is not an "
                              "object; the document stays"),
                    HasSubstr("0 documents done (0 records), 1 left")));
}

TEST_F(RedriveTopicTest, ReadsOnlyTheKafkaThatIsNamed) {
  make_topic("named");
  store("named", {{.value = "a"}, {.value = "b"}});
  const auto document = [&](const std::string& bootstrap) {
    return write("document.json", R"({"KafkaBatchInfo":{"batchSize":1,"bootstrapServers":")" +
                                      bootstrap +
                                      R"(","recordsInfo":{"named-0":{"firstRecordOffset":"1",)"
                                      R"("lastRecordOffset":"1"}}}})");
  };
  const std::string other = "kafka.internal.example.com:9098";
  const std::vector<std::string> named{document(other), "--bootstrap", kafka().bootstrap()};
  const Ended refused = redrive_to_function(named);
  EXPECT_EQ(refused.status, 1) << refused.output;
  EXPECT_THAT(refused.output,
              AllOf(HasSubstr("'" + other + "'"), HasSubstr("'" + kafka().bootstrap() + "'"),
                    HasSubstr("; the document stays")));
  EXPECT_THAT(values(), IsEmpty());

  std::vector<std::string> known = named;
  known.insert(known.end(), {"--known-as", other});
  const Ended taken = redrive_to_function(known);
  EXPECT_EQ(taken.status, 0) << taken.output;
  EXPECT_THAT(values(), ElementsAre("b"));

  // Without credentials a document may be followed.
  const Ended followed = redrive_to_function({document(kafka().bootstrap())});
  EXPECT_EQ(followed.status, 0) << followed.output;
  EXPECT_THAT(values(), ElementsAre("b", "b"));
}

TEST_F(RedriveTopicTest, ReadsHeadersWithSignedAndUnsignedBytes) {
  make_topic("headers");
  const std::string written = document_of(1, "a");
  for (const char* byte : {"252", "-4"}) {
    std::string text = written;
    const size_t bytes = text.find("[71,") + 4;
    ASSERT_LT(bytes, text.size());
    text.replace(bytes, text.find(']', bytes) - bytes, byte);
    const Ended ended = redrive({write("document.json", text), "--bootstrap", kafka().bootstrap(),
                                 "--to-topic", "headers"});
    EXPECT_EQ(ended.status, 0) << ended.output;
  }
  const auto records = test::read_topic(kafka().bootstrap(), "headers").value();
  ASSERT_EQ(records.size(), 2u);
  for (const auto& record : records) {
    EXPECT_THAT(record.headers, ElementsAre(std::pair<std::string, std::string>("h", "G\xfc")));
  }
}

TEST_F(RedriveTopicTest, SaysWhatRetentionHasDeleted) {
  make_topic("dead3");
  store("dead3", {{.value = document_of(1, "a")}});
  EXPECT_EQ(redrive_from("dead3").status, 0);
  store("dead3", {{.value = document_of(2, "b")}, {.value = document_of(3, "c")}});
  ASSERT_TRUE(test::delete_records_before(kafka().bootstrap(), {"dead3", {0}}, {2}));
  const Ended ended = redrive_from("dead3");
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr("dead3-0 1 cannot be redriven: retention deleted what was there"));
  EXPECT_THAT(values(), ElementsAre("a", "c"));
}

TEST_F(RedriveTopicTest, SaysThatTheTopicIsMissing) {
  const Ended ended = redrive_from("nowhere");
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("topic 'nowhere' does not exist at "));
}

}  // namespace
}  // namespace penstock
