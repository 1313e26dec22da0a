// These tests run `penstock_local` with a real Apache Kafka that authenticates by MSK IAM and ends
// each session after 10 s.
#include <algorithm>
#include <atomic>

#include "support/esm_test.h"
#include "support/iam_api.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;
using test::count;
using test::EsmRun;
using test::eventually;
using test::expect_no_secret_in;
using test::FakeEndpoint;
using test::IamKey;
using test::json_of;
using test::key_of;
using test::kPatience;
using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;

class LocalIamTest : public test::IamKafkaTest {
 protected:
  static IamKey wrong_key() {
    IamKey key = key_of(0);
    key.secret_access_key = "SECRETtest/other";
    return key;
  }
  static void make(const std::string& topic, const std::vector<test::NewRecord>& records = {}) {
    const auto made = test::create_topic(kafka_->plain_bootstrap(), topic, 1);
    ASSERT_TRUE(made) << made.error().message;
    if (records.empty()) return;
    const auto stored = test::produce(kafka_->plain_bootstrap(), topic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  // Returns the values of all records that the topic has now.
  static std::vector<std::string> values_in(const std::string& topic) {
    std::vector<std::string> values;
    const auto records = test::read_topic(kafka_->plain_bootstrap(), topic);
    EXPECT_TRUE(records);
    for (const auto& record : *records) values.push_back(record.value.value());
    return values;
  }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  base::Environment complete(base::Environment environment) const {
    environment.insert({{"AWS_REGION", "us-east-1"},
                        {"AWS_EC2_METADATA_DISABLED", "true"},
                        {"HOME", folder_.path().string()},
                        {"PATH", "/usr/bin:/bin"},
                        {"SSL_CERT_FILE", kafka_->certificate_file().string()}});
    return environment;
  }
  static std::string function() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "recording_function";
  }
  EsmRun esm(const std::string& topic, const base::Environment& environment) {
    const std::string mapping =
        R"({"FunctionName":"function","Topics":[")" + topic +
        R"("],"StartingPosition":"TRIM_HORIZON","BatchSize":1,"MaximumRetryAttempts":0,)" +
        R"("ProvisionedPollerConfig":{"MinimumPollers":1},)" +
        R"("DestinationConfig":{"OnFailure":{"Destination":"kafka://)" + topic + R"(-dead"}}})";
    return {{"--iam", "--config", write("mapping.json", mapping), "--bootstrap",
             kafka_->bootstrap(), "--consumer-group", topic, "--function", function(), "--env",
             "RECORD_FILE=" + records_path().string()},
            folder_.path() / "output",
            complete(environment)};
  }
  struct Ended {
    int status = 0;
    std::string output;
  };
  Ended run(std::vector<std::string> arguments, const base::Environment& environment) {
    arguments.insert(arguments.end(), {"--iam", "--bootstrap", kafka_->bootstrap()});
    test::Program program("penstock_local", std::move(arguments), complete(environment),
                          folder_.path() / ("output" + std::to_string(++runs_)));
    const int status = program.exit_status();
    return {status, program.output()};
  }
  // Writes a failure document as an SQS queue gets it, and returns its path.
  std::string document(const std::string& topic, int first, int last) {
    return write("document.json",
                 R"({"requestContext":{"condition":"RetryAttemptsExhausted"},)"
                 R"("KafkaBatchInfo":{"batchSize":)" +
                     std::to_string(last - first + 1) + R"(,"bootstrapServers":")" +
                     kafka_->bootstrap() + R"(","recordsInfo":{")" + topic +
                     R"(-0":{"firstRecordOffset":")" + std::to_string(first) +
                     R"(","lastRecordOffset":")" + std::to_string(last) + R"("}}}})");
  }
  [[nodiscard]] std::filesystem::path records_path() const { return folder_.path() / "records"; }
  [[nodiscard]] std::vector<std::string> handled() const {
    std::vector<std::string> values;
    for (const auto& record : test::read_records(records_path())) values.push_back(record.value);
    return values;
  }
  [[nodiscard]] bool handles(size_t count) const {
    return eventually([&] { return handled().size() >= count; }, kPatience);
  }

  test::TemporaryFolder folder_;
  int runs_ = 0;
};

