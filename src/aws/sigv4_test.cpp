// Runs AWS's own test suite (tests/sigv4_test_suite) and checks presigned URLs.
#include "aws/sigv4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/url/decode_view.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "aws/times.h"

namespace penstock::aws {
namespace {

const std::filesystem::path kSuite = PENSTOCK_SIGV4_SUITE;

std::string decoded(std::string_view text) {
  std::ostringstream out;
  out << boost::urls::decode_view(text);
  return out.str();
}

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Reads a `.req` file, which is an HTTP request in which a header may continue on the next line.
struct Case {
  explicit Case(const std::string& text)
      : body(text.find("\n\n") == std::string::npos ? "" : text.substr(text.find("\n\n") + 2)) {
    std::istringstream lines(text.substr(0, text.find("\n\n")));
    std::string line;
    std::getline(lines, line);
    request.method = line.substr(0, line.find(' '));
    const size_t begin = request.method.size() + 1;
    const std::string target = line.substr(begin, line.rfind(' ') - begin);
    const size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) read_query(target.substr(mark + 1));
    while (std::getline(lines, line)) {
      if (line.front() == ' ') {
        request.headers.back().second += "\n" + line;
      } else {
        request.headers.emplace_back(line.substr(0, line.find(':')),
                                     line.substr(line.find(':') + 1));
      }
    }
    request.body = body;
  }

  void read_query(const std::string& query) {
    std::istringstream parts(query);
    for (std::string part; std::getline(parts, part, '&');) {
      const size_t equals = part.find('=');
      request.query.emplace_back(
          decoded(part.substr(0, equals)),
          equals == std::string::npos ? "" : decoded(part.substr(equals + 1)));
    }
  }

  std::string body;
  SignedRequest request;
};

class Sigv4Suite : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static std::string file(const char* kind) {
    return content(kSuite / GetParam() / (GetParam() + kind));
  }
};

TEST_P(Sigv4Suite, GivesTheExpectedSteps) {
  Case tested(file(".req"));
  const std::string wanted = file(".creq");
  Credentials credentials{.access_key_id = "AKIDEXAMPLE",
                          .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  static constexpr std::string_view kToken = "\nx-amz-security-token:";
  if (const size_t at = wanted.find(kToken); at != std::string::npos) {
    const size_t begin = at + kToken.size();
    credentials.session_token =
        Secret(std::string_view(wanted).substr(begin, wanted.find('\n', begin) - begin));
  }
  const Scope scope{.region = "us-east-1",
                    .service = "service",
                    .time = *parse_timestamp("2015-08-30T12:36:00Z")};

  // Signing adds these headers again.
  std::erase_if(tested.request.headers,
                [](const auto& header) { return header.first.starts_with("X-Amz-"); });
  sign(tested.request, credentials, scope);
  ASSERT_EQ(tested.request.headers.back().first, "Authorization");
  const base::WipedText authorization = tested.request.headers.back().second;
  tested.request.headers.pop_back();
  const base::WipedText canonical = canonical_request(tested.request);
  EXPECT_EQ(canonical, wanted);
  EXPECT_EQ(string_to_sign(canonical, scope), file(".sts"));
  EXPECT_EQ(authorization, file(".authz"));
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kSuite)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(aws, Sigv4Suite, testing::ValuesIn(cases()), [](const auto& tested) {
  std::string name = tested.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Sigv4, HasTheWholeSuite) {
  EXPECT_EQ(cases().size(), 26u);
}

TEST(Signer, SignsAsSignDoesWhateverChanges) {
  Signer signer;
  const base::SystemTime day = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1);
  for (const char* secret : {"one", "one", "two", "one"}) {
    for (const auto& scope : {Scope{"eu-central-1", "sqs", day},
                              Scope{"eu-central-1", "sqs", day + std::chrono::hours(5)},
                              Scope{"eu-central-1", "sqs", day + std::chrono::hours(25)},
                              Scope{"us-east-1", "sqs", day}, Scope{"us-east-1", "s3", day}}) {
      const Credentials credentials{.access_key_id = "ID", .secret_access_key = Secret(secret)};
      SignedRequest by_signer{.headers = {{"Host", base::WipedText("a")}}, .body = "x"};
      SignedRequest expected = by_signer;
      signer.sign(by_signer, credentials, scope);
      sign(expected, credentials, scope);
      EXPECT_EQ(by_signer.headers, expected.headers);
    }
  }
}

TEST(Sigv4, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(uri_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(uri_encode("/ +=&%*'()!\x7f\xe1"), "%2F%20%2B%3D%26%25%2A%27%28%29%21%7F%E1");
  EXPECT_EQ(uri_encode("/a b/", true), "/a%20b/");
}

TEST(Sigv4, PutsTheSessionTokenIntoAPresignedUrlAndTheSignatureAtItsEnd) {
  const Credentials credentials{
      .access_key_id = "AKID", .secret_access_key = Secret("s"), .session_token = Secret("a/b+c=")};
  const std::string url(presign("kafka.us-east-1.amazonaws.com",
                                {{"Action", "kafka-cluster:Connect"}}, credentials,
                                {.region = "us-east-1",
                                 .service = "kafka-cluster",
                                 .time = *parse_timestamp("2026-11-24T16:52:20Z")},
                                std::chrono::seconds(900)));
  EXPECT_THAT(url,
              testing::MatchesRegex("https://kafka.us-east-1.amazonaws.com/"
                                    "\\?Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-"
                                    "SHA256&X-Amz-Credential=AKID%2F20261124%2Fus-east-1%2Fkafka-"
                                    "cluster%2Faws4_request&X-Amz-Date="
                                    "20261124T165220Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-"
                                    "Amz-Security-Token=a%2Fb%2Bc%3D&"
                                    "X-Amz-Signature=[0-9a-f]+"));
}

}  // namespace
}  // namespace penstock::aws
