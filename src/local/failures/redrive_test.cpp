#include "local/failures/redrive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace penstock::local {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// This document contains its event, so that no Kafka is needed.
constexpr const char* kDocument = R"({
  "requestContext": {"condition": "RetryAttemptsExhausted"},
  "KafkaBatchInfo": {"batchSize": 1, "bootstrapServers": "127.0.0.1:1"},
  "payload": {"eventSource": "SelfManagedKafka", "bootstrapServers": "127.0.0.1:1",
    "records": {"orders-0": [{"topic": "orders", "partition": 0, "offset": 7, "timestamp": 1,
      "timestampType": "CREATE_TIME", "value": "e30=", "headers": []}]}}})";

// Has this text as its only document.
class OneDocument final : public FailureInbox {
 public:
  explicit OneDocument(std::string text) : text_(std::move(text)) {}

  base::Result<std::optional<Item>> next(std::stop_token) override {
    if (read_) return std::optional<Item>();
    read_ = true;
    return std::optional(Item{"one", text_});
  }
  base::Result<std::string> acknowledge(std::stop_token) override {
    acknowledged = true;
    return std::string("removed");
  }

  bool acknowledged = false;

 private:
  const std::string text_;
  bool read_ = false;
};

class Answering final : public Invoker {
 public:
  explicit Answering(std::string response) : response_(std::move(response)) {}

  InvocationOutcome invoke(const std::string&, std::stop_token) override {
    return {.request_id = "id", .response = response_};
  }

 private:
  const std::string response_;
};

struct Ended {
  bool acknowledged = false;
  size_t left = 0;
  std::string lines;
};

Ended redrive(FailureInbox& inbox, const std::string& response, bool report_batch_item_failures) {
  Answering function(response);
  Ended ended;
  Redrive redrive({.invoker = &function, .report_batch_item_failures = report_batch_item_failures},
                  inbox, [&](const std::string& line) { ended.lines += line + "\n"; });
  const auto totals = redrive.run({});
  EXPECT_TRUE(totals) << totals.error().message;
  if (totals) ended.left = totals->left;
  return ended;
}

Ended redrive_answered(const std::string& response, bool report_batch_item_failures) {
  OneDocument inbox(kDocument);
  Ended ended = redrive(inbox, response, report_batch_item_failures);
  ended.acknowledged = inbox.acknowledged;
  EXPECT_EQ(ended.left, ended.acknowledged ? 0u : 1u) << response;
  return ended;
}

TEST(Redrive, AcknowledgesABatchOnlyIfTheAnswerSaysThatItIsDone) {
  struct Row {
    const char* response;
    bool done_without;  // Whether the batch is done for a mapping without ReportBatchItemFailures.
    bool done_with;     // The same for one with it.
  };
  const Row rows[] = {
      {"", true, true},
      {"null", true, true},
      {R"({"batchItemFailures":[]})", true, true},
      {R"({"batchItemFailures":null})", true, true},
      {R"({"count":1})", true, true},
      {R"("garbage")", true, false},
      {"[1]", true, false},
      {"no JSON", true, false},
      {R"({"batchItemFailures":{"itemIdentifier":{"partition":"orders-0","offset":7}}})", false,
       false},
      {R"({"batchItemFailures":[{"itemIdentifier":"7"}]})", false, false},
      {R"({"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":8}}]})", false,
       false},
      {R"({"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":7}}])", false,
       false},
      {R"({"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":7}}]})", false,
       false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(redrive_answered(row.response, false).acknowledged, row.done_without) << row.response;
    EXPECT_EQ(redrive_answered(row.response, true).acknowledged, row.done_with) << row.response;
  }
  EXPECT_THAT(redrive_answered("[1]", true).lines,
              HasSubstr("the function's response for ReportBatchItemFailures is not an object; the "
                        "document stays"));
}

TEST(Redrive, SaysWhatItDoesNotReadOfAFile) {
  const std::string path = ::testing::TempDir() + "redrive_test_" + std::to_string(::getpid());
  const auto lines_of = [&](const std::string& text) {
    std::ofstream(path) << text;
    return redrive(*failure_inbox_of_files({path}), "null", false).lines;
  };
  const std::string document = std::string(kDocument) + "\n";
  EXPECT_THAT(lines_of(document + "xxx\n" + document),
              AllOf(HasSubstr("; the file stays\n2: " + path +
                              ":7: this is not a failure document: "
                              "it is no JSON at line 7, byte " +
                              std::to_string(document.size()) + " of the file: "),
                    HasSubstr("; the document stays, and what is behind it in this file is not "
                              "read\n")));
  EXPECT_THAT(lines_of(document + "{\"a\":"),
              HasSubstr("this is not a failure document: the file ends before it does; the "
                        "document stays\n"));
  EXPECT_THAT(lines_of(""), HasSubstr("the file is empty; the document stays\n"));
  std::filesystem::remove(path);
}

TEST(Redrive, LeavesADocumentThatNamesFewerRecordsThanItsBatchHad) {
  const auto head = [](int size) {
    return R"({"KafkaBatchInfo": {"bootstrapServers": "127.0.0.1:1", "batchSize": )" +
           std::to_string(size);
  };
  const std::string no_record =
      R"({"eventSource": "SelfManagedKafka", "bootstrapServers": "b:1", "records": {}})";
  for (const std::string& text :
       {head(1) + R"(}, "payload": )" + no_record + "}",
        head(5) + R"(, "recordsInfo": {"t-0": {"firstRecordOffset": "1", "lastRecordOffset": "2"},
                    "t-1": {"firstRecordOffset": "7", "lastRecordOffset": "8"}}}})"}) {
    OneDocument inbox(text);
    const Ended ended = redrive(inbox, "", false);
    EXPECT_FALSE(inbox.acknowledged) << ended.lines;
    EXPECT_THAT(ended.lines, AllOf(HasSubstr("its batchSize is "), HasSubstr("--skip-missing")));
  }
}

}  // namespace
}  // namespace penstock::local
