#include "json/reader.h"

#include <gtest/gtest.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <memory>
#include <new>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::json {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using JsonResult = boost::system::result<boost::json::value, Failure>;

// Reads from a copy of exactly that size, so that the address sanitizer detects a read past its
// end.
JsonResult read(std::string_view text, Reader& reader) {
  const auto copy = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  return reader.read({copy.get(), text.size()}, {});
}

JsonResult read(std::string_view text, Limits limits = {}) {
  Reader reader(limits);
  return read(text, reader);
}

std::string repeat(std::string_view piece, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

// Returns members of an object: `"<prefix>0":0,"<prefix>1":0`, and so on.
std::string members(int count, std::string_view prefix) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out.append(i ? ",\"" : "\"").append(prefix) += std::to_string(i) + "\":0";
  }
  return out;
}

TEST(JsonReader, ReadsJson) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {" \t\r\n[ true , false ] \n", "[true,false]"},
      {"[[],{},\"\"]", R"([[],{},""])"},
      {R"({"a":{"a":[{"a":1},{"a":2}]},"b":3})", R"({"a":{"a":[{"a":1},{"a":2}]},"b":3})"},
      {R"({"\u0061b\n":"\u0061b\n\"\\\/"})", R"({"ab\n":"ab\n\"\\/"})"},
      {R"({"a\u0062":1,"\u0062":{"c\u0064":2},"e\u0066":3})", R"({"ab":1,"b":{"cd":2},"ef":3})"},
      {R"(["é€😀", "\u00e9\u20ac\ud83d\ude00", "\uffff", "\udbff\udfff"])",
       "[\"é€😀\",\"é€😀\",\"\xef\xbf\xbf\",\"\xf4\x8f\xbf\xbf\"]"},
      {R"(["a\u0000b"])", R"(["a\u0000b"])"},
      {"\"\x7f\"", "\"\x7f\""},
  };
  Reader reader;
  for (const auto& [text, expected] : cases) {
    const auto result = read(text, reader);
    ASSERT_TRUE(result) << text << " " << result.error().reason;
    EXPECT_EQ(boost::json::serialize(*result), expected);
  }
}

TEST(JsonReader, SaysWhyAndWhereItRefuses) {
  // The '^' marks the expected offset and is not part of the text.
  const std::vector<std::pair<std::string_view, std::vector<std::string>>> cases = {
      {"is empty", {"^", "^ \n"}},
      {"is not JSON: a character is out of place",
       {"^\xef\xbb\xbf{}",
        "{\"a\":^}",
        "[1,^]",
        "{\"a\":1,^}",
        "{^a:1}",
        "^'a'",
        "^NaN",
        "-^Infinity",
        "^+1",
        "^.5",
        "[1.^]",
        "[0^x10]",
        "[0^1]",
        "[-0^1]",
        "[1e^]",
        "[1 ^2]",
        "^/**/1",
        "\"a^\nb\"",
        "\"a^\0b\""s,
        "^\0"s,
        R"("\^x41")",
        R"("\u12^g4")",
        R"("\ud800^")",
        R"("\ud800^ and more than that")",
        R"("\ud800\^n and more than that")"}},
      {"is not JSON: it ends too early", {"[^", "[1^", "\"a^", "\"\\^", "-^", "tru^"}},
      {"is not JSON: something follows the value", {"1^//", "{} ^{}", "0^1", "1^\0"s}},
      {"is not JSON: an escape is half of a surrogate pair",
       {R"("\^udc00\ud800 and more")", R"("\ud800\u^d800 and more")"}},
      // The sequences are overlong, a surrogate, beyond U+10FFFF or cut short.
      {"is not UTF-8",
       {"^\xff", "\"^\xff\"", "\"^\xc0\xaf\"", "\"a sixteen bytes long ^\xe0\x80\xaf\"",
        "\"^\xf0\x80\x80\xaf\"", "\"^\xed\xa0\x80\"", "\"^\xf4\x90\x80\x80\"", "\"^\xe2\x82\"",
        "\"^\xe2\x82", "\"\\n^\xe2\x82\"", "{\"^\xff\":1}"}},
      {"has a property twice",
       {R"({"a":1,"^a":2})", R"({"a":1,"\u0061":2^})", R"({"\u0061":1,"^a":2})", R"({"":1,"^":2})",
        R"([{"a":{"b":1,"c":2,"^b":3}}])"}},
      {"has a number with more digits than a double holds",
       {"[^9007199254740993.5]", "^-123456789012345678901.25",
        "^4503599627370496.00000000000000000001",
        "{\"a\":^45035996273704960000000000000000000000.1e-10}", "[^90071992547409931e-1]",
        "^4503599627370496001e-3"}},
      {"has a number out of range",
       {"[^1e400]", "[^-1e400]", "[^1.7976931348623159e308]", "^1" + std::string(400, '0')}},
  };
  Reader reader;
  for (const auto& [reason, texts] : cases) {
    for (std::string text : texts) {
      const size_t offset = text.find('^');
      text.erase(offset, 1);
      const auto result = read(text, reader);
      ASSERT_FALSE(result) << text;
      EXPECT_EQ(result.error().reason, reason) << text;
      EXPECT_EQ(result.error().offset, offset) << text;
    }
  }
  // Boost 1.81 gives the offset of the exponent, Boost 1.88 that of the number.
  const auto result = read("[1e99999999999]", reader);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "has a number out of range");
}