TEST_F(LocalIamTest, EsmDeliversEachRecordOnceWhileSessionsEndAndCredentialsRotate) {
  make("long");
  make("long-dead");
  // Each key is valid for 20 s. Kafka knows the earlier ones, too, since an answer may come late.
  std::atomic<int> given = 0;
  std::vector<IamKey> known;
  FakeEndpoint container([&](const std::string&) {
    known.push_back(
        key_of(++given, std::chrono::floor<std::chrono::seconds>(system_clock::now()) + 20s));
    kafka_->know(known);
    return json_of(known.back());
  });
  const size_t before = kafka_->verdicts().size();
  EsmRun run = esm("long", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  std::vector<std::string> stored;
  const auto accepted = [&] { return count(kafka_->verdicts().substr(before), "accepted"); };
  const auto end = std::chrono::steady_clock::now() + 90s;
  // There are two or three connections: to the bootstrap address, the broker and the coordinator.
  // Each authenticates again every 10 s.
  while ((accepted() < 12 || given < 4) && std::chrono::steady_clock::now() < end) {
    stored.push_back((stored.size() % 10 == 9 ? "poison" : "v") + std::to_string(stored.size()));
    ASSERT_TRUE(test::produce(kafka_->plain_bootstrap(), "long", {{.value = stored.back()}}));
    ASSERT_TRUE(handles(stored.size())) << run.output();
  }
  EXPECT_GE(accepted(), 12u) << run.output();
  EXPECT_GE(given, 4) << run.output();
  EXPECT_EQ(run.stop(), 0);
  EXPECT_THAT(handled(), ElementsAreArray(stored)) << run.output();
  EXPECT_EQ(values_in("long-dead").size(), stored.size() / 10) << run.output();
  EXPECT_EQ(count(kafka_->verdicts().substr(before), "refused"), 0u)
      << kafka_->verdicts().substr(before);
  expect_no_secret_in(run.output());
}

TEST_F(LocalIamTest, EsmRecoversWhenOtherCredentialsAreThereThanThoseThatWereRefused) {
  make("healed", {{.value = "v"}});
  std::atomic<bool> good = false;
  FakeEndpoint container(
      [&](const std::string&) { return json_of(good ? key_of(0) : wrong_key()); });
  EsmRun run = esm("healed", {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  EXPECT_TRUE(run.says("signature mismatch")) << run.output();
  EXPECT_THAT(run.output(), HasSubstr("docs/msk-iam.md"));
  good = true;
  EXPECT_TRUE(eventually([&] { return handled().size() == 1; }, 120s)) << run.output();
  EXPECT_EQ(run.stop(), 0);
  expect_no_secret_in(run.output());
}

TEST_F(LocalIamTest, RedriveReadsWhatADocumentNames) {
  make("given-up", {{.value = "v0"}, {.value = "v1"}, {.value = "v2"}, {.value = "v3"}});
  const auto ended = run({"redrive", document("given-up", 1, 2), "--function", function(), "--env",
                          "RECORD_FILE=" + records_path().string()},
                         keys(key_of(0)));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("1 document done (2 records), 0 left"));
  EXPECT_THAT(handled(), testing::ElementsAre("v1", "v2"));
  expect_no_secret_in(ended.output);
}

TEST_F(LocalIamTest, RedriveStoresThemInAnotherTopic) {
  make("source", {{.value = "v0"}, {.value = "v1"}});
  make("target");
  const auto ended =
      run({"redrive", document("source", 0, 1), "--to-topic", "target"}, keys(key_of(0)));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(values_in("target"), testing::ElementsAre("v0", "v1"));
}

TEST_F(LocalIamTest, RedriveReadsATopicAndStoresItsOffsets) {
  make("dead-letters",
       {{.value = R"({"requestContext":{"condition":"RetriesExhausted"},"KafkaBatchInfo":)"
                  R"({"batchSize":1,"bootstrapServers":"localhost:1"},"payload":{"eventSource":)"
                  R"("SelfManagedKafka","bootstrapServers":"localhost:1","records":{"orders-0":)"
                  R"([{"topic":"orders","partition":0,"offset":7,"timestamp":1,"timestampType":)"
                  R"("CREATE_TIME","value":"dg==","headers":[]}]}}})"}});
  const std::vector<std::string> redrive{"redrive",
                                         "--from",
                                         "kafka://dead-letters",
                                         "--function",
                                         function(),
                                         "--env",
                                         "RECORD_FILE=" + records_path().string()};
  const auto first = run(redrive, keys(key_of(0)));
  EXPECT_EQ(first.status, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("1 document done (1 record), 0 left"));
  const auto second = run(redrive, keys(key_of(0)));
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_THAT(second.output, HasSubstr("0 documents done (0 records), 0 left"));
  EXPECT_THAT(handled(), testing::ElementsAre("v"));
  expect_no_secret_in(first.output + second.output);
}

TEST_F(LocalIamTest, InvokeMakesAnEventOfTheNewestRecords) {
  make("newest", {{.value = "v0"}, {.value = "v1"}});
  const auto ended = run(
      {"invoke", "--from-topic", "newest", "--count", "1", "--save", folder_.path() / "event.json"},
      keys(key_of(0)));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("event.json: 1 record, "));
}

TEST_F(LocalIamTest, AWrongSecretIsToldAndEndsWhatRunsOnce) {
  make("shut", {{.value = "v"}});
  const auto began = std::chrono::steady_clock::now();
  const auto redrive =
      run({"redrive", document("shut", 0, 0), "--to-topic", "shut"}, keys(wrong_key()));
  EXPECT_EQ(redrive.status, 1);
  EXPECT_THAT(redrive.output, AllOf(HasSubstr("signature mismatch"), HasSubstr("docs/msk-iam.md"),
                                    HasSubstr("0 documents done (0 records), 1 left")));
  const auto invoke =
      run({"invoke", "--from-topic", "shut", "--save", folder_.path() / "event.json"},
          keys(wrong_key()));
  EXPECT_EQ(invoke.status, 2);
  EXPECT_THAT(invoke.output, AllOf(HasSubstr("signature mismatch"), HasSubstr("docs/msk-iam.md")));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s)
      << "a refusal must end it without waiting";
  expect_no_secret_in(redrive.output + invoke.output);
}

