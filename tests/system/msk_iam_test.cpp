// The API program with MSK IAM: a real Apache Kafka that checks every token, and credentials that
// come, go and fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "support/iam_api.h"
#include "support/kafka_client.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using test::eventually;
using test::FakeEndpoint;
using test::IamApi;
using test::IamKey;
using test::in_an_hour;
using test::json_of;
using test::key_of;
using test::variable;
using testing::HasSubstr;
using testing::Not;
using Reply = FakeEndpoint::Reply;

// A token's beginning: "https://kafka." in base64.
constexpr const char* kTokenStart = "aHR0cHM6Ly9rYWZrYS";

class MskIamTest : public test::IamKafkaTest {
 protected:
  static void expect_no_secret_in(const std::string& log) {
    EXPECT_THAT(log, HasSubstr("AKIDTEST")) << "the key's id is no secret";
    EXPECT_THAT(log, Not(HasSubstr("SECRETtest")));
    EXPECT_THAT(log, Not(HasSubstr("SESSIONtest")));
    EXPECT_THAT(log, Not(HasSubstr(kTokenStart)));
  }
  // The API is let in by these credentials, and stores an event.
  static void expect_stores(const base::Environment& environment, const std::string& source) {
    IamApi api(*kafka_, environment);
    ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
    EXPECT_EQ(api.status("/current_time?name=Paul"), 200u) << api.output();
    EXPECT_THAT(api.output(), HasSubstr("\"message\":\"AWS credentials\",\"source\":\"" + source));
    EXPECT_EQ(api.stop(), 0);
    expect_no_secret_in(api.output());
  }
};

TEST_F(MskIamTest, keys_in_the_environment_let_it_in) {
  expect_stores(keys(key_of(0)), "environment");
}

TEST_F(MskIamTest, the_role_of_an_instance_lets_it_in) {
  FakeEndpoint metadata([](const std::string& request) {
    if (request.starts_with("PUT ")) return Reply{.body = "session"};
    return request.find("/role ") == std::string::npos ? Reply{.body = "role"} : json_of(key_of(0));
  });
  expect_stores({{"AWS_EC2_METADATA_DISABLED", "false"},
                 {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()}},
                "instance metadata");
}

TEST_F(MskIamTest, a_role_by_web_identity_lets_it_in) {
  FakeEndpoint sts([](const std::string&) {
    const IamKey key = key_of(0);
    return Reply{.body = "<R><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>" +
                         key.access_key_id + "</AccessKeyId><SecretAccessKey>" +
                         key.secret_access_key + "</SecretAccessKey><SessionToken>" +
                         key.session_token + "</SessionToken><Expiration>" + in_an_hour() +
                         "</Expiration></Credentials></AssumeRoleWithWebIdentityResult></R>"};
  });
  expect_stores({{"AWS_ENDPOINT_URL_STS", sts.url()},
                 {"AWS_WEB_IDENTITY_TOKEN_FILE", "/etc/hostname"},
                 {"AWS_ROLE_ARN", "r"}},
                "role r");
}

TEST_F(MskIamTest, a_profile_with_a_process_lets_it_in) {
  const test::TemporaryFolder folder;
  const IamKey key = key_of(0);
  std::ofstream(folder.path() / "config")
      << "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \""
      << key.access_key_id << "\", \"SecretAccessKey\": \"" << key.secret_access_key
      << "\", \"SessionToken\": \"" << key.session_token << "\"}'\n";
  expect_stores({{"AWS_CONFIG_FILE", (folder.path() / "config").string()}},
                "profile 'default' (credential_process)");
}

TEST_F(MskIamTest, a_wrong_secret_is_a_503_and_the_log_says_why) {
  IamKey key = key_of(0);
  key.secret_access_key = "SECRETtest/other";
  IamApi api(*kafka_, keys(key));
  ASSERT_TRUE(eventually([&] {
    return api.readiness().find("signature mismatch") != std::string::npos;
  })) << api.readiness();
  EXPECT_EQ(api.status("/current_time?name=Paul"), 503u);
  EXPECT_EQ(api.status("/healthcheck"), 200u) << "the process itself is well";
  EXPECT_TRUE(eventually([&] {
    const std::string log = api.output();
    const size_t line = log.find("\"status\":503");
    return line != std::string::npos &&
           log.substr(line, log.find('\n', line) - line).find("signature mismatch") !=
               std::string::npos;
  })) << api.output();
  EXPECT_EQ(api.stop(), 0);
  expect_no_secret_in(api.output());
}

TEST_F(MskIamTest, a_wrong_region_is_a_503_and_the_log_says_why) {
  base::Environment environment = keys(key_of(0));
  environment.emplace(variable("AWS_MSK_CLUSTER_REGION"), "eu-west-1");
  IamApi api(*kafka_, environment);
  ASSERT_TRUE(eventually([&] {
    return api.readiness().find("host kafka.eu-west-1.amazonaws.com") != std::string::npos;
  })) << api.readiness();
  EXPECT_EQ(api.status("/current_time?name=Paul"), 503u);
}

