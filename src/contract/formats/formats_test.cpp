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
     {"P1Y", "P1Y2M3DT4H5M6S", "PT1H5S", "P3W", "P1MT1M", "P1Y2D"},
     {"", "P", "PT", "P1", "P1S", "P1W1D", "P1D1D", "P1DT", "PT0.5S", "-P1D", "p1d", "P1H", "PW",
      "P1YT1W"}},
    {"email",
     {"jo@example.com", "jo+a.b@localhost", R"("jo \" @ smith"@example.com)", "jo@[192.0.2.1]",
      "jo@[ipv6:::1]"},
     {"", "@", "jo", "jo@", "@example.com", "jo@example.com ", "a,b@example.com", "jo@-a.com",
      "jo@a..com", "jo@example.com.", R"("jo@example.com)", R"("jo\)", "jo@[]", "jo@[IPv6:]",
      "jo@[::1]", "jo@[", "zoë@example.com"}},
    {"idn-email",
     {"jo@example.com", "zoë@bücher.example", "실례@실례.테스트"},
     {"", "zoë", "zoë@", "zoë@bü_cher.example"}},
    {"hostname",
     {"localhost", "a.b-c.D1", "1.2", "xn--bcher-kva.example", "XN--BCHER-KVA.example",
      "xn--ihqwcrb4cv8a8dqg056pqjye"},
     {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "bücher.example", "a b", "xn--", "xn--a",
      "xn--X", "xn--abc-", "XN--aa---o47jg78q", "xn--99999999"}},
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
                               test.format == "relative-json-pointer" || test.format == "byte";
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