TEST_F(LocalIamTest, WhoMayNotReadIsToldWhichPermissionItTakes) {
  make("forbidden", {{.value = "v"}});
  IamKey poor = key_of(0);
  poor.principal = "reader";
  kafka_->know({poor});
  const auto redrive = run({"redrive", document("forbidden", 0, 0), "--to-topic", "x"}, keys(poor));
  EXPECT_EQ(redrive.status, 1);
  EXPECT_THAT(redrive.output, HasSubstr("(by IAM: kafka-cluster:DescribeTopic"));
  EsmRun mapping = esm("forbidden", keys(poor));
  EXPECT_TRUE(mapping.says("(by IAM: kafka-cluster:")) << mapping.output();
  EXPECT_EQ(mapping.stop(), 0);
}

TEST_F(LocalIamTest, WithoutCredentialsOrARegionItDoesNotStart) {
  EsmRun none = esm("topic", {});
  EXPECT_EQ(none.exit_status(), 2);
  EXPECT_THAT(none.output(),
              HasSubstr("no AWS credentials: environment: AWS_ACCESS_KEY_ID is not set; "));
  base::Environment environment = keys(key_of(0));
  environment["AWS_REGION"] = "";
  EsmRun nowhere = esm("topic", environment);
  EXPECT_EQ(nowhere.exit_status(), 2);
  EXPECT_THAT(nowhere.output(), HasSubstr("set AWS_REGION"));
}

TEST_F(LocalIamTest, AnMskHostNameIsAskedWithIamUnlessAPropertySaysOtherwise) {
  base::Environment environment = complete({});
  environment.erase("AWS_REGION");  // The host name has the region.
  const std::vector<std::string> invoke{"invoke",
                                        "--from-topic",
                                        "x",
                                        "--save",
                                        folder_.path() / "event.json",
                                        "--bootstrap",
                                        "boot-x.c1.kafka-serverless.us-east-1.amazonaws.com:9098"};
  test::Program by_name("penstock_local", invoke, environment, folder_.path() / "by_name");
  EXPECT_EQ(by_name.exit_status(), 2);
  EXPECT_THAT(by_name.output(), HasSubstr("no AWS credentials: "));
  auto with_property = invoke;
  with_property.insert(with_property.end(), {"--property", "security.protocol=SSL"});
  test::Program otherwise("penstock_local", with_property, environment,
                          folder_.path() / "otherwise");
  EXPECT_EQ(otherwise.exit_status(), 2);
  EXPECT_THAT(otherwise.output(), HasSubstr("no broker answers at boot-x.c1."));
}

TEST_F(LocalIamTest, ACertificateThatNobodyVouchesForIsTold) {
  base::Environment environment = keys(key_of(0));
  environment["SSL_CERT_FILE"] = "/dev/null";
  const auto ended =
      run({"invoke", "--from-topic", "x", "--save", folder_.path() / "event.json"}, environment);
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("certificate"), HasSubstr("with SSL_CERT_FILE")));
}

}  // namespace
}  // namespace penstock
