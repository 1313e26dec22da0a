// Tests the shared config and credentials files and the roles in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "aws/credentials/credential_sources.h"
#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using test::FakeEndpoint;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

std::string problem(const base::Result<Credentials>& result) {
  return result ? "none" : result.error().message;
}

// Grants every role. The access key is the role's name, and the secret is the access key of the
// caller.
Reply grant(const std::string& request) {
  const auto value = [&](const std::string& name) {
    const size_t at = request.find(name);
    if (at == std::string::npos) return std::string("nobody");
    const size_t begin = at + name.size();
    return request.substr(begin, request.find_first_of("&/,\r\n", begin) - begin);
  };
  return {.body = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" +
                  value("&RoleArn=") + "</AccessKeyId><SecretAccessKey>" + value("Credential=") +
                  "</SecretAccessKey><SessionToken>t</"
                  "SessionToken><Expiration>2026-11-24T16:52:20Z</Expiration>" +
                  "</Credentials></AssumeRoleResult></AssumeRoleResponse>"};
}

class ProfileTest : public testing::Test {
 protected:
  ProfileTest() : sts_(grant) {
    std::string name = testing::TempDir() + "/penstock_aws_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    std::filesystem::create_directory(folder_ / ".aws");
  }
  ~ProfileTest() override { std::filesystem::remove_all(folder_); }

  void config(const std::string& text) { std::ofstream(folder_ / ".aws/config") << text; }
  void credentials(const std::string& text) { std::ofstream(folder_ / ".aws/credentials") << text; }
  base::Result<Credentials> ask(const std::string& profile = "", base::Environment more = {}) {
    more.emplace("HOME", folder_.string());
    more.emplace("AWS_ENDPOINT_URL_STS", sts_.url());
    if (!profile.empty()) more.emplace("AWS_PROFILE", profile);
    return from_profile({.environment = std::move(more), .region = "eu-west-1"}, {});
  }
  std::string key(const std::string& profile) {
    const auto got = ask(profile);
    return got ? got->access_key_id : got.error().message;
  }

  std::filesystem::path folder_;
  FakeEndpoint sts_;
};

TEST_F(ProfileTest, ReadsKeysFromEitherFileAndPrefersCredentials) {
  config(
      "[default]\naws_access_key_id = A\naws_secret_access_key = s\n[profile "
      "default]\naws_access_key_id = "
      "B\n[profile two]\naws_access_key_id = C\naws_secret_access_key = "
      "s\n[three]\naws_access_key_id = D\n");
  EXPECT_EQ(key(""), "B");
  EXPECT_EQ(key("two"), "C");
  EXPECT_EQ(key("three"), "there is no profile 'three'") << "a section of config without `profile`";
  credentials("[two]\naws_access_key_id = E\naws_session_token = t\n");
  const auto got = ask("two");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "E");
  EXPECT_EQ(got->session_token.reveal(), "t");
  EXPECT_EQ(got->source, "profile 'two' (keys)");
}

TEST_F(ProfileTest, MayBeMissingIfItIsNotNamed) {
  EXPECT_EQ(ask().error().code, base::ErrorCode::not_found);
  config("[default]\nregion = eu-west-1\n");
  EXPECT_EQ(ask().error().code, base::ErrorCode::not_found);
  EXPECT_EQ(ask("other").error().code, base::ErrorCode::invalid);
  EXPECT_EQ(problem(ask("default")), "AWS_PROFILE: profile 'default' has no credentials");
}

TEST_F(ProfileTest, IsReadFromTheFilesThatTheEnvironmentNames) {
  std::ofstream(folder_ / "elsewhere") << "[p]\naws_access_key_id = F\naws_secret_access_key = s\n";
  const auto got = ask("p", {{"AWS_SHARED_CREDENTIALS_FILE", (folder_ / "elsewhere").string()}});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "F");
}

TEST_F(ProfileTest, GetsCredentialsFromAProcess) {
  config(R"([profile p]
credential_process = printf '{"Version": 1, "AccessKeyId": "G", "SecretAccessKey": "s"}'
)");
  EXPECT_EQ(key("p"), "G");
}

