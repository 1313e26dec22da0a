#include "auth/secrets/api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/secrets/secret_entries.h"

namespace penstock::auth {
namespace {

using testing::ElementsAre;

// These are the SHA-256 of "one" and of "two".
constexpr std::string_view kOne =
    "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
constexpr std::string_view kTwo =
    "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";
const base::SystemTime kNow = *read_utc("2026-12-01T00:00:00Z");

std::string entry(std::string_view sha256, std::string_view more = "") {
  return R"({"name": "a", "sha256": ")" + std::string(sha256) + '"' + std::string(more) + '}';
}

base::Result<ApiKeys> read(const std::string& entries) {
  return ApiKeys::parse(R"({"keys": [)" + entries + "]}", "key");
}

std::string mistake_of(const std::string& entries) {
  const auto keys = read(entries);
  return keys ? "none" : keys.error().message;
}

TEST(ApiKeys, FindsThePrincipalOfAKey) {
  const auto keys = ApiKeys::parse(
      R"({"keys": [{"name": "partner", "sha256": ")" + std::string(kOne) +
          R"(", "scopes": ["write", "read", "write"], "created": "x", "comment": {"a": []}}],
          "owner": "a team"})",
      "key");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 1);
  const auto principal = keys->find("one", kNow);
  ASSERT_NE(principal, nullptr);
  EXPECT_EQ(principal->scheme, "key");
  EXPECT_EQ(principal->subject, "partner");
  EXPECT_THAT(principal->scopes, ElementsAre("read", "write"));
  EXPECT_TRUE(principal->claims.empty());
  for (const std::string_view wrong : {"", "on", "one ", "two", "One"}) {
    EXPECT_EQ(keys->find(wrong, kNow), nullptr) << wrong;
  }
}

TEST(ApiKeys, FindsEachOfManyKeys) {
  std::string entries = entry(kOne) + ',' + entry(kTwo);
  for (char c = 'a'; c <= 'f'; ++c) {
    for (const std::string_view end : {"0", "1", "2"}) {
      // Three each share the first eight bytes, by which they are sorted.
      entries += ',' + entry(std::string(63, c) + std::string(end));
    }
  }
  const auto keys = read(entries);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 20);
  EXPECT_NE(keys->find("one", kNow), nullptr);
  EXPECT_NE(keys->find("two", kNow), nullptr);
  EXPECT_EQ(keys->find("three", kNow), nullptr);
}

TEST(ApiKeys, FindsTheRightOneOfThoseThatBeginAlike) {
  std::string alike(kOne);
  alike.back() = 'c';
  std::string alike_before(kOne);
  alike_before[20] = '1';
  for (const bool first : {true, false}) {
    const std::string others = entry(alike) + ',' + entry(alike_before);
    const std::string mine = R"({"name": "mine", "sha256": ")" + std::string(kOne) + "\"}";
    const auto keys = read(first ? mine + ',' + others : others + ',' + mine);
    ASSERT_TRUE(keys);
    const auto principal = keys->find("one", kNow);
    ASSERT_NE(principal, nullptr);
    EXPECT_EQ(principal->subject, "mine");
  }
}

TEST(ApiKeys, FindsNothingAmongNone) {
  const auto keys = read("");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->size(), 0);
  EXPECT_EQ(keys->find("one", kNow), nullptr);
}

TEST(ApiKeys, HaveSeveralEntriesOfOneName) {
  const auto keys = read(entry(kOne) + ',' + entry(kTwo, R"(, "scopes": ["new"])"));
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->find("one", kNow)->subject, keys->find("two", kNow)->subject);
  EXPECT_THAT(keys->find("two", kNow)->scopes, ElementsAre("new"));
}

TEST(ApiKeys, ExpireAtTheirTime) {
  const auto keys = read(entry(kOne, R"(, "expires": "2026-12-01T00:00:00Z")"));
  ASSERT_TRUE(keys);
  EXPECT_NE(keys->find("one", kNow - std::chrono::nanoseconds(1)), nullptr);
  EXPECT_EQ(keys->find("one", kNow), nullptr);
}

TEST(ApiKeys, TakeUpperCaseHashes) {
  std::string upper(kOne);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_NE(read(entry(upper))->find("one", kNow), nullptr);
}

TEST(ApiKeys, RefuseTheSameKeyTwice) {
  EXPECT_EQ(mistake_of(entry(kTwo) + ',' + entry(kOne) + ',' + entry(kTwo)),
            "/keys/2/sha256: must not be the same as that of another key");
}

