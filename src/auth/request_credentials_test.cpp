#include "auth/request_credentials.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace penstock::auth {
namespace {

using contract::In;
using contract::SecurityScheme;
using State = Credential::State;

using Lines = std::vector<std::pair<std::string, std::string>>;

http::RequestMessage request(const std::string& target, const Lines& lines) {
  http::RequestMessage message;
  message.set_start_line(http::Verb::get, "GET", target);
  for (const auto& [name, value] : lines) {
    message.add_header(boost::beast::http::string_to_field(name), name, value);
  }
  return message;
}

// Returns the key, or in brackets what is wrong.
std::string key(In in, const std::string& target, const Lines& lines = {}) {
  const SecurityScheme scheme{.in = in, .parameter = "k"};
  const http::RequestMessage message = request(target, lines);
  std::string scratch;
  const Credential found = read_api_key(scheme, message, scratch);
  if (found.state == State::absent) return "[absent]";
  if (found.state == State::malformed) return '[' + std::string(found.fault) + ']';
  return std::string(found.text);
}

TEST(RequestCredentials, HaveAnApiKeyInAHeader) {
  EXPECT_EQ(key(In::header, "/", {{"K", "secret%20"}}), "secret%20") << "headers are not encoded";
  EXPECT_EQ(key(In::header, "/?k=a", {{"kk", "a"}}), "[absent]");
  EXPECT_EQ(key(In::header, "/", {{"k", "a"}, {"K", "a"}}), "[is there more than once]");
  EXPECT_EQ(key(In::header, "/", {{"k", ""}}), "[is empty]");
  EXPECT_EQ(key(In::header, "/", {{"k", "a, b"}}), "a, b");
}

TEST(RequestCredentials, HaveAnApiKeyInTheQuery) {
  EXPECT_EQ(key(In::query, "/a?x=1&k=a%2Bb+c&y"), "a+b c");
  EXPECT_EQ(key(In::query, "/a?%6b=x"), "x");
  EXPECT_EQ(key(In::query, "/a"), "[absent]");
  EXPECT_EQ(key(In::query, "/a?K=x"), "[absent]");
  EXPECT_EQ(key(In::query, "/a?k=x&k=x"), "[is there more than once]");
  EXPECT_EQ(key(In::query, "/a?k=x&%6B=y"), "[is there more than once]");
  EXPECT_EQ(key(In::query, "/a?k"), "[is empty]");
  EXPECT_EQ(key(In::query, "/a?k="), "[is empty]");
  EXPECT_EQ(key(In::query, "/a?k=%2"),
            "[has a '%' that is not followed by two hexadecimal digits]");
  EXPECT_EQ(key(In::query, "/a?%=1&k=x"), "x") << "the validator refuses the other one";
  std::string many = "/a?";
  for (int i = 0; i < 500; ++i) many += "x&";
  EXPECT_EQ(key(In::query, many + "k=x"), "[absent]");
}

TEST(RequestCredentials, HaveAnApiKeyInACookie) {
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "a=1; k=x%3D; b=2"}}), "x=");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "a=1"}, {"Cookie", "k=\"x\""}}), "x");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "k=a=b"}}), "a=b");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "kk=1; k2=3"}}), "[absent]");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "k=1; k=1"}}), "[is there more than once]");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "k=1"}, {"Cookie", "k=2"}}),
            "[is there more than once]");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "k=\"\""}}), "[is empty]");
  EXPECT_EQ(key(In::cookie, "/", {{"Cookie", "k=%zz"}}),
            "[has a '%' that is not followed by two hexadecimal digits]");
}

std::string bearer(const Lines& lines) {
  const http::RequestMessage message = request("/", lines);
  const Credential found = read_bearer(message);
  if (found.state == State::absent) return "[absent]";
  if (found.state == State::malformed) return '[' + std::string(found.fault) + ']';
  return std::string(found.text);
}

TEST(RequestCredentials, HaveABearerToken) {
  EXPECT_EQ(bearer({{"Authorization", "Bearer abc.-_~+/="}}), "abc.-_~+/=");
  EXPECT_EQ(bearer({{"authorization", "BEARER   x"}}), "x");
  EXPECT_EQ(bearer({}), "[absent]");
  EXPECT_EQ(bearer({{"Authorization", "Basic YTpi"}}), "[absent]");
  EXPECT_EQ(bearer({{"Authorization", "Digest username=\"x\", realm=\"y\""}}), "[absent]");
  EXPECT_EQ(bearer({{"Authorization", "Bearerx y"}}), "[absent]");
  EXPECT_EQ(bearer({{"Authorization", "Bearer"}}), "[has a scheme and nothing behind it]");
  EXPECT_EQ(bearer({{"Authorization", "Bearer  "}}), "[has a scheme and nothing behind it]");
  for (const char* junk :
       {"Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer =", "Bearer a=b", "Bearer \xc3\xa4"}) {
    EXPECT_EQ(bearer({{"Authorization", junk}}), "[has characters that no token has]") << junk;
  }
  EXPECT_EQ(bearer({{"Authorization", ""}}), "[does not begin with a scheme, such as Bearer]");
  EXPECT_EQ(bearer({{"Authorization", "a.b\"c"}}),
            "[does not begin with a scheme, such as Bearer]");
  EXPECT_EQ(bearer({{"Authorization", "Bearer a"}, {"Authorization", "Basic YTpi"}}),
            "[is there more than once]");
}

std::string basic(const std::string& value) {
  const http::RequestMessage message = request("/", {{"Authorization", value}});
  const BasicCredential found = read_basic(message);
  if (found.state == State::absent) return "[absent]";
  if (found.state == State::malformed) return '[' + std::string(found.fault) + ']';
  return std::string(found.user()) + '|' + std::string(found.password());
}

TEST(RequestCredentials, HaveAPasswordWhereItIsWiped) {
  const BasicCredential found =
      read_basic(request("/", {{"Authorization", "Basic YTpiOmM="}}));  // "a:b:c"
  const auto* const object = reinterpret_cast<const char*>(&found);
  const bool is_within = std::less_equal<>()(object, found.text.data()) &&
                         std::less<>()(found.text.data(), object + sizeof found);
  EXPECT_FALSE(is_within) << "a short text must not lie in the object itself";
}

TEST(RequestCredentials, HaveAUserAndAPassword) {
  // RFC 7617 sections 2 and 2.1 have these two.
  EXPECT_EQ(basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "Aladdin|open sesame");
  EXPECT_EQ(basic("Basic dGVzdDoxMjPCow=="), "test|123£");
  EXPECT_EQ(basic("bAsIc  YTpiOmM="), "a|b:c") << "a password may have colons";
  EXPECT_EQ(basic("Basic Og=="), "|");
  EXPECT_EQ(basic("Bearer YTpi"), "[absent]");
  EXPECT_EQ(basic("Basic"), "[has a scheme and nothing behind it]");
  for (const char* text : {"YTpiOmM", "YTpi====", "Y", "YTpi YTpi", "Y-_i", "YTp=", "YTo_",
                           "QWxhZGRpbjpvcGVuIHNlc2FtZR==", "YTpiOmN=", "===="}) {
    EXPECT_EQ(basic("Basic " + std::string(text)), "[is not Base64 with padding]") << text;
  }
  EXPECT_EQ(basic("Basic YWJj"), "[has no colon between name and password]");
  EXPECT_EQ(basic("Basic dGVzdDoxMjOj"), "[is not UTF-8 without control characters]");
  EXPECT_EQ(basic("Basic YTpiCg=="), "[is not UTF-8 without control characters]");
}

}  // namespace
}  // namespace penstock::auth
