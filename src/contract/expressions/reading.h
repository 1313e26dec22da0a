#pragma once

#include <boost/assert/source_location.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contract/expressions/attempt.h"

namespace penstock::contract {

// A PatternFault says why a pattern is refused.
struct PatternFault {
  std::string kind;  // A stable name in kebab case, as in Problem (document/problems.h).
  std::string sentence;
  size_t column = 0;  // Of the pattern, in characters from 1; 0 if it is about all of it.
};

// boost::system::result calls it when value() is used on a fault.
[[noreturn]] void throw_exception_from_error(const PatternFault& fault,
                                             const boost::source_location& at);

// These are the kinds of faults.
inline constexpr std::string_view kPatternSyntax = "pattern-syntax";
inline constexpr std::string_view kPatternDialect = "pattern-dialect";  // Perl's, Java's, ...
inline constexpr std::string_view kPatternLookAround = "pattern-look-around";
inline constexpr std::string_view kPatternReference = "pattern-back-reference";
inline constexpr std::string_view kPatternProperty = "pattern-property";
inline constexpr std::string_view kPatternTooLarge = "pattern-too-large";
inline constexpr std::string_view kPatternAnnexB = "pattern-annex-b";  // It is not refused.

// A ExpressionReading is a pattern that is read from its front, with what its readers share. After
// a fault nothing is left to be read, so that they all come to their ends.
class ExpressionReading {
 public:
  ExpressionReading(std::string_view text, Attempt& attempt);

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool starts_with(std::string_view text) const { return rest_.starts_with(text); }
  // Returns the byte that is `offset` bytes ahead, or NUL if there is none.
  [[nodiscard]] char peek(size_t offset = 0) const {
    return offset < rest_.size() ? rest_[offset] : '\0';
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  // Removes `text`, if the rest starts with it.
  bool take(std::string_view text) {
    if (!starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  // Removes a character, or returns 0 if none is left.
  uint32_t take_point();
  // Removes a number, which may be too large: then it is UINT32_MAX. Returns nothing if no digit
  // is next.
  std::optional<uint32_t> take_number();
  // Removes exactly `count` hexadecimal digits, or returns nothing and removes nothing.
  std::optional<uint32_t> take_hex(size_t count);

  // Returns where the reading is, in bytes.
  [[nodiscard]] size_t place() const { return text_.size() - rest_.size(); }
  void go_back_to(size_t place) { rest_ = text_.substr(place); }
  // Returns what was read since `place`.
  [[nodiscard]] std::string read_since(size_t place) const {
    return std::string(text_.substr(place, this->place() - place));
  }

  // Ends the reading with a fault at `place`. The first fault stays.
  void fail(std::string_view kind, size_t place, std::string_view sentence);
  // Notes what is ECMA-262, but is not enforced. It becomes the fault if there is no other.
  void note_not_enforced(std::string_view kind, size_t place, std::string_view sentence);
  // Notes what the flag u calls a syntax error, but annex B reads.
  void note_annex_b(size_t place, std::string_view sentence);
  [[nodiscard]] bool has_failed() const { return fault_.has_value(); }
  [[nodiscard]] const std::optional<PatternFault>& fault() const { return fault_; }
  [[nodiscard]] const std::optional<PatternFault>& not_enforced() const { return not_enforced_; }

  [[nodiscard]] const std::optional<PatternFault>& annex_b() const { return annex_b_; }

  // Takes visits. Fails if there are too few left.
  void take_visits(size_t visits);
  [[nodiscard]] Attempt& attempt() { return attempt_; }

 private:
  [[nodiscard]] PatternFault fault_at(std::string_view kind, size_t place,
                                      std::string_view sentence) const;

  std::string_view text_;
  std::string_view rest_;
  Attempt& attempt_;
  std::optional<PatternFault> fault_;
  std::optional<PatternFault> not_enforced_;
  std::optional<PatternFault> annex_b_;
};

}  // namespace penstock::contract
