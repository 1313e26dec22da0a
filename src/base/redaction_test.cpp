#include "base/redaction.h"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <cstdio>

#include "support/counted_new.h"

namespace penstock::base {
namespace {

const std::string kToken =
    "IQoJb3JpZ2luX2VjEJr//////////wEaCWV1+w=/zQx9Kd8LmP4rT2vYbN6cHsJgF1eW7uX0";
const std::string kKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

std::string shown(const std::string& text, size_t bytes_max = 5'000) {
  Redaction redaction;
  redaction.add(kToken);
  redaction.add(kKey);
  return redaction.shown(text, bytes_max);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string escaped(const std::string& text, const char* format) {
  std::string out;
  for (const unsigned char c : text) {
    std::array<char, 16> part{};
    if (std::isalnum(c) != 0) {
      out += static_cast<char>(c);
    } else {
      std::snprintf(part.data(), part.size(), format, c);
      out += part.data();
    }
  }
  return out;
}

std::string base64(const std::string& text) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const unsigned char c : text) {
    bits = bits << 8 | c;
    for (count += 8; count >= 6; count -= 6) out += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) out += kDigits[bits << (6 - count) & 63];
  return out;
}

// Fails if the text has eight characters of the token in a row, whatever else it has.
void expect_no_piece(const std::string& text) {
  for (size_t i = 0; i + 8 <= kToken.size(); ++i) {
    EXPECT_EQ(text.find(kToken.substr(i, 8)), std::string::npos) << text;
  }
}

TEST(Redaction, KeepsATextWithoutSecrets) {
  for (const std::string text :
       {"",
        "AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole",
        "ExpiredToken: The security token included in the request is expired",
        "InvalidClientTokenId: The security token included in the request is invalid.",
        "SignatureDoesNotMatch: The request signature we calculated does not match the signature "
        "you provided. Check your AWS Secret Access Key and signing method.",
        "Failed to acquire SASL OAUTHBEARER token: the AWS credentials are being fetched",
        "Topic authorization failed", "[abc-123]: Access denied", "100 %, a\\b & c"}) {
    EXPECT_EQ(shown(text), text);
  }
}

TEST(Redaction, TakesOutASecretAsItIs) {
  EXPECT_EQ(shown("you sent " + kToken + ", which is wrong"), "you sent (secret), which is wrong");
  EXPECT_EQ(shown(kKey + kToken), "(secret)");
  EXPECT_EQ(shown("a " + kToken + " b " + kKey + " c"), "a (secret) b (secret) c");
}

TEST(Redaction, TakesOutEscapedSecrets) {
  const std::string query = escaped(kToken, "%%%02X");
  const std::vector<std::string> forms{query,
                                       escaped(kToken, "%%%02x"),
                                       escaped(query, "%%%02X"),
                                       escaped(escaped(query, "%%%02X"), "%%%02x"),
                                       escaped(kToken, "\\u%04x"),
                                       escaped(kToken, "&#%d;"),
                                       escaped(kToken, "&#x%x;"),
                                       escaped(escaped(kToken, "&#x%x;"), "%%%02X"),
                                       replaced(kToken, "/", "\\/"),
                                       replaced(replaced(kToken, "/", "\\/"), "\\", "\\\\"),
                                       replaced(query, "%", "&#37;"),
                                       replaced(kToken, "+", " "),
                                       replaced(replaced(kToken, "+", "-"), "/", "_")};
  for (const std::string& form : forms) {
    const std::string text = shown("x " + form + " y");
    EXPECT_EQ(text, "x (secret) y") << form;
  }
}

TEST(Redaction, TakesOutBase64AndHexadecimalDigits) {
  for (const std::string before : {"", "a", "ab", "abc", "https://kafka/?X-Amz-Security-Token="}) {
    for (const std::string& within : {kToken, escaped(kToken, "%%%02X")}) {
      const std::string encoded = base64(before + within + "&more=text");
      const std::string text = shown(encoded);
      EXPECT_LT(text.size(), 120) << text;
      EXPECT_NE(text.find("(secret)"), std::string::npos) << text;
      const std::string url = shown(replaced(replaced(encoded, "+", "-"), "/", "_"));
      EXPECT_LT(url.size(), 120) << url;
    }
  }
  std::string digits;
  for (const unsigned char c : kToken) {
    std::array<char, 4> two{};
    std::snprintf(two.data(), two.size(), "%02x", c);
    digits += two.data();
  }
  EXPECT_EQ(shown("x " + digits + " y"), "x (secret) y");
}

// S3 writes StringToSignBytes and CanonicalRequestBytes so.
TEST(Redaction, TakesOutBytesThatAreWrittenOneByOne) {
  for (const char separator : {' ', ':'}) {
    std::string bytes;
    for (const unsigned char c : kToken) {
      std::array<char, 4> part{};
      std::snprintf(part.data(), part.size(), "%02x", c);
      bytes += (bytes.empty() ? "" : std::string(1, separator)) + part.data();
    }
    EXPECT_EQ(shown("<CanonicalRequestBytes>" + bytes + "</"), "<CanonicalRequestBytes>(secret)</");
  }
  EXPECT_EQ(shown("request 4a 4b from aa:bb:cc:dd:ee:ff"), "request 4a 4b from aa:bb:cc:dd:ee:ff");
}

TEST(Redaction, HidesTheRestBehindAHundredNames) {
  std::string text;
  for (int i = 0; i < 101; ++i) text += "token=abc; ";
  const std::string out = shown(text + "and this");
  EXPECT_EQ(out.find("abc"), std::string::npos);
  EXPECT_EQ(out.find("and this"), std::string::npos);
}

TEST(Redaction, TakesOutWhatAServerHasCutOrWrapped) {
  for (size_t begin = 0; begin + 8 <= kToken.size(); begin += 5) {
    for (size_t size = 8; begin + size <= kToken.size(); size += 7) {
      expect_no_piece(shown("(" + kToken.substr(begin, size) + "...)"));
    }
  }
  std::string wrapped = kToken;
  for (size_t at = 16; at < wrapped.size(); at += 17) wrapped.insert(at, "\n");
  expect_no_piece(replaced(shown(wrapped), " ", ""));
}

TEST(Redaction, LeavesNoPieceWhereItCutsItself) {
  for (size_t size = 0; size < 60; ++size) expect_no_piece(shown("said: " + kToken, size));
  std::string long_text(16 * 1024 - 30, 'x');
  expect_no_piece(shown(long_text + kToken, 100'000));
}

TEST(Redaction, TakesOutWhatANameSaysToBeSecret) {
  const auto of = [](const std::string& text) { return Redaction().shown(text, 5'000); };
  EXPECT_EQ(of("X-Amz-Security-Token=abc&b=1"), "X-Amz-Security-Token=(secret)&b=1");
  EXPECT_EQ(of("x-amz-security-token%3Dabc%26b=1"), "x-amz-security-token%3D(secret)%26b=1");
  EXPECT_EQ(of("?X-Amz-Credential=AKID&X-Amz-Signature=0f"),
            "?X-Amz-Credential=AKID&X-Amz-Signature=(secret)");
  EXPECT_EQ(of("Authorization: AWS4-HMAC-SHA256 Credential=A/b, Signature=c\nHost: d"),
            "Authorization: (secret) Host: d");
  EXPECT_EQ(of("Authorization=AWS4-HMAC-SHA256 Credential=A/b, Signature=c"),
            "Authorization=(secret)");
  EXPECT_EQ(of(R"({"SecretAccessKey" : "abc", "Token":"def","a":1})"),
            R"x({"SecretAccessKey" : "(secret)", "Token":"(secret)","a":1})x");
  EXPECT_EQ(of(R"({\"Token\":\"def\"})"), R"x({\"Token\":\"(secret)\"})x");
  EXPECT_EQ(of("token: abcdefghijklmnop, token: expired"), "token: (secret), token: expired");
  EXPECT_EQ(of("password: hunter2, passwd=/etc/x"), "password: (secret), passwd=(secret)");
  EXPECT_EQ(of("Proxy-Authorization: Basic YTpiYw=="), "Proxy-Authorization: (secret)");
  EXPECT_EQ(of("<SecretAccessKey>abc</SecretAccessKey><SessionToken>d</SessionToken>"),
            "<SecretAccessKey>(secret)</SecretAccessKey><SessionToken>(secret)</SessionToken>");
  EXPECT_EQ(of("&lt;SessionToken&gt;abc&lt;/SessionToken&gt;"),
            "&lt;SessionToken&gt;(secret)&lt;/SessionToken&gt;");
  EXPECT_EQ(of("aws_secret_access_key = abc"), "aws_secret_access_key = (secret)");
  EXPECT_EQ(of("WebIdentityToken=eyJ.x.y&Version=1"), "WebIdentityToken=(secret)&Version=1");
  EXPECT_EQ(of("sasl.password=abc;d"), "sasl.password=(secret);d");
  EXPECT_EQ(of("token=Bearer abc d"), "token=(secret) d");
}

TEST(Redaction, KeepsAPathBehindANameUnlessItIsASecret) {
  const std::string text = "web identity token: /var/run/secrets/token: there is no such file";
  EXPECT_EQ(shown(text), text);
  EXPECT_EQ(shown("token=/var/run/secrets/token"), "token=(secret)");
  Redaction redaction;
  redaction.add("/var/run/secrets/token");
  EXPECT_EQ(redaction.shown(text), "web identity token: (secret): there is no such file");
}

TEST(Redaction, IsOneLineThatControlsNothing) {
  EXPECT_EQ(shown("a\r\nb\tc\x1b[2Jd\u202Ee\xff"), "a  b c\\x1b[2Jd\\xe2\\x80\\xaee\\xff");
  EXPECT_LE(shown(std::string(5'000, 'x'), 300).size(), 300);
}

TEST(Redaction, KeepsShortSecretsOfEmulators) {
  Redaction redaction;
  redaction.add("test");
  EXPECT_EQ(redaction.shown("the latest test"), "the latest test");
}

TEST(Redaction, JoinsAnother) {
  Redaction one, both;
  one.add(kToken);
  both.add(one);
  EXPECT_EQ(both.shown(kToken), "(secret)");
}

// A server's words come while requests are served, and the secrets of a client may have 4 KB.
TEST(Redaction, PreparesItsSecretsOnce) {
  const auto allocations_of = [](const Redaction& redaction, const std::string& text) {
    const size_t before = test::allocations();
    EXPECT_EQ(redaction.shown("said: " + text), text.empty() ? "said: " : "said: (secret)");
    return test::allocations() - before;
  };
  Redaction redaction;
  for (int i = 0; i < 50; ++i) redaction.add(kToken + std::to_string(i) + kToken);
  const Redaction copy = redaction;
  EXPECT_GT(allocations_of(redaction, kToken), 500U);
  EXPECT_LT(allocations_of(redaction, kToken), 100U);
  EXPECT_LT(allocations_of(copy, kToken), 100U);
  // Nothing is prepared for a text that is too short for a secret.
  Redaction other;
  for (int i = 0; i < 50; ++i) other.add(kToken + std::to_string(i) + kToken);
  EXPECT_LT(allocations_of(other, ""), 100U);
}

}  // namespace
}  // namespace penstock::base