TEST_F(ProfileTest, AssumesARoleWithTheKeysOfAnotherProfile) {
  config(
      "[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = "
      "x/y\nrole_session_name = me\nduration_seconds = 1800\n"
      "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  const auto got = ask("r");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr");
  EXPECT_EQ(got->secret_access_key.reveal(), "BASE");
  EXPECT_EQ(got->source, "profile 'r' (role arn:aws:iam::1:role/r by " + sts_.url() + ")");
  EXPECT_THAT(
      sts_.requests().at(0),
      AllOf(
          StartsWith("POST / HTTP/1.1\r\n"),
          HasSubstr("/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date, "),
          HasSubstr("Action=AssumeRole&ExternalId=x%2Fy&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%"
                    "3A%3A1%3Arole%2Fr&"
                    "RoleSessionName=me&DurationSeconds=1800")));
}

TEST_F(ProfileTest, FollowsRolesToRolesAndToKeysInTheSameProfile) {
  config(
      "[profile a]\nrole_arn = ra\nsource_profile = b\n[profile b]\nrole_arn = rb\nsource_profile "
      "= "
      "b\naws_access_key_id = KEY\naws_secret_access_key = s\n");
  const auto got = ask("a");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "ra");
  EXPECT_EQ(got->secret_access_key.reveal(), "rb");
  EXPECT_THAT(sts_.requests().at(1), HasSubstr("X-Amz-Security-Token: t\r\n"));
}

TEST_F(ProfileTest, KeepsTheSessionsName) {
  config("[profile r]\nrole_arn = r\ncredential_source = Environment\n");
  const auto name = [&] {
    EXPECT_TRUE(ask("r", {{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "s"}}));
    const std::string request = sts_.requests().back();
    const size_t at = request.find("RoleSessionName=");
    return request.substr(at, request.find('&', at) - at);
  };
  const std::string first = name();
  EXPECT_THAT(first, StartsWith("RoleSessionName=penstock-"));
  EXPECT_EQ(name(), first);
}

TEST_F(ProfileTest, ReportsMistakesWithItsName) {
  config(
      "[profile circle]\nrole_arn = r\nsource_profile = round\n[profile round]\nrole_arn = "
      "r\nsource_profile "
      "= circle\n"
      "[profile both]\nrole_arn = r\nsource_profile = circle\ncredential_source = "
      "Environment\n[profile "
      "alone]\nrole_arn = r\n"
      "[profile strange]\nrole_arn = r\ncredential_source = Magic\n[profile lost]\nrole_arn = "
      "r\nsource_profile = gone\n"
      "[profile mfa]\nrole_arn = r\nmfa_serial = m\nsource_profile = circle\n[profile "
      "long]\nrole_arn = "
      "r\nduration_seconds = 9e9\n"
      "[profile sso]\nsso_session = corporate\n[profile half]\naws_access_key_id = A\n[profile "
      "env]\nrole_arn = r\ncredential_source = Environment\n");
  EXPECT_EQ(key("circle"),
            "profile 'circle': the source_profile settings form a circle, or lead through more "
            "than 8 profiles");
  EXPECT_THAT(
      key("both"),
      HasSubstr("profile 'both': a role_arn needs one of source_profile, credential_source and"));
  EXPECT_THAT(key("alone"), HasSubstr("profile 'alone': a role_arn needs one of"));
  EXPECT_THAT(key("strange"), HasSubstr("profile 'strange': credential_source must be"));
  EXPECT_EQ(key("lost"), "there is no profile 'gone'");
  EXPECT_EQ(key("mfa"),
            "profile 'mfa': mfa_serial is not supported, because it needs a user who types a code");
  EXPECT_EQ(key("long"),
            "profile 'long': duration_seconds must be a whole number from 900 to 43200");
  EXPECT_THAT(
      key("sso"),
      HasSubstr(
          "credential_process = aws configure export-credentials --profile sso --format process"));
  EXPECT_EQ(key("half"), "profile 'half': the secret access key is missing");
  EXPECT_EQ(key("env"), "profile 'env': AWS_ACCESS_KEY_ID is not set");
}

// A region becomes part of a host name, which gets a signature or a web identity token.
TEST_F(ProfileTest, CannotLeadToAnotherHostByItsRegion) {
  for (const std::string region :
       {"eu-west-1.example.com/", "example.com", "eu-west-1@example.com", "eu-west-1:80", "a b-c",
        "-eu", "EU-WEST-1", "eu-west-1.amazonaws.com.example"}) {
    config("[profile role]\nrole_arn = r\nregion = " + region +
           "\nsource_profile = role\naws_access_key_id = AKID\naws_secret_access_key = s\n");
    EXPECT_THAT(problem(ask("role", {{"AWS_ENDPOINT_URL_STS", ""}})),
                HasSubstr("'" + region + "' is not the name of an AWS region"));
  }
}