TEST(JsonReader, ReadsNumbersExactly) {
  const std::vector<std::pair<std::string, boost::json::value>> cases = {
      {"0", 0},
      {"-0", 0},
      {"-0.0", -0.0},
      {"9223372036854775807", std::numeric_limits<int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<int64_t>::min()},
      {"9223372036854775808", uint64_t{1} << 63},
      {"18446744073709551615", std::numeric_limits<uint64_t>::max()},
      {"18446744073709551616", 0x1p64},
      {"-9223372036854775809", -0x1p63},
      {"0e1000", 0.0},
      {"1e-400", 5e-324},  // 0 would be a whole number, and this is none.
      {"-1e-400", -5e-324},
      {"2.4703282292062327e-324", 5e-324},
      {"0.99999999999999999999", 0x1.fffffffffffffp-1},
      {"-1.00000000000000000001", -0x1.0000000000001p0},
      {"1000000000000000001e-18", 0x1.0000000000001p0},
      {"2251799813685248.0000000001", 2251799813685248.5},
      {"2.4703282292062329e-324", 5e-324},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"9007199254740993.0", 0x1p53},
      {"9007199254740993" + std::string(800, '0') + "e-800", 0x1p53},
      {"0." + std::string(500, '0') + "1e501", 1.0},
      {"1" + std::string(500, '0') + "e-500", 1.0},
      {"1" + std::string(500, '0') + "e-900", 5e-324},
  };
  Reader reader;
  for (const auto& [text, expected] : cases) {
    // The parser has a fast path for texts with enough bytes behind the number.
    for (const std::string& padded : {text, text + std::string(40, ' ')}) {
      const auto result = read(padded, reader);
      ASSERT_TRUE(result) << text << " " << result.error().reason;
      EXPECT_EQ(result->kind(), expected.kind()) << text;
      EXPECT_EQ(*result, expected) << text;
      if (expected.is_double()) {
        EXPECT_EQ(std::signbit(result->get_double()), std::signbit(expected.get_double())) << text;
      }
    }
  }
}

TEST(JsonReader, RoundsEveryDoubleAsStrtodDoes) {
  std::mt19937_64 random(1);
  Reader reader;
  for (int i = 0; i < 50'000; ++i) {
    const std::string digits =
        std::to_string(10'000'000'000'000'000 + random() % 90'000'000'000'000'000);
    const std::string text = digits.substr(0, 1) + "." + digits.substr(1) + "e" +
                             std::to_string(static_cast<int>(random() % 630) - 325);
    const double expected = std::strtod(text.c_str(), nullptr);
    const auto result = reader.read(text, {});
    if (result && result->as_double() != expected) {
      // The number is not whole, but the nearest double is.
      ASSERT_EQ(std::trunc(expected), expected) << text;
      ASSERT_TRUE(result->as_double() == std::nextafter(expected, 0) ||
                  result->as_double() == std::nextafter(expected, HUGE_VAL))
          << text;
    } else if (!result && !std::isinf(expected)) {
      ASSERT_LE(std::abs(expected - 0x1p53), 0x1p53) << text;  // From 2^52 to 10^16.
      ASSERT_GE(expected, 0x1p52) << text;
    } else {
      ASSERT_EQ(result.has_value(), !std::isinf(expected)) << text;
    }
  }
}

