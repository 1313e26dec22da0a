#include "contract/formats/formats.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {
namespace {

using namespace std::string_view_literals;

// Checks a copy of exactly that size, so that the address sanitizer detects a read past its end.
bool matches(const Format& format, std::string_view text) {
  const auto copy = std::make_unique<char[]>(text.size());
  std::memcpy(copy.get(), text.data(), text.size());
  return format.matches({copy.get(), text.size()});
}

struct Case {
  std::string_view format;
  std::vector<std::string_view> accepted;
  std::vector<std::string_view> refused;  // A text with NUL is refused, too.
};

const std::vector<Case> kCases = {
    {"date-time",
     {"2026-01-31T12:00:00Z", "2024-02-29t23:59:59.123456789z", "1998-12-31T15:59:60-08:00"},
     {"", "2026-01-31", "2026-01-31 12:00:00Z", "2026-02-29T12:00:00Z", "2026-01-31T12:00:00",
      "2026-01-31T"}},
    {"date",
     {"2026-01-31", "2000-02-29", "0000-01-01"},
     {"", "1900-02-29", "2026-13-01", "2026-1-01", "26-01-01"}},
    {"time",
     {"12:00:00Z", "00:00:00.5+23:59", "12:00:00-00:00", "23:59:60Z"},
     {"", "12:00Z", "24:00:00Z", "12:00:00.Z", "12:00:60Z", "12:00:00+1:00", "12:00:00+24:00",
      "12:00:00ZZ"}},
    {"duration",
     {"P1Y", "P1Y2M3DT4H5M6S", "PT1H5M", "P3W", "P1MT1M", "P1M2D", "PT5M6S", "P1YT6S"},
     {"", "P", "PT", "P1", "P1S", "P1W1D", "P1D1D", "P1DT", "PT0.5S", "-P1D", "p1d", "P1H", "PW",
      "P1YT1W", "P1Y2D", "PT1H2S", "P1D2M", "PT1H2H"}},
    {"date-time-local",
     {"2026-01-31T12:00:00", "2024-02-29t23:59:60.5"},
     {"", "2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00", "2026-02-30T12:00:00"}},
    {"time-local",
     {"12:00:00", "00:00:00.123", "23:59:60"},
     {"", "12:00", "12:00:00Z", "12:00:00+01:00", "24:00:00", "12:00:00."}},
    {"http-date",
     {"Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2024 23:59:60 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun Nov 16 08:49:37 1994"},
     {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 30 Feb 2024 08:49:37 GMT",
      "sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov 06 08:49:37 94", "Sun, 06 nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 31 08:49:37 1994", "1994-11-06T08:49:37Z"}},
    {"email",
     {"jo@example.com", "jo+a.b@localhost", R"("jo \" @ smith"@example.com)", "jo@[192.0.2.1]",
      "jo@[ipv6:::1]"},
     {"", "@", "jo", "jo@", "@example.com", "jo@example.com ", "a,b@example.com", "jo@-a.com",
      "jo@a..com", "jo@example.com.", R"("jo@example.com)", R"("jo\)", "jo@[]", "jo@[IPv6:]",
      "jo@[::1]", "jo@[", "zoë@example.com"}},
    {"idn-email",
     {"jo@example.com", "zoë@bücher.example", "실례@실례.테스트"},
     {"", "zoë", "zoë@", "zoë@bü_cher.example"}},
    {"idn-hostname",
     {"localhost", "bücher.example", "실례.테스트", "xn--bcher-kva.example", "a\u3002b", "אב.גד",
      "faß.de", "אב.a1"},
     {"", ".", "a.", "\u3002a", "-bücher", "a_ü", "Bücher", "xn--a", "xn---9uc", "0a.אב", "aאב",
      "אa", "ü..b", "אב٠0"}},
    {"hostname",
     {"localhost", "a.b-c.D1", "1.2", "xn--bcher-kva.example", "XN--BCHER-KVA.example",
      "xn--ihqwcrb4cv8a8dqg056pqjye"},
     {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "bücher.example", "a b", "xn--", "xn--a",
      "xn--X", "xn--abc-", "xn--0ca24w", "xn---9uc", "XN--aa---o47jg78q", "xn--99999999"}},
    {"ipv4",
     {"0.0.0.0", "192.0.2.255"},
     {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..2.3"}},
    {"ipv6",
     {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:1.2.3.4",
      "1:2:3:4:5:6:7::"},
     {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::",
      "::12345", "fe80::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "1.2.3.4", "[::1]", ":1::2"}},
    {"uri",
     {"https://jo:pw@example.com:8080/a;b?c=d/?#e?f", "urn:isbn:0451450523", "a:", "http://[v1.a]",
      "file:///etc", "http://[::1]:80/", "http://a/%41"},
     {"", "/a", "a", ":a", "1a:b", "http://a b", "http://a/%4", "http://a/%4g", "http://[::1",
      "http://[::1]a", "http://a:b:1", "http://a:8x", "http://a/<b>", "http://a/é", "http://a#b#c",
      "http://[fe80::1%25eth0]/"}},
    {"uri-reference",
     {"", "a", "/a?b#c", "//example.com", "./a:b", "?", "#", "https://a"},
     {"a,b:c", "\\a", "a b", "%", "[", "é"}},
    {"iri",
     {"https://bücher.example/é?\xee\x80\x80#ü", "urn:é"},
     {"", "é", "http://a/\xee\x80\x80", "http://a/\xc2\x80", "http://a/<é>"}},
    {"iri-reference", {"", "é", "/é?b", "//é"}, {"é:a", "\\é", "é b"}},
    {"uri-template",
     {"", "/a", "/{id}", "{+a.b,c%41*,d:9999}{?x,y*}{#z}", "it's", "é"},
     {"{", "}", "{}", "{a", "{a:0}", "{a:10000}", "{a:}", "{a,}", "{a b}", "{{a}}", "{%4}", "a b",
      "%", "{a.}", "{-a}"}},
    {"uuid",
     {"123e4567-e89b-42d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"},
     {"", "123e4567e89b42d3a456426614174000", "123e4567-e89b-42d3-a456-42661417400g",
      "{123e4567-e89b-42d3-a456-426614174000}", "123e4567-e89b-42d3-a456-4266141740000"}},
    {"json-pointer", {"", "/", "/a~0~1/é/0", "//"}, {"a", "#/a", "/~", "/~2", "/a~/b", "/~0~"}},
    {"relative-json-pointer",
     {"0", "10#", "0/a/b", "1-1/a", "0+2#"},
     {"", "#", "/a", "01", "-1", "0##", "0a", "0+0/a", "0+#", "1/~"}},
    {"byte",
     {"", "aGVsbG8=", "aGk=", "YQ==", "+/+/"},
     {"a", "aGk", "a===", "====", "aG=k", "aGk=aGk=", "-_-_", "aGk \n", "aGk=\n"}},
    {"base64url",
     {"", "aGVsbG8", "aGVsbG8=", "-_-_", "YQ", "YQ=="},
     {"a", "+/+/", "YQ=", "YQ===", "aGk=a", "aGk\n"}},
    {"char", {"a", "é", "😀", "\n"}, {"", "ab", "e\u0301"}},
    {"regex",
     {"", "^a$", "a|", "()", "(?:a)", "(?=a)b", "(?<!a)b", "(?<n>a)\\k<n>", "(a)\\1", "[]", "[^]",
      "[a-z\\d-]", "[\\b]", "a{2}", "a{2,}", "a{2,3}?", "\\x41\\u0041\\u{1F600}\\cA\\0", "\\p{L}",
      "\\P{Script=Greek}", "[\\-a]", "\\/", "(?i:a)", "(?i-m:a)", "(?-s:a)", "é", "\\ud83d\\ude00",
      "[\\u{1}-\\ud83d\\ude00]", "(?<a>x)|(?<a>y)", "a{99999999999999999999}", "\\u{000000000041}",
      // These are of annex B, which 'pattern' takes, too.
      "[\\d-z]", "{", "}", "]", "\\-", "(?=a)*"},
     {"(",      ")",       "^(abc]",  "[",        "[z-a]",  "*",
      "a**",    "a{2",     "a{,2}",   "a{3,2}",   "\\",     "\\a",
      "\\k<n>", "\\1",     "(a)\\2",  "(?P<n>a)", "(?#a)",  "(?i)a",
      "(?",     "(?<n",    "(?<1>a)", "\\x4",     "\\u004", "\\u{110000}",
      "\\u{}",  "\\c1",    "\\01",    "\\p",      "\\p{}",  "\\p{a=}",
      "^*",     "(?<=a)+", "(?ii:a)", "(?-:a)",   "[\\1]",  "(?<a>x)(?<a>y)",
      "\\A",    "\\z",     "|*"}},
    {"media-range",
     {"*/*", "text/*", "text/html", "text/html;charset=utf-8", "a/b ; c=\"d;\\\"e\"; f=g", "a/b;",
      "application/vnd.a+json"},
     {"", "text", "text/", "/html", "*/html", "text/html charset", "a/b;c", "a/b;c=", "a/b;c=\"d",
      "a/b;=c", "a b/c"}},
    {"int64",
     {"0", "-1", "9223372036854775807", "-9223372036854775808"},
     {"", "-", "+1", "01", "-0", "1.0", "1e3", "9223372036854775808", "-9223372036854775809", " 1",
      "0x1"}},
    {"uint64",
     {"0", "18446744073709551615"},
     {"", "-1", "-0", "00", "18446744073709551616", "1.0"}},
    {"decimal",
     {"0", "-1.50", "+1", "007.5", "123456789012345678901234567890.1"},
     {"", "-", ".5", "5.", "1e3", "1,5", "NaN", "1.5.5", " 1"}},
    {"decimal128",
     {"0", "-1.5", "1e3", "NaN", "INF", "-INF", "1234567890123456789012345678901234", "1E6144",
      "1e-6176", "0.1e-6175", "10000000000000000000000000000000000000", "0e999999"},
     {"", "inf", "+INF", "1e", "1.", ".1", "12345678901234567890123456789012345", "1e6145",
      "1e-6177", "1e9999999"}},
    {"sf-binary", {"::", ":aGVsbG8=:", ":aGVsbG8:"}, {"", ":", "aGVsbG8=", ":a=b:", ":a b:"}},
    {"sf-boolean", {"?0", "?1"}, {"", "?", "?2", "true", "?11"}},
    {"sf-string", {R"("")", R"("a \" \\ b")"}, {"", "\"", "a", R"("a\b")", "\"é\"", R"("a"b)"}},
    {"sf-token", {"a", "*a", "text/html", "a:b"}, {"", "1a", "a b", "\"a\"", "é"}},
};

TEST(Formats, AcceptAndRefuseTexts) {
  for (const Case& test : kCases) {
    const Format* format = find_format(test.format);
    ASSERT_NE(format, nullptr) << test.format;
    for (const std::string_view text : test.accepted) {
      EXPECT_TRUE(matches(*format, text)) << test.format << ' ' << text;
    }
    for (const std::string_view text : test.refused) {
      EXPECT_FALSE(matches(*format, text)) << test.format << ' ' << text;
    }
  }
}

TEST(Formats, HaveOnlyEnforcedNames) {
  EXPECT_EQ(find_format(""), nullptr);
  EXPECT_EQ(find_format("int32"), nullptr);
  EXPECT_EQ(find_format("Date"), nullptr);
  EXPECT_EQ(find_format("password"), nullptr);
  EXPECT_TRUE(is_free_format("password"));
  EXPECT_FALSE(is_free_format("date"));
}

TEST(Formats, HaveAMatchingSampleAndASentenceWithAnExample) {
  for (const Case& test : kCases) {
    const Format* format = find_format(test.format);
    ASSERT_NE(format, nullptr) << test.format;
    EXPECT_TRUE(matches(*format, format->sample)) << test.format;
    EXPECT_TRUE(format->sentence.starts_with("must be ")) << test.format;
    const std::string_view shown = format->sentence.substr(format->sentence.find(", as in ") + 8);
    EXPECT_TRUE(matches(*format, shown)) << test.format;
  }
}

// Where a grammar allows every character, NUL is allowed, too (RFC 6901 section 3).
TEST(Formats, RefuseAnEmbeddedNul) {
  for (const Case& test : kCases) {
    const Format* format = find_format(test.format);
    for (const std::string_view text : test.accepted) {
      if (test.format.find("json-pointer") != std::string_view::npos) continue;
      if (test.format == "regex") continue;
      EXPECT_FALSE(matches(*format, std::string(text) + '\0')) << test.format << ' ' << text;
      EXPECT_FALSE(matches(*format, '\0' + std::string(text))) << test.format << ' ' << text;
    }
  }
  EXPECT_TRUE(matches(*find_format("json-pointer"), "/\0"sv));
}

TEST(Formats, ReadNothingPastTheEnd) {
  for (const Case& test : kCases) {
    const Format* format = find_format(test.format);
    for (const std::string_view text : test.accepted) {
      for (size_t size = 0; size < text.size(); ++size) {
        (void)matches(*format, text.substr(0, size));
      }
    }
  }
}

TEST(Formats, HandleALongText) {
  const std::string long_text(1'000'000, '1');
  const std::string long_label = "xn--" + std::string(59, 'z');
  for (const Case& test : kCases) {
    const Format* format = find_format(test.format);
    const bool is_any_length = test.format.ends_with("-reference") ||
                               test.format == "uri-template" ||
                               test.format == "relative-json-pointer" || test.format == "byte" ||
                               test.format == "base64url" || test.format == "decimal";
    EXPECT_EQ(matches(*format, long_text), is_any_length) << test.format;
    (void)matches(*format, long_label);
  }
  EXPECT_TRUE(matches(*find_format("time"), "12:00:00." + long_text + "Z"));
  EXPECT_TRUE(matches(*find_format("json-pointer"), '/' + long_text));
  EXPECT_TRUE(matches(*find_format("hostname"), std::string(63, 'a')));
  EXPECT_FALSE(matches(*find_format("hostname"), std::string(64, 'a')));
  std::string host;
  for (int i = 0; i < 126; ++i) host += "a.";
  EXPECT_TRUE(matches(*find_format("hostname"), host + 'a'));
  EXPECT_FALSE(matches(*find_format("hostname"), host + "aa"));
}

}  // namespace
}  // namespace penstock::contract