TEST_F(ProfileTest, DoesNotFollowStsElsewhere) {
  FakeEndpoint other(grant);
  sts_.answer_with([&](const std::string&) {
    return Reply{.status = "307 Temporary Redirect",
                 .headers = "Location: " + other.url() + "/\r\n"};
  });
  config(
      "[profile role]\nrole_arn = r\nsource_profile = role\naws_access_key_id = AKID\n"
      "aws_secret_access_key = s\n");
  EXPECT_THAT(problem(ask("role")), HasSubstr("answered 307"));
  EXPECT_THAT(other.requests(), testing::IsEmpty());
}

TEST_F(ProfileTest, ReportsABrokenFileWithTheLine) {
  config("[default]\nnonsense\n");
  EXPECT_EQ(key(""), (folder_ / ".aws/config").string() +
                         ":2: the line is neither [section] nor name = value");
}

TEST_F(ProfileTest, IgnoresAnUnreadableDefaultFileButNotANamedOne) {
  std::filesystem::create_directory(folder_ / ".aws/config");  // Root could read any file.
  EXPECT_EQ(ask().error().code, base::ErrorCode::not_found);
  EXPECT_EQ(ask("", {{"AWS_CONFIG_FILE", (folder_ / ".aws/config").string()}}).error().code,
            base::ErrorCode::unavailable);
}

TEST_F(ProfileTest, PassesOnTheReasonOfSts) {
  config("[profile r]\nrole_arn = r\ncredential_source = Environment\n");
  sts_.answer_with([](const std::string&) {
    return Reply{.body =
                     "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not "
                     "you</Message></Error></ErrorResponse>",
                 .status = "403 Forbidden",
                 .headers = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"};
  });
  EXPECT_THAT(
      problem(ask("r", {{"AWS_ACCESS_KEY_ID", "A"}, {"AWS_SECRET_ACCESS_KEY", "topsecret"}})),
      AllOf(StartsWith("profile 'r': " + sts_.url() +
                       " answered 403: AccessDenied: not you; this machine's clock is "),
            Not(HasSubstr("topsecret"))));
}

class WebIdentity : public ProfileTest {
 protected:
  WebIdentity() : file_(folder_ / "token") { std::ofstream(file_) << "jwt.one\n"; }
  base::Result<Credentials> ask_for(base::Environment environment) {
    environment.emplace("AWS_ENDPOINT_URL", sts_.url());
    return from_web_identity({.environment = std::move(environment), .region = "eu-west-1"}, {});
  }
  const std::filesystem::path file_;
};

TEST_F(WebIdentity, IsExchangedForARoleWithoutASignature) {
  const auto got = ask_for({{"AWS_WEB_IDENTITY_TOKEN_FILE", file_.string()},
                            {"AWS_ROLE_ARN", "r"},
                            {"AWS_ROLE_SESSION_NAME", "pod"}});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "r");
  EXPECT_THAT(sts_.requests().at(0),
              AllOf(Not(HasSubstr("Authorization")),
                    HasSubstr("Action=AssumeRoleWithWebIdentity&WebIdentityToken=jwt.one&"),
                    HasSubstr("&RoleSessionName=pod&")));
  std::ofstream(file_) << "jwt.two\n";
  ASSERT_TRUE(ask_for({{"AWS_WEB_IDENTITY_TOKEN_FILE", file_.string()}, {"AWS_ROLE_ARN", "r"}}));
  EXPECT_THAT(sts_.requests().at(1), HasSubstr("WebIdentityToken=jwt.two&"));
}

TEST_F(WebIdentity, NeedsItsFileAndItsRole) {
  EXPECT_EQ(ask_for({}).error().code, base::ErrorCode::not_found);
  EXPECT_EQ(problem(ask_for({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"}})),
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
  EXPECT_EQ(problem(ask_for({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"}, {"AWS_ROLE_ARN", "r"}})),
            "web identity token: /nowhere: there is no such file");
}

TEST_F(WebIdentity, MayBeNamedInAProfile) {
  config("[profile p]\nrole_arn = r\nweb_identity_token_file = " + file_.string() + "\n");
  EXPECT_EQ(key("p"), "r");
}

TEST(Sts, NeedsARegion) {
  const auto got = from_web_identity(
      {.environment = {{"AWS_WEB_IDENTITY_TOKEN_FILE", "/etc/hostname"}, {"AWS_ROLE_ARN", "r"}},
       .region = ""},
      {});
  EXPECT_EQ(problem(got), "the region of STS is not known: set AWS_REGION");
}

}  // namespace
}  // namespace penstock::aws
