// These tests run `penstock_local esm` as its user does, with a real Apache Kafka.
#include <chrono>
#include <set>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "support/esm_test.h"
#include "support/fake_endpoint.h"

namespace penstock {
namespace {

using test::count;
using test::documents;
using test::EsmRun;
using test::EsmTest;
using test::eventually;
using test::FakeEndpoint;
using test::kPatience;
using test::positions_in;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const std::string kExamples = PENSTOCK_ESM_EXAMPLES;

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

TEST_F(EsmTest, TheBashExampleGetsEveryRecord) {
  make_topic("bash", 2);
  store("bash",
        {{.value = "one"}, {.value = "two words", .partition = 1}, {.value = std::nullopt}});
  EsmRun esm = start(mapping("bash"), {"--function", kExamples + "/bootstrap.sh"});
  EXPECT_TRUE(goes_on_at("bash", {{0, 2}, {1, 1}})) << esm.output();
  EXPECT_TRUE(esm.says("function | value: one\n"));
  EXPECT_TRUE(esm.says("function | value: two words\n"));
  store("bash", {{.value = "three"}});
  EXPECT_TRUE(goes_on_at("bash", {{0, 3}, {1, 1}}));
  EXPECT_TRUE(esm.says("function | records: 1\nfunction | value: three\n"));
  EXPECT_EQ(esm.stop(), 0) << esm.output();
}

TEST_F(EsmTest, ThePythonExampleAndItsMappingReadWhatCanBeRead) {
  make_topic("orders");
  make_topic("orders-dead");
  store("orders", {{.value = R"({"kind":"order","number":1})"},
                   {.value = R"({"kind":"offer","number":2})"},
                   {.value = "no JSON", .key = "k"},
                   {.value = R"({"kind":"order","number":3})"}});
  EsmRun esm = run({"--config", kExamples + "/mapping.json", "--function",
                    kExamples + "/bootstrap.py", "--bootstrap", kafka().bootstrap()});
  const bool done = eventually(
      [&] {
        const auto offsets =
            test::committed_offsets(kafka().bootstrap(), "orders-function", "orders");
        return offsets && *offsets == std::map<int32_t, int64_t>{{0, 4}};
      },
      kPatience);
  EXPECT_TRUE(done) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_EQ(count(esm.output(), "orders-0@0: {'kind': 'order', 'number': 1}"), 1u) << esm.output();
  EXPECT_EQ(count(esm.output(), "orders-0@3: {'kind': 'order', 'number': 3}"), 1u) << esm.output();
  EXPECT_THAT(esm.output(), Not(HasSubstr("offer"))) << "the filter rejects it";
  EXPECT_THAT(esm.output(), HasSubstr("batchItemFailures: orders-0@2; trying again in "));
  const auto dead = documents(kafka().bootstrap(), "orders-dead");
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_THAT(positions_in(dead[0].at("payload")), ElementsAre("orders-0@2"));
}

TEST_F(EsmTest, StoresTheOffsetsOfFilteredRecordsToo) {
  make_topic("numbers", 2);
  store("numbers", {{.value = R"({"n":1})"},
                    {.value = R"({"n":5})"},
                    {.value = R"({"n":9})", .partition = 1},
                    {.value = R"({"n":2})", .partition = 1}});
  EsmRun esm = start(mapping("numbers",
                             R"(,"FilterCriteria":{"Filters":)"
                             R"([{"Pattern":"{\"value\":{\"n\":[{\"numeric\":[\">\",3]}]}}"}]})"));
  EXPECT_TRUE(handles(2)) << esm.output();
  EXPECT_TRUE(goes_on_at("numbers", {{0, 2}, {1, 2}}));
  EXPECT_EQ(esm.stop(), 0);
  EXPECT_THAT(values(), UnorderedElementsAre(R"({"n":5})", R"({"n":9})"));
}

TEST_F(EsmTest, LatestBeginsWhereItWasFirstAssignedAndARestartSkipsNothing) {
  make_topic("latest");
  store("latest", {{.value = "before"}});
  const std::string latest = mapping("latest", R"(,"StartingPosition":"LATEST")");
  EsmRun first = start(latest);
  ASSERT_TRUE(first.says("reads latest-0")) << first.output();
  EXPECT_EQ(first.stop(), 0);
  store("latest", {{.value = "between"}});
  EsmRun second = start(latest);
  EXPECT_TRUE(handles(1)) << second.output();
  store("latest", {{.value = "after"}});
  EXPECT_TRUE(goes_on_at("latest", {{0, 3}}));
  EXPECT_EQ(second.stop(), 0);
  EXPECT_THAT(values(), ElementsAre("between", "after"));
}

TEST_F(EsmTest, AtTimestampBeginsAtItsTimeAndARestartSkipsNothing) {
  make_topic("timed", 2);
  store("timed", {{.value = "old"}, {.value = "old", .partition = 1}});
  const int64_t old = now_ms();
  ASSERT_TRUE(eventually([&] { return now_ms() > old + 1; }));
  const std::string time = std::to_string(now_ms());
  store("timed", {{.value = "young"}});
  const std::string timed =
      mapping("timed", R"(,"StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":)" +
                           time.substr(0, time.size() - 3) + "." + time.substr(time.size() - 3));
  // Partition 1 has no record as young, so it starts at its end. The next run starts there, too.
  EsmRun first = start(timed);
  ASSERT_TRUE(goes_on_at("timed", {{0, 2}, {1, 1}})) << first.output();
  EXPECT_EQ(first.stop(), 0);
  store("timed", {{.value = "between", .partition = 1}});
  EsmRun second = start(timed);
  EXPECT_TRUE(goes_on_at("timed", {{0, 2}, {1, 2}})) << second.output();
  EXPECT_EQ(second.stop(), 0);
  EXPECT_THAT(values(), ElementsAre("young", "between"));
}

TEST_F(EsmTest, WithConcurrencyThreeProcessesWorkSideBySide) {
  make_topic("side", 3);
  EsmRun esm = start(mapping("side"), {"--concurrency", "3", "--env", "TOGETHER=3"});
  for (const char* line : {"reads side-0\n", "reads side-1\n", "reads side-2\n"}) {
    ASSERT_TRUE(esm.says(line)) << esm.output();
  }
  // No process answers before each of the three has got its record.
  store("side", {{.value = "a"}, {.value = "b", .partition = 1}, {.value = "c", .partition = 2}});
  EXPECT_TRUE(goes_on_at("side", {{0, 1}, {1, 1}, {2, 1}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0) << esm.output();
  std::set<pid_t> processes;
  for (const auto& record : handled()) processes.insert(record.function);
  EXPECT_THAT(values(), UnorderedElementsAre("a", "b", "c"));
  EXPECT_EQ(processes.size(), 3u);
}

TEST_F(EsmTest, FindsTheBrokerOfUpByItsDataFolder) {
  make_topic("beside");
  const std::string bootstrap = kafka().bootstrap();
  std::filesystem::create_directories(folder_.path() / "data" / "kafka");
  write("data/kafka/ports", bootstrap.substr(bootstrap.find(':') + 1) + " 1\n");
  EsmRun esm = run({"--config", write("mapping.json", mapping("beside")), "--function",
                    beside_us("recording_function"), "--data", folder_.path() / "data"});
  EXPECT_TRUE(esm.says("reads beside-0\n")) << esm.output();
  EXPECT_EQ(esm.stop(), 0) << esm.output();
}

TEST_F(EsmTest, AFunctionBehindAUrlGetsTheEvent) {
  make_topic("url");
  store("url", {{.value = "a"}});
  FakeEndpoint emulator([](const std::string&) -> FakeEndpoint::Reply { return {.body = "null"}; });
  EsmRun esm = start(
      mapping("url"),
      {"--function", emulator.url() + "/2015-03-31/functions/function/invocations?code=s3cret"});
  EXPECT_TRUE(goes_on_at("url", {{0, 1}})) << esm.output();
  const std::string output = esm.output();
  const size_t end = output.find("/#token=");
  const size_t colon = output.rfind(':', end);
  ASSERT_NE(end, std::string::npos) << output;
  net::HttpClient console(
      "127.0.0.1", static_cast<uint16_t>(std::stoi(output.substr(colon + 1, end - colon - 1))));
  const auto state = console.request({.target = "/api/state"}, kPatience);
  ASSERT_TRUE(state);
  EXPECT_THAT(std::string(state->body),
              AllOf(HasSubstr("/functions/function/invocations\""), Not(HasSubstr("s3cret"))));
  EXPECT_EQ(esm.stop(), 0);
  const auto requests = emulator.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(
      requests[0],
      StartsWith("POST /2015-03-31/functions/function/invocations?code=s3cret HTTP/1.1\r\n"));
  EXPECT_THAT(requests[0], HasSubstr(R"({"eventSource":"SelfManagedKafka","bootstrapServers":")"));
}

TEST_F(EsmTest, WhatIsWrongEndsTheStartWithASentence) {
  const std::string function = beside_us("recording_function");
  struct Row {
    std::string mapping;
    std::vector<std::string> arguments;
    std::string sentence;
  };
  const Row rows[] = {
      {"{", {"--function", function}, "mapping.json: not a JSON object"},
      {mapping("topic", R"(,"BatchSiz":1)"),
       {"--function", function},
       "mapping.json: BatchSiz is not a member of"},
      {mapping("topic", R"(,"MaximumRetryAttempts":1)"),
       {"--function", function},
       "mapping.json: MaximumRetryAttempts needs provisioned mode"},
      {"{}", {"--function", function}, "mapping.json: FunctionName is required"},
      {mapping("topic", R"(,"MetricsConfig":5)"),
       {"--function", function},
       "mapping.json: MetricsConfig must be an object"},
      {mapping("topic", R"(,"LoggingConfig":{"SystemLogLevel":"INFO"})"),
       {"--function", function},
       "mapping.json: LoggingConfig needs provisioned mode"},
      {mapping("topic", R"(,"EventSourceArn":"arn:aws:sqs:us-east-1:123456789012:queue")"),
       {"--function", function},
       "mapping.json: EventSourceArn names a source of 'sqs', which is not played yet"},
      {mapping("topic",
               R"(,"StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":4102444800)"),
       {"--function", function},
       "mapping.json: StartingPositionTimestamp must not be in the future"},
      {mapping(".orders"),
       {"--function", function},
       "mapping.json: Topics[0] must have two or more of"},
      {mapping("topic"),
       {"--function", function},
       "the address of Kafka is missing. Name it with --bootstrap HOST:PORT"},
      {mapping("topic"),
       {"--function", "/nowhere", "--bootstrap", "localhost:1"},
       "--function /nowhere: there is no such file"},
      {mapping("topic"),
       {"--function", function, "--bootstrap", "localhost:1", "--property", "acks"},
       "--property: 'acks' is not NAME=VALUE"},
      {mapping("topic"),
       {"--function", "http://127.0.0.1:1/x", "--bootstrap", "localhost:1", "--concurrency", "2"},
       "--concurrency must be 1 if --function is a URL"},
      {mapping("topic"),
       {"--function", "https://127.0.0.1:1/x", "--bootstrap", "localhost:1"},
       "--function https://127.0.0.1:1/x: an invoke URL must begin with http://"},
      {mapping("topic"),
       {"--function", function, "--concurrency", "65"},
       "--concurrency: '65' is not a whole number from 1 to 64"},
      {mapping("topic"), {"--functoin", function}, "--function is required"},
      // librdkafka refuses this property only when a client is made.
      {mapping("topic"),
       {"--function", function, "--bootstrap", "localhost:1", "--property", "no.such=1"},
       "no.such"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments{"--config", write("mapping.json", row.mapping)};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    EsmRun esm = run(arguments);
    EXPECT_EQ(esm.exit_status(), 2) << row.sentence;
    EXPECT_THAT(esm.output(), HasSubstr(row.sentence));
  }
  EsmRun none = run({"--config", "/nowhere.json", "--function", function});
  EXPECT_EQ(none.exit_status(), 2);
  EXPECT_THAT(none.output(), HasSubstr("/nowhere.json: there is no such file"));
  EsmRun options = run({"--function", function});
  EXPECT_EQ(options.exit_status(), 2);
  EXPECT_THAT(options.output(), HasSubstr("--config is required"));
}

TEST_F(EsmTest, WithoutABrokerItSaysSoAndWaits) {
  const std::string nobody = "127.0.0.1:" + std::to_string(local::free_port().value());
  EsmRun esm = run({"--config", write("mapping.json", mapping("topic")), "--function",
                    beside_us("recording_function"), "--bootstrap", nobody, "--env",
                    "RECORD_FILE=" + records_path().string()});
  EXPECT_TRUE(esm.says("no broker answers at " + nobody + "; waiting for it"));
  EXPECT_FALSE(esm.child().ended());
  EXPECT_EQ(esm.stop(), 0) << esm.output();
}

}  // namespace
}  // namespace penstock
