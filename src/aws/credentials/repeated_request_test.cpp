// These tests check that no source of credentials repeats a secret if the other side repeats the
// request, with all its headers and its body, in the explanation of an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "aws/credentials/credential_sources.h"
#include "base/utf8.h"
#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using test::FakeEndpoint;
using testing::HasSubstr;
using Reply = FakeEndpoint::Reply;

// Neither has eight characters in common with a request that does not contain them.
const std::string kToken = "IQoJb3JpZ2luX2VjEJr//wEaCWV1+w=zQx9Kd8LmP4rT2vYbN6cHsJgF1eW7uX0";
const std::string kKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

std::string as_json(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0 && c < ' ') {
      std::array<char, 8> part{};
      std::snprintf(part.data(), part.size(), "\\u%04x", c);
      out += part.data();
      continue;
    }
    if (c == '"' || c == '\\' || c == '/') out += '\\';
    out += c;
  }
  return out;
}

std::string as_xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '+' ? "&#43;" : std::string(1, c);
  }
  return out;
}

std::string as_query(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    std::array<char, 4> part{};
    std::snprintf(part.data(), part.size(), std::isalnum(c) != 0 ? "%c" : "%%%02x", c);
    out += part.data();
  }
  return out;
}

std::string as_it_is(const std::string& text) {
  return text;
}

using Escape = std::string (*)(const std::string&);
constexpr std::array<Escape, 2> kEscapes{as_it_is, as_query};

// Returns every explanation that a server could make of a request: all of it, as it is and escaped,
// and each of its parts, because an explanation is cut.
std::vector<std::string> explanations(const std::string& request) {
  std::vector<std::string> all;
  for (const Escape escape : kEscapes) {
    for (size_t at = 0; at < request.size(); at += 40) {
      all.push_back("\x1b[31mno\u202E " + escape(request.substr(at)));
    }
  }
  return all;
}

void expect_clean(const base::Result<Credentials>& got, const std::string& secret) {
  ASSERT_FALSE(got);
  const std::string& message = got.error().message;
  EXPECT_THAT(message, HasSubstr("[31mno")) << "the explanation is not passed on";
  for (size_t i = 0; i + 8 <= secret.size(); ++i) {
    EXPECT_EQ(message.find(secret.substr(i, 8)), std::string::npos) << message;
    EXPECT_EQ(message.find(as_query(secret.substr(i, 8))), std::string::npos) << message;
  }
  EXPECT_EQ(message.find_first_of("\x1b\n\r"), std::string::npos) << message;
  EXPECT_EQ(message.find("\u202E"), std::string::npos) << message;
  EXPECT_TRUE(base::is_utf8(message));
}

class RepeatedRequest : public testing::Test {
 protected:
  RepeatedRequest() : endpoint_([](const std::string&) { return Reply{}; }) {
    std::string name = testing::TempDir() + "/penstock_repeated_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~RepeatedRequest() override { std::filesystem::remove_all(folder_); }

  // Asks with `ask` until the server has given every explanation of the request. `wrap` makes the
  // server's reply of it.
  void expect_secret_kept(const std::string& secret,
                          const std::function<base::Result<Credentials>()>& ask,
                          const std::function<Reply(const std::string&)>& wrap) {
    size_t count = 1;
    for (size_t i = 0; i < count; ++i) {
      endpoint_.answer_with([&, i](const std::string& request) {
        if (request.starts_with("PUT ")) return Reply{.body = kToken};  // The metadata service.
        if (request.find("security-credentials/ ") != std::string::npos) {
          return Reply{.body = "role"};
        }
        const auto all = explanations(request);
        count = all.size();
        return wrap(all.at(i));
      });
      expect_clean(ask(), secret);
    }
    EXPECT_GT(count, 4U);
  }

  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
  FakeEndpoint endpoint_;
};

Reply of_sts(const std::string& explanation) {
  return {.body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>" +
                  as_xml(explanation) + "</Message></Error></ErrorResponse>",
          .status = "403 Forbidden"};
}

Reply of_endpoint(const std::string& explanation, const std::string& status) {
  return {.body = R"({"Code":"Denied","Message":")" + as_json(explanation) + "\"}",
          .status = status};
}

TEST_F(RepeatedRequest, OfAnAssumedRoleIsNotShown) {
  const std::string config =
      file("config", "[profile r]\nrole_arn = r\ncredential_source = Environment\n");
  const auto ask = [&] {
    return from_profile({.environment = {{"HOME", folder_.string()},
                                         {"AWS_CONFIG_FILE", config},
                                         {"AWS_PROFILE", "r"},
                                         {"AWS_ENDPOINT_URL_STS", endpoint_.url()},
                                         {"AWS_ACCESS_KEY_ID", "AKID"},
                                         {"AWS_SECRET_ACCESS_KEY", kKey},
                                         {"AWS_SESSION_TOKEN", kToken}},
                         .region = "eu-west-1"},
                        {});
  };
  expect_secret_kept(kToken, ask, of_sts);
  // A server that knows more than it was sent, such as an emulator.
  endpoint_.answer_with([](const std::string&) { return of_sts("\x1b[31mno " + kKey); });
  expect_clean(ask(), kKey);
}

TEST_F(RepeatedRequest, OfAWebIdentityIsNotShown) {
  const std::string token = file("token", kToken + "\n");
  expect_secret_kept(
      kToken,
      [&] {
        return from_web_identity({.environment = {{"AWS_WEB_IDENTITY_TOKEN_FILE", token},
                                                  {"AWS_ROLE_ARN", "r"},
                                                  {"AWS_ENDPOINT_URL", endpoint_.url()}},
                                  .region = "eu-west-1"},
                                 {});
      },
      of_sts);
}

TEST_F(RepeatedRequest, ToAContainerEndpointIsNotShown) {
  const auto ask = [&] {
    return from_container(
        {.environment = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint_.url() + "/x"},
                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN", kToken}},
         .region = ""},
        {});
  };
  for (const char* status : {"200 OK", "403 Forbidden"}) {
    expect_secret_kept(kToken, ask, [&](const std::string& explanation) {
      return of_endpoint(explanation, status);
    });
  }
}

TEST_F(RepeatedRequest, ToTheInstanceMetadataIsNotShown) {
  expect_secret_kept(
      kToken,
      [&] {
        return from_instance_metadata(
            {.environment = {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint_.url()}}, .region = ""},
            {});
      },
      [](const std::string& explanation) { return of_endpoint(explanation, "200 OK"); });
}

TEST_F(RepeatedRequest, ByACredentialProcessIsNotShown) {
  const std::string output =
      file("output", R"({"Code":"x","Message":"\u001b[31mno aws_session_token=)" + kToken + "\"}");
  expect_clean(from_process("cat " + output, {}), kToken);
}

}  // namespace
}  // namespace penstock::aws
