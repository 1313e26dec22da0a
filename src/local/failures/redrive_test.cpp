#include "local/failures/redrive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <fstream>

#include "base/printable_text.h"

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
  explicit OneDocument(std::string text, std::string name = "one")
      : text_(std::move(text)), name_(std::move(name)) {}

  base::Result<std::optional<Item>> next(std::stop_token) override {
    if (read_) return std::optional<Item>();
    read_ = true;
    return std::optional(Item{name_, text_});
  }
  base::Result<std::string> acknowledge(std::stop_token) override {
    acknowledged = true;
    return std::string("removed");
  }

  bool acknowledged = false;

 private:
  const std::string text_;
  const std::string name_;
  bool read_ = false;
};

class Answering final : public Invoker {
 public:
  explicit Answering(InvocationOutcome outcome) : outcome_(std::move(outcome)) {}

  InvocationOutcome invoke(const Payload& payload, std::stop_token) override {
    event = std::string(payload.bytes());
    return outcome_;
  }

  std::string event;  // The last one.

 private:
  const InvocationOutcome outcome_;
};

struct Ended {
  bool acknowledged = false;
  size_t left = 0;
  std::string lines;
};

Ended redrive(FailureInbox& inbox, const std::string& response, bool report_batch_item_failures) {
  Answering function({.response = response});
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

// Listens where no client may come.
class UntouchedListener {
 public:
  UntouchedListener() { acceptor_.non_blocking(true); }
  [[nodiscard]] std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  // Says whether a client has connected.
  [[nodiscard]] bool was_contacted() {
    boost::asio::ip::tcp::socket client(io_);
    boost::system::error_code error;
    acceptor_.accept(client, error);
    return error != boost::asio::error::would_block;
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
};

// Returns a document about records of this Kafka, without their contents.
std::string ranges_of(const std::string& bootstrap) {
  return R"({"requestContext":{"condition":"RetryAttemptsExhausted"},"KafkaBatchInfo":)"
         R"({"batchSize":1,"bootstrapServers":")" +
         bootstrap +
         R"(","recordsInfo":{"orders-0":{"firstRecordOffset":"1","lastRecordOffset":"1"}}}})";
}
// Returns a document with an event of this Kafka.
std::string event_of(const std::string& bootstrap) {
  std::string text = kDocument;
  for (size_t at = text.find("127.0.0.1:1"); at != std::string::npos;
       at = text.find("127.0.0.1:1", at + bootstrap.size())) {
    text.replace(at, 11, bootstrap);
  }
  return text;
}

// Says whether a document was left, and which addresses asked for tokens.
struct Left {
  bool left = false;
  std::vector<std::string> tokens = {};
  std::string line = {};
};

Left redrive_to_topic(const std::string& document, NamedKafka kafka, bool dry_run) {
  OneDocument inbox(document);
  Left result;
  RedriveSettings settings{.kafka = std::move(kafka), .topic = "target", .dry_run = dry_run};
  settings.tokens = [&](const std::string& bootstrap) {
    result.tokens.push_back(bootstrap);
    return base::Error{base::ErrorCode::unavailable, "no token in this test"};
  };
  Redrive redrive(std::move(settings), inbox, [&](const std::string& line) { result.line = line; });
  const auto totals = redrive.run({});
  EXPECT_TRUE(totals);
  result.left = totals && totals->left == 1 && !inbox.acknowledged;
  return result;
}