TEST_F(MskIamTest, a_principal_that_may_do_nothing_is_a_500_and_the_log_says_what_it_may_not) {
  IamKey poor = key_of(0);
  poor.principal = "reader";
  kafka_->know({poor});
  IamApi api(*kafka_, keys(poor));
  EXPECT_TRUE(eventually([&] { return api.status("/current_time?name=Paul") == 500; }))
      << api.output();
  const std::string hint =
      "Cluster authorization failed (by IAM: kafka-cluster:WriteDataIdempotently)";
  EXPECT_TRUE(eventually([&] { return api.readiness().find(hint) != std::string::npos; }))
      << api.readiness();
  EXPECT_THAT(api.readiness(), HasSubstr("Kafka lets the producer write nothing: "));
  EXPECT_EQ(api.status("/hello"), 200u) << "what publishes nothing is not touched";
}

TEST_F(MskIamTest, who_may_not_make_a_topic_writes_to_the_one_that_is_there_and_the_log_tells) {
  ASSERT_TRUE(test::create_topic(kafka_->plain_bootstrap(), "given", 1));
  ASSERT_TRUE(test::allow_writing(kafka_->plain_bootstrap(), "User:author", "given"));
  IamKey author = key_of(0);
  author.principal = "author";
  kafka_->know({author});
  base::Environment environment = keys(author);
  environment.emplace(variable("AWS_MSK_CLUSTER_TOPIC"), "given");
  IamApi api(*kafka_, environment);
  EXPECT_TRUE(eventually([&] { return api.status("/current_time?name=Paul") == 200; }))
      << api.output();
  EXPECT_THAT(api.output(), HasSubstr("\"may not make the topic; it must exist already (by IAM: "
                                      "kafka-cluster:CreateTopic)\",\"topic\":\"given\""));
}

TEST_F(MskIamTest, a_wrong_clock_is_told_in_seconds) {
  FakeEndpoint container([](const std::string&) {
    Reply reply = json_of(key_of(0));
    base::TimeText text;
    reply.headers = "Date: " + std::string(text.http_date(system_clock::now() + 412s)) + "\r\n";
    return reply;
  });
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  ASSERT_TRUE(api.becomes_ready()) << api.output();
  EXPECT_THAT(api.output(), testing::ContainsRegex(
                                "this machine's clock is wrong[^\n]*\"seconds_behind\":41[123]"));
}

TEST_F(MskIamTest, without_credentials_it_says_which_sources_were_tried) {
  IamApi api(*kafka_, {});
  ASSERT_TRUE(eventually(
      [&] { return api.output().find("cannot get AWS credentials") != std::string::npos; }));
  EXPECT_EQ(api.status("/current_time?name=Paul"), 503u);
  EXPECT_THAT(api.readiness(),
              HasSubstr("{\"name\":\"aws_credentials\",\"ready\":false,\"reason\":\"no AWS "
                        "credentials: environment: AWS_ACCESS_KEY_ID is not set; "));
  EXPECT_THAT(api.output(), HasSubstr("\"status\":503"));
}

TEST_F(MskIamTest, serves_until_its_credentials_end_says_why_after_that_and_recovers) {
  IamKey short_lived = key_of(0, std::chrono::floor<seconds>(system_clock::now()) + 12s);
  kafka_->know({short_lived});
  FakeEndpoint container([&](const std::string&) { return json_of(short_lived); });
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
  container.answer_with(
      [](const std::string&) { return Reply{.body = "", .status = "404 Not Found"}; });
  EXPECT_EQ(api.status("/current_time?name=Paul"), 200u) << "what it has is good for some seconds";
  ASSERT_TRUE(eventually([&] { return api.status("/current_time?name=Paul") == 503; }, 60s))
      << api.output();
  EXPECT_TRUE(eventually([&] { return api.readiness().find(" ended at ") != std::string::npos; }))
      << api.readiness();
  EXPECT_THAT(api.readiness(), HasSubstr("answered 404"));

  kafka_->know({key_of(1)});
  container.answer_with([](const std::string&) { return json_of(key_of(1)); });
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
  EXPECT_TRUE(eventually([&] { return api.status("/current_time?name=Paul") == 200; }));
  expect_no_secret_in(api.output());
}

// A container's endpoint whose credentials end in 20 s, and which stumbles in every way that it
// can.
class Rotating {
 public:
  explicit Rotating(test::IamKafka& kafka)
      : kafka_(kafka), endpoint_([this](const std::string&) { return answer(); }) {}
  [[nodiscard]] std::string url() const { return endpoint_.url(); }
  [[nodiscard]] int given() const { return given_; }