TEST(ApiKeys, NameThePlaceOfAMistake) {
  const auto of = [](std::string_view text) { return ApiKeys::parse(text, "key").error().message; };
  EXPECT_THAT(of("{"), testing::StartsWith("the document cannot be read: "));
  EXPECT_EQ(of("[]"), "/keys: must be a list of objects");
  EXPECT_EQ(of(R"({"keys": {}})"), "/keys: must be a list of objects");
  EXPECT_EQ(mistake_of("7"), "/keys/0: must be an object");
  EXPECT_EQ(mistake_of(entry("abcd")),
            "/keys/0/sha256: must be the SHA-256 of a key, in 64 hexadecimal digits");
  EXPECT_EQ(mistake_of(entry(std::string(63, '0') + 'g')),
            "/keys/0/sha256: must be the SHA-256 of a key, in 64 hexadecimal digits");
  EXPECT_EQ(mistake_of(R"({"name": "a"})"),
            "/keys/0/sha256: must be the SHA-256 of a key, in 64 hexadecimal digits");
  EXPECT_EQ(mistake_of(R"({"sha256": "a"})"),
            "/keys/0/name: must be a text of 1 to 128 bytes without control characters");
  EXPECT_EQ(mistake_of(entry(kOne) + ',' + entry(kTwo, R"(, "expire": "2026-12-01T00:00:00Z")")),
            "/keys/1: must have no members but name, sha256, scopes, expires, created and comment");
  EXPECT_EQ(mistake_of(entry(kOne, R"(, "scopes": "a")")),
            "/keys/0/scopes: must be a list of texts");
  EXPECT_THAT(mistake_of(entry(kOne, R"(, "scopes": ["a", "a b"])")),
              testing::StartsWith("/keys/0/scopes/1: must be a scope"));
  EXPECT_THAT(mistake_of(entry(kOne, R"(, "expires": "tomorrow")")),
              testing::StartsWith("/keys/0/expires: must be a time in UTC"));
  EXPECT_THAT(mistake_of(entry(kOne, R"(, "expires": null)")),
              testing::StartsWith("/keys/0/expires: must be a time in UTC"));
}

TEST(ApiKeys, HaveLimits) {
  const auto code_of = [](const std::string& text) {
    const auto keys = ApiKeys::parse(text, "key");
    return keys ? std::nullopt : std::optional(keys.error().code);
  };
  const auto padded = [](size_t bytes) {
    std::string text = R"({"keys": []})";
    return text.append(bytes - text.size(), ' ');
  };
  EXPECT_EQ(code_of(padded(ApiKeys::kBytesMax)), std::nullopt);
  EXPECT_EQ(code_of(padded(ApiKeys::kBytesMax + 1)), base::ErrorCode::too_large);
  std::string many = "0";
  for (size_t i = 0; i < ApiKeys::kKeysMax; ++i) many += ",0";
  EXPECT_EQ(code_of(R"({"keys": [)" + many + "]}"), base::ErrorCode::too_large);
  std::string scopes = R"("s")";
  for (size_t i = 1; i < kScopesMax; ++i) scopes += R"(,"s")";
  EXPECT_EQ(mistake_of(entry(kOne, R"(, "scopes": [)" + scopes + "]")), "none");
  EXPECT_EQ(mistake_of(entry(kOne, R"(, "scopes": [)" + scopes + R"(, "s"])")),
            "/keys/0/scopes: must have at most 100 scopes");
}

TEST(SecretEntries, ReadTimesInUtc) {
  EXPECT_EQ(*read_utc("1970-01-01T00:00:00Z"), base::SystemTime());
  EXPECT_EQ(*read_utc("2027-03-04T05:06:07Z") - *read_utc("2027-03-04T00:00:00Z"),
            std::chrono::seconds(5 * 3600 + 6 * 60 + 7));
  EXPECT_EQ(utc_text(*read_utc("2027-03-04T05:06:07Z") + std::chrono::milliseconds(999)),
            "2027-03-04T05:06:07Z");
  for (const std::string_view wrong :
       {"", "2027-01-01", "2027-01-01T00:00:00", "2027-01-01T00:00:00+00:00",
        "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z",
        "2027-01-01T24:00:00Z", "2027-01-01T00:60:00Z", "2027-01-01T00:00:61Z",
        "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z", "2027-01-01T00:00:0aZ",
        "2027-01-01t00:00:00Z"}) {
    EXPECT_EQ(read_utc(wrong), std::nullopt) << wrong;
  }
}

TEST(SecretEntries, HaveNamesWithoutControlCharacters) {
  EXPECT_TRUE(is_name("Zoë's key"));
  EXPECT_TRUE(is_name(std::string(kNameBytesMax, 'a')));
  EXPECT_FALSE(is_name(std::string(kNameBytesMax + 1, 'a')));
  for (const std::string_view wrong : {"", "a\nb", "\x7f", "\xc2\x85", "\xff"}) {
    EXPECT_FALSE(is_name(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::auth