TEST(Redrive, NeverContactsAHostThatOnlyTheDocumentNamesWithCredentials) {
  UntouchedListener listener;
  const std::string address = listener.address();
  const NamedKafka kafkas[] = {
      {.iam = true},
      {.properties = {{"security.protocol", "SASL_PLAINTEXT"},
                      {"sasl.mechanisms", "PLAIN"},
                      {"sasl.username", "user"},
                      {"sasl.password", "secret"}}},
      {.bootstrap = "kafka.example.com:9098"},
      {.event_source_arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/1c2d-4"},
  };
  for (const NamedKafka& kafka : kafkas) {
    for (const bool dry_run : {false, true}) {
      const Left ranges = redrive_to_topic(ranges_of(address), kafka, dry_run);
      EXPECT_TRUE(ranges.left) << ranges.line;
      EXPECT_THAT(ranges.tokens, ::testing::IsEmpty());
      EXPECT_THAT(ranges.line, AllOf(HasSubstr("'" + address + "'"), HasSubstr("--bootstrap"),
                                     HasSubstr("; the document stays")));
      if (!kafka.bootstrap.empty()) continue;
      const Left event = redrive_to_topic(event_of(address), kafka, dry_run);
      EXPECT_TRUE(event.left) << event.line;
      EXPECT_THAT(event.tokens, ::testing::IsEmpty());
    }
  }
  EXPECT_FALSE(listener.was_contacted());
}

TEST(Redrive, CredentialsAreForTheKafkaThatIsNamed) {
  const NamedKafka own{.bootstrap = "own:9098", .known_as = {"alias:9098"}, .iam = true};
  for (const std::string& document : {ranges_of("own:9098,x:1"), ranges_of("alias:9098"),
                                      ranges_of(""), event_of("other:9098"), event_of("")}) {
    const Left result = redrive_to_topic(document, own, true);
    EXPECT_THAT(result.tokens, ::testing::ElementsAre("own:9098")) << result.line;
  }
  const std::string host = "b-1.orders.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9098";
  const NamedKafka cluster{.event_source_arn =
                               "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/1c2d-4"};
  EXPECT_THAT(redrive_to_topic(ranges_of(host), cluster, true).tokens,
              ::testing::ElementsAre(host));
}

TEST(Redrive, AnEventHasTheNamesThatTheUserGives) {
  const auto event_with = [](NamedKafka kafka) {
    OneDocument inbox(event_of("other:9098"));
    Answering function({.response = "null"});
    Redrive redrive({.kafka = std::move(kafka), .invoker = &function}, inbox,
                    [](const std::string&) {});
    EXPECT_TRUE(redrive.run({}));
    EXPECT_TRUE(inbox.acknowledged);
    return function.event;
  };
  const std::string untouched = event_with({});
  EXPECT_THAT(untouched, AllOf(HasSubstr(R"("bootstrapServers":"other:9098")"),
                               HasSubstr(R"("eventSource":"SelfManagedKafka")")));
  EXPECT_EQ(event_with({.bootstrap = "other:9098"}), untouched);
  EXPECT_THAT(event_with({.bootstrap = "own:9098"}),
              AllOf(HasSubstr(R"("bootstrapServers":"own:9098")"), HasSubstr(R"("value":"e30=")"),
                    HasSubstr(R"("offset":7)")));
  EXPECT_THAT(
      event_with({.event_source_arn = "arn:own"}),
      AllOf(HasSubstr(R"("eventSource":"aws:kafka")"), HasSubstr(R"("eventSourceArn":"arn:own")"),
            HasSubstr(R"("bootstrapServers":"other:9098")")));
}

TEST(Redrive, LeavesADocumentWithoutRecords) {
  OneDocument inbox(
      R"({"KafkaBatchInfo":{"batchSize":1},"payload":{"eventSource":"SelfManagedKafka",)"
      R"("bootstrapServers":"","records":{}}})");
  const Ended ended = redrive(inbox, "null", false);
  EXPECT_THAT(ended.lines, HasSubstr("its payload has no records; the document stays"));
  EXPECT_FALSE(inbox.acknowledged);
}

TEST(Redrive, ADocumentCannotWriteALineOfItsOwn) {
  const auto forge = [&](std::string text) {
    for (size_t at = text.find("FORGED"); at != std::string::npos; at = text.find("FORGED")) {
      text.replace(at, 6, R"(\n\u001b[2K\u0085\u202eredrive | all done)");
    }
    return text;
  };
  const auto line_of = [](const std::string& name, const std::string& text,
                          const InvocationOutcome& outcome) {
    OneDocument inbox(text, name);
    Answering function(outcome);
    std::string line;
    Redrive redrive({.kafka = {.bootstrap = "own:1"}, .invoker = &function}, inbox,
                    [&](const std::string& said) { line += said; });
    EXPECT_TRUE(redrive.run({}));
    return line;
  };
  std::string document = kDocument;
  document.replace(document.find("RetryAttemptsExhausted"), 22, "FORGED");
  const std::string topic =
      R"({"KafkaBatchInfo":{"batchSize":1,"bootstrapServers":"FORGED","recordsInfo":{"FORGED-0":)"
      R"({"firstRecordOffset":"1","lastRecordOffset":"1"}}}})";
  const std::string offset =
      R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"FORGED-0":{"firstRecordOffset":"x"}}}})";
  const std::string raw = "\n\x1b[2K\xff";
  const std::string lines[] = {
      line_of("name", forge(document), {.response = "null"}),
      line_of("name", forge(topic), {.response = "null"}),
      line_of("name", forge(offset), {.response = "null"}),
      line_of("name" + raw, kDocument, {.response = "null"}),
      line_of("name", kDocument, {.error_type = "Type" + raw, .error_message = "why" + raw}),
      line_of("name", kDocument, {.response = "{\"batchItemFailures\":" + raw}),
      line_of("name", kDocument,
              {.response = R"({"batchItemFailures":[{"itemIdentifier":{"partition":"x\n",)"
                           R"("offset":7}}]})"}),
      line_of("name", kDocument, {.error_type = "Long", .error_message = std::string(99'999, 'x')}),
  };
  for (const std::string& line : lines) {
    EXPECT_FALSE(line.empty());
    EXPECT_EQ(line, base::printable(line, 5'000));
  }
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

TEST(Redrive, WarnsOfADocumentThatNamesFewerRecordsThanItsBatchHad) {
  const auto with_size = [](const std::string& size) {
    std::string text = kDocument;
    text.replace(text.find("\"batchSize\": 1"), 14, "\"batchSize\": " + size);
    return text;
  };
  OneDocument whole(with_size("1"));
  EXPECT_THAT(redrive(whole, "", false).lines, ::testing::Not(HasSubstr("batchSize")));
  OneDocument filtered(with_size("3"));
  EXPECT_THAT(redrive(filtered, "", false).lines,
              HasSubstr("; removed; its batchSize is 3, and its payload has only 1: "));
  EXPECT_TRUE(filtered.acknowledged);
  // Nobody is at this document's address, so it stays, and its line has both.
  OneDocument ranges(
      R"({"KafkaBatchInfo": {"bootstrapServers": "", "batchSize": 5, "recordsInfo": {
          "t-0": {"firstRecordOffset": "1", "lastRecordOffset": "2"},
          "t-1": {"firstRecordOffset": "7", "lastRecordOffset": "8"}}}})");
  EXPECT_THAT(redrive(ranges, "", false).lines,
              AllOf(HasSubstr("it does not name the Kafka with its records"),
                    HasSubstr("; its batchSize is 5, and its recordsInfo has only 4: ")));
  EXPECT_FALSE(ranges.acknowledged);
}

}  // namespace
}  // namespace penstock::local