TEST(JsonReader, KeepsToItsLimits) {
  const Limits limits = {.depth_max = 2, .properties_max = 3};
  EXPECT_TRUE(read(R"([[1],{"a":1}])", limits));
  EXPECT_EQ(read("[[[1]]]", limits).error().reason, "is nested too deeply");
  EXPECT_EQ(read(R"([{"a":{}}])", limits).error().offset, 6u);
  EXPECT_TRUE(read(R"([{"a":1,"b":2,"c":3},{"a":1}])", limits));
  EXPECT_EQ(read(R"({"a":1,"b":2,"c":3,"d":4})", limits).error().reason,
            "has an object with too many properties");

  // Arrays, objects and what is in them count; keys do not.
  Reader few;
  EXPECT_TRUE(few.read(R"([{"a":1},2])", {}, 4));
  EXPECT_EQ(few.values(), 4u);
  EXPECT_EQ(few.read(R"([{"a":1},2,3])", {}, 4).error().reason, kTooManyValues);
  EXPECT_EQ(few.read(R"([true,null,"a",1.5])", {}, 4).error().reason, kTooManyValues);
  EXPECT_TRUE(few.read("[true,null]", {}, 4));
  EXPECT_EQ(few.values(), 3u);

  EXPECT_TRUE(read(repeat("[", 32) + repeat("]", 32)));
  EXPECT_EQ(read(repeat("[", 33) + repeat("]", 33)).error().offset, 32u);
  for (const std::string_view piece : {"[", "{\"a\":", "[{\"a\":"}) {
    EXPECT_EQ(read(repeat(piece, 100'000)).error().reason, "is nested too deeply");
  }
}

// Returns an object of 2^15 keys whose hashes have the same low 15 bits when Boost's table is in
// kPages.
std::string colliding_object() {
  constexpr uint64_t kPrime = 0x100000001b3;  // FNV-1a.
  constexpr uint64_t kStart = 0xcbf29ce484222325;
  std::string text = "{";
  std::string key(8, 'a');
  for (uint64_t i = 0, found = 0; found < 32'768; ++i) {
    uint64_t start = kStart;  // The hash of the first six characters.
    for (int digit = 0; digit < 6; ++digit) {
      key[digit] = static_cast<char>('a' + (i >> (4 * digit)) % 16);
      start = (static_cast<uint64_t>(key[digit]) ^ start) * kPrime;
    }
    for (key[6] = 'a'; key[6] < 'a' + 16; ++key[6]) {
      const uint64_t hash = (static_cast<uint64_t>(key[6]) ^ start) * kPrime;
      // The last character sets the low 15 bits to 'a' before the last multiplication.
      if (hash / 256 % 128 != 0) continue;
      key[7] = static_cast<char>(hash % 256 ^ 'a');
      if (key[7] < 'a' || key[7] > 'z') continue;
      text += (found++ == 0 ? "\"" : ",\"") + key + "\":0";
    }
  }
  return text + "}";
}

// Memory at an address that is as predictable as what malloc maps, and exactly known.
alignas(65'536) unsigned char kPages[8 << 20];

TEST(JsonReader, TakesNoLongerForHostileTexts) {
  const std::string many = members(100'000, "");
  struct Case {
    std::string text;
    size_t refused_at = 0;
  };
  const std::vector<Case> cases = {
      {"{" + many + "}"},
      {"{" + many + R"(,"500":0})", many.size() + 3},
      {"{" + members(60'000, "\\u0061") + "}"},
      {colliding_object()},
      {"{" + repeat("\"a\":0,", 200'000) + "\"a\":0}", 8},
      {"[" + repeat("0,", 500'000) + "0]"},
      {"[" + repeat("{\"a\":[[]]},", 90'000) + "0]"},
      {"\"" + repeat("\\u0000", 170'000) + "\""},
      {"0." + repeat("0", 1'000'000) + "1"},
      {repeat(" ", 1'000'000) + "1"},
      {"\"" + repeat("é", 500'000) + "\xff", 1'000'001},
  };
  Reader reader({.properties_max = 1'000'000});
  for (const auto& [text, refused_at] : cases) {
    boost::json::monotonic_resource storage(kPages, sizeof(kPages));
    const std::clock_t start = std::clock();
    const auto result = reader.read(text, &storage);
    // Some cases take 20 ms of processor time. A quadratic algorithm takes more than 1 s.
    EXPECT_LT(std::clock() - start, CLOCKS_PER_SEC) << text.substr(0, 40);
    EXPECT_EQ(result ? 0 : result.error().offset, refused_at) << text.substr(0, 40);
  }
}

// A storage that has room for a given number of allocations, and then throws.
class Scarce : public boost::container::pmr::memory_resource {
 public:
  explicit Scarce(int left) : left_(left) {}

 private:
  void* do_allocate(size_t size, size_t) override {
    if (left_-- == 0) throw std::bad_alloc();
    return ::operator new(size);
  }
  void do_deallocate(void* memory, size_t, size_t) override { ::operator delete(memory); }
  bool do_is_equal(const boost::container::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  int left_;
};

TEST(JsonReader, LeavesNothingInAStorageThatIsGone) {
  Reader reader;
  for (const std::string_view text : {R"([{"a":["a string of more bytes than a value"]}])",
                                      R"([{"a":["a string of more bytes than a value"},)"}) {
    Scarce storage(100);
    (void)reader.read(text, &storage);
  }
  EXPECT_TRUE(reader.read("1", {}));
}

// An attacker who knew the room of a table could put all keys into one bucket.
TEST(JsonReader, GivesEachTableARoomThatNobodyCanGuess) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  text += '}';
  std::set<size_t> rooms;
  for (int i = 0; i < 20; ++i) rooms.insert(read(text)->get_object().capacity());
  EXPECT_GT(rooms.size(), 10);
  EXPECT_GE(*rooms.begin(), 1000);
  EXPECT_LT(*rooms.rbegin(), 1250);
}

TEST(JsonReader, CanBeUsedAgainWhenItsStorageWasFull) {
  constexpr auto kText =
      R"({"a":[1,2,{"b":"a string of more bytes than a value"}],"c":{"d":[]}})"sv;
  Reader reader;
  for (int room = 0;; ++room) {
    Scarce storage(room);
    try {
      const auto result = reader.read(kText, &storage);
      ASSERT_TRUE(result);
      EXPECT_EQ(boost::json::serialize(*result), kText);
      EXPECT_GT(room, 3);
      break;
    } catch (const std::bad_alloc&) {
    }
    EXPECT_TRUE(read("[{\"a\":1}]", reader));
  }
}

}  // namespace
}  // namespace penstock::json
