// Tests the sources environment, process, container endpoint and instance metadata, and their
// order.
#include "aws/credentials/credential_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "aws/credentials/credential_chain.h"
#include "aws/credentials/endpoint.h"
#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using base::ErrorCode;
using test::FakeEndpoint;
using test::json_credentials;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

constexpr const char* kEnd = "2026-11-24T16:52:20Z";

std::string problem(const base::Result<Credentials>& result) {
  return result ? "none" : result.error().message;
}

Surroundings with(base::Environment environment) {
  return {.environment = std::move(environment), .region = "us-east-1"};
}

TEST(Environment, GivesKeysAndASessionTokenIfThereIsOne) {
  const auto got = from_environment(with({{"AWS_ACCESS_KEY_ID", "AKID"},
                                          {"AWS_SECRET_ACCESS_KEY", "secret\n"},
                                          {"AWS_SESSION_TOKEN", "t"}}),
                                    {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->secret_access_key.reveal(), "secret") << "a line's end comes from a secret's file";
  EXPECT_EQ(got->session_token.reveal(), "t");
  EXPECT_EQ(from_environment(with({}), {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(problem(from_environment(with({{"AWS_ACCESS_KEY_ID", "AKID"}}), {})),
            "the secret access key is missing");
  EXPECT_EQ(problem(from_environment(with({{"AWS_SECRET_ACCESS_KEY", "x"}}), {})),
            "the access key id is missing");
}

TEST(Process, GivesCredentials) {
  const auto got = from_process(
      R"(printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "s"}' "AK""ID")", {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "AKID");
  EXPECT_EQ(got->source, "credential_process");
}

TEST(Process, SaysHowItFailed) {
  EXPECT_EQ(problem(from_process("exit 3", {})), "credential_process ended with exit code 3");
  EXPECT_EQ(problem(from_process("kill -9 $$", {})), "credential_process was killed by signal 9");
  EXPECT_EQ(problem(from_process("echo secret", {})),
            "credential_process printed no credentials: the document is not a JSON object");
  EXPECT_EQ(problem(from_process("yes", {})), "credential_process printed more than 64 KiB");
  EXPECT_EQ(problem(from_process("/nowhere/at-all 2>/dev/null", {})),
            "credential_process ended with exit code 127");
}

TEST(Process, IsKilledWithItsChildrenOnARequestToStop) {
  std::stop_source stop;
  stop.request_stop();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(problem(from_process("sleep 60 & sleep 60", stop.get_token())),
            "credential_process was stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

// A parent that ignores SIGCHLD passes that on, and the command's exit status then is not known.
TEST(Process, EndsEvenIfThisProgramIgnoresItsEnd) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const auto got = from_process(
      R"(echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}'; exit 3)", {});
  const auto nothing = from_process("exit 3", {});
  std::signal(SIGCHLD, before);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "A");
  EXPECT_EQ(problem(nothing),
            "credential_process printed no credentials: the document is not a JSON object");
}

// A daemon that the command has started, such as an agent's, keeps its output open.
TEST(Process, EndsEvenIfADistantProcessKeepsItsOutput) {
  const auto got = from_process(
      R"(exec 3>&1; pid=$(setsid sh -c 'echo $$; exec sleep 1000 >&3' &)
         echo "{\"Version\": 1, \"AccessKeyId\": \"$pid\", \"SecretAccessKey\": \"s\"}")",
      {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(::kill(std::stoi(got->access_key_id), SIGKILL), 0);
}

class Container : public testing::Test {
 protected:
  Container()
      : endpoint_([](const std::string&) {
          return Reply{.body = json_credentials("AKID", "s", "t", kEnd)};
        }) {}
  [[nodiscard]] base::Result<Credentials> ask(base::Environment more = {}) const {
    more.emplace("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint_.url() + "/v2/credentials?id=1");
    return from_container(with(std::move(more)), {});
  }
  void answer(Reply reply) {
    endpoint_.answer_with([reply](const std::string&) { return reply; });
  }

  FakeEndpoint endpoint_;
};

TEST_F(Container, GivesCredentials) {
  const auto got = ask({{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"}});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "AKID");
  EXPECT_EQ(got->source, "container endpoint " + endpoint_.url());
  ASSERT_EQ(endpoint_.requests().size(), 1u);
  EXPECT_THAT(endpoint_.requests()[0], AllOf(StartsWith("GET /v2/credentials?id=1 HTTP/1.1\r\n"),
                                             HasSubstr("\r\nAuthorization: Basic abc\r\n")));
}

TEST_F(Container, ReadsTheAuthorizationFileEachTime) {
  const std::string file = testing::TempDir() + "/penstock_authorization";
  for (const char* token : {"first", "second"}) {
    std::ofstream(file) << token << "\n";
    ASSERT_TRUE(ask({{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file},
                     {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "x"}}));
    EXPECT_THAT(endpoint_.requests().back(),
                HasSubstr("\r\nAuthorization: " + std::string(token) + "\r\n"));
  }
  std::filesystem::remove(file);
  EXPECT_EQ(problem(ask({{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file}})),
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: " + file + ": there is no such file");
  EXPECT_EQ(problem(ask({{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nHost: b"}})),
            "the container's authorization token has a character that HTTP headers do not allow");
}

TEST_F(Container, IsAskedAgainAfterAFailure) {
  endpoint_.answer_with([this](const std::string&) {
    return endpoint_.requests().size() < 3
               ? Reply{.body = "busy", .status = "503 Busy"}
               : Reply{.body = json_credentials("AKID", "s", "t", kEnd)};
  });
  EXPECT_TRUE(ask());
  EXPECT_EQ(endpoint_.requests().size(), 3u);
}

TEST_F(Container, FailsWithoutRepeatingASecret) {
  answer(
      {.body = R"({"code":"AccessDenied","message":"role is gone"})", .status = "404 Not Found"});
  EXPECT_EQ(problem(ask()), endpoint_.url() + " answered 404: AccessDenied: role is gone");
  answer({.body = "topsecret"});
  EXPECT_EQ(problem(ask()), endpoint_.url() + ": the document is not a JSON object");
  answer({.body = json_credentials("AKID", "topsecret", "t", "soon")});
  EXPECT_THAT(problem(ask()), AllOf(HasSubstr("Expiration"), Not(HasSubstr("topsecret"))));
  answer({.raw = "topsecret garbage\r\n\r\n"});
  EXPECT_THAT(problem(ask()),
              AllOf(StartsWith(endpoint_.url() + ": "), Not(HasSubstr("topsecret"))));
  answer({.body = std::string(200'000, 'x')});
  EXPECT_THAT(problem(ask()), StartsWith(endpoint_.url() + ": "));
}

TEST_F(Container, SaysHowWrongTheClockIs) {
  answer({.body = json_credentials("AKID", "s", "t", kEnd),
          .headers = "Date: Wed, 21 Oct 2099 07:28:00 GMT\r\n"});
  const auto got = ask();
  ASSERT_TRUE(got);
  ASSERT_TRUE(got->clock_lag);
  EXPECT_GT(got->clock_lag->count(), 1'000'000'000);
  answer({.body = "",
          .status = "403 Forbidden",
          .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"});
  EXPECT_THAT(problem(ask()),
              testing::MatchesRegex(
                  "http://127.0.0.1:[0-9]+ answered 403; this machine's clock is [0-9]+ s ahead"));
}

TEST_F(Container, SendsItsTokenNowhereElse) {
  FakeEndpoint other([](const std::string&) { return Reply{.body = "{}"}; });
  endpoint_.answer_with([&](const std::string&) {
    return Reply{.status = "302 Found", .headers = "Location: " + other.url() + "/\r\n"};
  });
  EXPECT_FALSE(ask({{"AWS_CONTAINER_AUTHORIZATION_TOKEN", "token"}}));
  EXPECT_THAT(other.requests(), testing::IsEmpty());
}

TEST(ContainerAddress, AllowsPlainHttpOnlyWhereNobodyElseListens) {
  const auto refused = [](const char* url) {
    const auto got = from_container(with({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}}), {});
    return !got && got.error().code == ErrorCode::invalid;
  };
  for (const char* url :
       {"http://169.254.169.254/x", "http://10.0.0.1/x", "http://example.com/x",
        "http://localhost.example.com/", "http://[fd00:ec2::24]/x", "http://0.0.0.0/",
        "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "garbage",
        "http://", "http://127.0.0.1:0/", "http://127.0.0.1:99999/"}) {
    EXPECT_TRUE(refused(url)) << url;
  }
  EXPECT_TRUE(from_container(with({}), {}).error().code == ErrorCode::not_found);
  for (const char* path : {"@example.com/x", ".example.com/x", ":80@example.com/", "1/x"}) {
    const auto got = from_container(with({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path}}), {});
    EXPECT_EQ(got.error().code, ErrorCode::invalid) << path;
  }
}

// Answers as the metadata service of an EC2 instance with a role.
Reply instance(const std::string& request) {
  if (request.starts_with("PUT /latest/api/token ")) return {.body = "session-1"};
  if (request.find("\r\nX-aws-ec2-metadata-token: session-1\r\n") == std::string::npos) {
    return {.body = "", .status = "401 Unauthorized"};
  }
  if (request.starts_with("GET /latest/meta-data/iam/security-credentials/ ")) {
    return {.body = "my-role"};
  }
  if (request.starts_with("GET /latest/meta-data/iam/security-credentials/my-role ")) {
    return {.body = json_credentials("AKID", "s", "t", kEnd)};
  }
  return {.body = "", .status = "404 Not Found"};
}

TEST(InstanceMetadata, GiveTheRolesCredentialsByVersion2) {
  FakeEndpoint endpoint(instance);
  const auto got =
      from_instance_metadata(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.url()}}), {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "AKID");
  EXPECT_THAT(endpoint.requests()[0],
              HasSubstr("\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n"));
}

TEST(InstanceMetadata, AreNotSetUpIfSwitchedOffOrMissing) {
  const auto ask = [](const std::string& url) {
    return from_instance_metadata(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url}}), {});
  };
  EXPECT_EQ(from_instance_metadata(with({{"AWS_EC2_METADATA_DISABLED", "TRUE"}}), {}).error().code,
            ErrorCode::not_found);
  FakeEndpoint endpoint(
      [](const std::string&) { return Reply{.body = "", .status = "403 Forbidden"}; });
  EXPECT_EQ(ask(endpoint.url()).error().code, ErrorCode::not_found);
  endpoint.answer_with([](const std::string& request) {
    return request.starts_with("PUT") ? Reply{.body = "s"}
                                      : Reply{.body = "", .status = "404 Not Found"};
  });
  EXPECT_EQ(problem(ask(endpoint.url())), "the instance has no role");
  endpoint.answer_with([](const std::string&) { return Reply{.hang = true}; });
  EXPECT_EQ(ask(endpoint.url()).error().code, ErrorCode::not_found);
}

TEST(InstanceMetadata, FailIfTheAnswerIsNonsense) {
  FakeEndpoint endpoint([](const std::string& request) {
    return Reply{.body = request.starts_with("PUT") ? "s" : "<html>\n"};
  });
  const auto ask = [&] {
    return from_instance_metadata(with({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.url()}}),
                                  {});
  };
  EXPECT_EQ(problem(ask()), endpoint.url() + ": the document is not a JSON object");
  endpoint.answer_with([](const std::string& request) {
    return Reply{.body = request.starts_with("PUT") ? "s" : ""};
  });
  EXPECT_EQ(problem(ask()), endpoint.url() + ": the answer names no role");
}

TEST(Chain, SaysWhatItHasTriedAndWhyEachSourceFailed) {
  CredentialChain chain(with({{"HOME", "/nowhere"}, {"AWS_EC2_METADATA_DISABLED", "true"}}));
  EXPECT_EQ(problem(chain.fetch()),
            "no AWS credentials: environment: AWS_ACCESS_KEY_ID is not set; web identity: "
            "AWS_WEB_IDENTITY_TOKEN_FILE is not set; "
            "profile: there is no profile 'default'; container endpoint: "
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI "
            "are not set; instance metadata: AWS_EC2_METADATA_DISABLED is true");
}

TEST(Chain, DoesNotTryTheNextSourceWhenOneFails) {
  FakeEndpoint container(
      [](const std::string&) { return Reply{.body = "", .status = "404 Not Found"}; });
  FakeEndpoint metadata(instance);
  CredentialChain chain(with({{"HOME", "/nowhere"},
                              {"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()},
                              {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()}}));
  EXPECT_THAT(problem(chain.fetch()),
              HasSubstr("; container endpoint: " + container.url() + " answered 404"));
  EXPECT_TRUE(metadata.requests().empty());
}

TEST(Chain, StaysWithTheSourceThatAnswered) {
  FakeEndpoint metadata(instance);
  CredentialChain chain(
      with({{"HOME", "/nowhere"}, {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()}}));
  ASSERT_TRUE(chain.fetch());
  metadata.answer_with(
      [](const std::string&) { return Reply{.body = "", .status = "404 Not Found"}; });
  const auto gone = chain.fetch();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::unavailable);
  EXPECT_THAT(gone.error().message, StartsWith("no AWS credentials: instance metadata: "));
}

TEST(ClockSentence, IsSilentAboutLessThanHalfAMinute) {
  using std::chrono::seconds;
  EXPECT_EQ(clock_sentence(std::nullopt), "");
  EXPECT_EQ(clock_sentence(seconds(29)), "");
  EXPECT_EQ(clock_sentence(seconds(412)), "; this machine's clock is 412 s behind");
  EXPECT_EQ(clock_sentence(seconds(-30)), "; this machine's clock is 30 s ahead");
}

}  // namespace
}  // namespace penstock::aws
