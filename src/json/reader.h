#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::json {

// The caller bounds the bytes; nothing is allocated but in proportion to them.
struct Limits {
  // Arrays and objects within each other.
  size_t depth_max = 32;
  // Of one object. A bound because Boost's hash of keys can be attacked: see reader.cpp.
  size_t properties_max = 10'000;
  // What two readers could read differently. Lenient, it is read as most languages do: of equal
  // properties the last one counts, and a number beyond every double is infinite.
  enum class Ambiguity { refused, lenient } ambiguity = Ambiguity::refused;
};

// For what a function of the user's own answers, of which only a few members are looked at: the
// rest is nobody's to judge.
inline constexpr Limits kLenient{.properties_max = std::numeric_limits<size_t>::max(),
                                 .ambiguity = Limits::Ambiguity::lenient};

// Why a text was refused; may be shown to anyone.
struct Failure {
  size_t offset;            // In bytes: of the place, or where reading stopped.
  std::string_view reason;  // "is nested too deeply"; of static storage.
};

// The failure as a sentence about the text: "it is nested too deeply, at byte 12".
[[nodiscard]] std::string describe(const Failure& failure);

// Turns foreign bytes into a value: JSON as RFC 8259 has it, in UTF-8, without a byte order mark.
// Beyond that, unless the limits say otherwise, it refuses a property that comes twice, as two
// readers could read it differently, and a number that is larger than any double. Whole numbers
// become int64 or uint64 where they fit, all others the nearest double.
//
// Keeps its memory between texts, so that only the value itself is allocated. For one thread at a
// time.
class Reader {
 public:
  explicit Reader(Limits limits = {});
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The value is allocated in `storage`. Throws only for want of memory, and can be used again
  // after that.
  [[nodiscard]] boost::system::result<boost::json::value, Failure> read(
      std::string_view text, boost::json::storage_ptr storage);

 private:
  class Builder;
  struct Parser;

  std::unique_ptr<Parser> parser_;
};

}  // namespace penstock::json
