#include "contract/patterns/re2_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

constexpr size_t kBytesMax = size_t{256} << 10;
// RE2 refuses more repetitions, also those that repetitions within one another come to.
constexpr uint32_t kRepetitionsMax = 1000;
constexpr uint32_t kSurrogateFirst = 0xd800;
constexpr uint32_t kSurrogateLast = 0xdfff;

class Writer {
 public:
  explicit Writer(Attempt& attempt) : attempt_(attempt) {}

  // Appends the expression. Returns how often the most repeated part of it is repeated.
  uint32_t write(const Expression& expression);
  std::optional<std::string> written() {
    if (failed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void fail(std::string_view why) {
    attempt_.fail(why);
    failed_ = true;
  }
  void add(std::string_view text) {
    if (out_.size() + text.size() > kBytesMax) fail("it is too long for RE2");
    if (!failed_) out_ += text;
  }
  void add_range(uint32_t first, uint32_t last) {
    if (first > last) return;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "\\x{%x}-\\x{%x}", first, last);
    add(text.data());
  }
  void write_set(const CharacterSet& set);
  uint32_t write_repeat(const Expression& expression);
  // Appends `body` as often as `count` says, at most or exactly, in parts of at most `part`.
  void repeat(std::string_view body, uint64_t count, uint32_t part, bool is_optional);

  Attempt& attempt_;
  bool failed_ = false;
  std::string out_;
};

void Writer::write_set(const CharacterSet& set) {
  if (set.ranges.size() == 1 && set.ranges[0].first == set.ranges[0].last) {
    const uint32_t point = set.ranges[0].first;
    const bool is_plain = point == ' ' || point == '_' || (point >= '0' && point <= '9') ||
                          ((point | 0x20) >= 'a' && (point | 0x20) <= 'z');
    if (is_plain) return add(std::string(1, static_cast<char>(point)));
  }
  // Texts have no surrogates, but RE2 would find their bytes.
  const size_t start = out_.size();
  add("[");
  for (const auto& [first, last] : set.ranges) {
    add_range(first, std::min(last, kSurrogateFirst - 1));
    add_range(std::max(first, kSurrogateLast + 1), last);
  }
  add("]");
  if (!failed_ && out_.size() == start + 2) out_.replace(start, 2, "[^\\x{0}-\\x{10ffff}]");
}

uint32_t Writer::write(const Expression& expression) {
  uint32_t most = 1;
  if (failed_) return most;
  switch (expression.kind) {
    case Kind::empty:
      add("(?:)");
      return most;
    case Kind::character:
      write_set(expression.set);
      return most;
    case Kind::sequence:
    case Kind::choice:
      add("(?:");
      for (const Expression& child : expression.children) {
        if (expression.kind == Kind::choice && &child != &expression.children.front()) add("|");
        most = std::max(most, write(child));
      }
      add(")");
      return most;
    case Kind::repeat:
      return write_repeat(expression);
    case Kind::text_start:
      add("\\A");
      return most;
    case Kind::text_end:
      add("\\z");
      return most;
    case Kind::word_edge:
      add("\\b");
      return most;
    default:
      // RE2 finds \B between the bytes of a character, too, and knows one end of lines.
      fail("it is too large, and RE2 has no \\B, (?m: and (?i:\\b) of ECMA-262");
      return most;
  }
}

void Writer::repeat(std::string_view body, uint64_t count, uint32_t part, bool is_optional) {
  while (count > 0 && !failed_) {
    const uint64_t taken = std::min<uint64_t>(count, part);
    add("(?:");
    add(body);
    add(is_optional ? "){0," : "){");
    add(std::to_string(taken));
    add("}");
    count -= taken;
  }
}

uint32_t Writer::write_repeat(const Expression& expression) {
  const size_t start = out_.size();
  const uint32_t within = write(expression.children.front());
  if (failed_) return within;
  const std::string body = out_.substr(start);
  out_.resize(start);
  const uint32_t part = kRepetitionsMax / within;
  add("(?:");
  repeat(body, expression.min, part, false);
  if (expression.max == Expression::kUnlimited) {
    add("(?:");
    add(body);
    add(")*");
  } else {
    repeat(body, expression.max - expression.min, part, true);
  }
  add(")");
  const uint32_t most = expression.max == Expression::kUnlimited ? expression.min : expression.max;
  return within * std::clamp<uint32_t>(most, 1, part);
}

}  // namespace

std::optional<std::string> write_for_re2(const Expression& expression, Attempt& attempt) {
  Writer writer(attempt);
  writer.write(expression);
  return writer.written();
}

}  // namespace penstock::contract