 private:
  Reply answer() {
    // Good, and then one failure before each of the next: the client itself tries three times what
    // is no answer.
    switch (requests_++) {
      case 1:
        return {.hang = true};
      case 3:
        return {.body = "{\"AccessKeyId\":"};
      case 5:
      case 6:
      case 7:
        return {.body = "", .status = "500 Internal Server Error"};
      case 9:
      case 10:
      case 11:
        return {.raw = "\r\n"};
      default:
        break;
    }
    const auto end = std::chrono::floor<seconds>(system_clock::now()) + 20s;
    // The last ones, too: an answer may have been lost.
    keys_.push_back(key_of(given_ + 1, end));
    kafka_.know(keys_);
    return json_of(key_of(++given_, end));
  }

  test::IamKafka& kafka_;
  std::atomic<int> given_ = 0;
  int requests_ = 0;
  std::vector<IamKey> keys_;
  FakeEndpoint endpoint_;
};

TEST_F(MskIamTest,
       a_minute_of_load_loses_and_doubles_nothing_while_sessions_end_and_credentials_rotate) {
  constexpr int kConnections = 64;
  constexpr auto kPace = 40ms;  // 1,600 requests a second in all.
  const size_t verdicts_before = kafka_->verdicts().size();
  Rotating container(*kafka_);
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()},
                       {variable("AWS_MSK_CLUSTER_TOPIC"), "load"},
                       // A machine under load may need more than a second to connect again.
                       {variable("PUBLISH_DEADLINE"), "5"}});
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();

  std::atomic<int> stored = 0, others = 0;
  const auto end = steady_clock::now() + 60s;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kConnections; ++i) {
      clients.emplace_back([&, i] {
        net::HttpClient client("127.0.0.1", api.port());
        auto next = steady_clock::now() + kPace * i / kConnections;
        for (; next < end; next += kPace) {
          std::this_thread::sleep_until(next);  // The pace, not a wait for something.
          const auto response = client.request({.target = "/current_time?name=Paul"}, 10s);
          ++(response && response->status == 200 ? stored : others);
        }
      });
    }
  }
  EXPECT_EQ(others, 0) << api.output().substr(0, 5000);
  EXPECT_GT(stored, 10'000);
  EXPECT_GE(container.given(), 5) << "credentials of 20 s are replaced after 10";

  const auto records = test::read_topic(kafka_->plain_bootstrap(), "load");
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_EQ(records->size(), static_cast<size_t>(stored));
  std::set<std::string> ids;
  for (const auto& record : *records) {
    for (const auto& [name, value] : record.headers) {
      if (name == "ce_id") ids.insert(value);
    }
  }
  EXPECT_EQ(ids.size(), records->size()) << "no event twice";
  EXPECT_EQ(api.stop(), 0);
  EXPECT_THAT(api.output(), HasSubstr("cannot get AWS credentials"));
  expect_no_secret_in(api.output());
  const std::string verdicts = kafka_->verdicts().substr(verdicts_before);
  EXPECT_THAT(verdicts, Not(HasSubstr("refused")));
  EXPECT_GE(std::count(verdicts.begin(), verdicts.end(), '\n'), 6)
      << "a session lasts 10 s at the most";
}

TEST_F(MskIamTest, the_token_command_prints_a_token_and_no_secret) {
  const test::TemporaryFolder folder;
  base::Environment environment = keys(key_of(0));
  test::Program program(std::string(kApiProgram),
                        {"token", "--region", "cn-north-1", "--at", "2026-11-24T16:52:20Z"},
                        environment, folder.path() / "out");
  EXPECT_EQ(program.exit_status(), 0);
  const std::string output = program.output();
  EXPECT_THAT(output, HasSubstr(kTokenStart));
  for (const char* line :
       {"credentials        environment\n", "access key id      AKIDTEST0\n",
        "session token      there is one\n",
        "signing host       kafka.cn-north-1.amazonaws.com.cn\n",
        "signed at          2026-11-24T16:52:20Z\n", "token ends         2026-11-24T17:07:20Z\n"}) {
    EXPECT_THAT(output, HasSubstr(line));
  }
  EXPECT_THAT(output, Not(HasSubstr("SECRETtest")));
  EXPECT_THAT(output, Not(HasSubstr("SESSIONtest")));

  test::Program wrong(std::string(kApiProgram), {"token", "--at", "noon", "--region", "us-east-1"},
                      environment, folder.path() / "wrong");
  EXPECT_EQ(wrong.exit_status(), 1);
  EXPECT_THAT(wrong.output(), HasSubstr("--at takes a time like 2026-11-24T16:52:20Z"));
  test::Program nowhere(std::string(kApiProgram), {"token"}, environment,
                        folder.path() / "nowhere");
  EXPECT_EQ(nowhere.exit_status(), 1);
  EXPECT_THAT(nowhere.output(), HasSubstr("set " + variable("AWS_MSK_CLUSTER_REGION")));
}

}  // namespace
}  // namespace penstock
