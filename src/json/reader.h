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

// Limits the shape of a text. The caller limits the bytes; the memory needed is proportional to
// them.
struct Limits {
  // Arrays and objects may be nested at most this deep.
  size_t depth_max = 32;
  // One object may have at most this many properties. There is a limit because Boost's hash of keys
  // can be attacked: see reader.cpp.
  size_t properties_max = 10'000;
  // This says whether to refuse texts that two readers could read differently. Lenient, they are
  // read as most languages do: the last of equal properties counts, and a number too large for a
  // double becomes infinity.
  enum class Ambiguity { refused, lenient } ambiguity = Ambiguity::refused;
};

// These are for answers of the user's own function. The reader of such an answer needs only a few
// of its members and has no right to refuse the rest.
inline constexpr Limits kLenient{.properties_max = std::numeric_limits<size_t>::max(),
                                 .ambiguity = Limits::Ambiguity::lenient};

// Says why a text was refused. It may be shown to anyone, because it quotes nothing of the text.
struct Failure {
  // The mistake is, or reading stopped, this many bytes from the start of the text.
  size_t offset;
  // A predicate such as "is nested too deeply"; it has static storage.
  std::string_view reason;
};

// This is the reason of a text that has more values than read() was allowed to read.
inline constexpr std::string_view kTooManyValues = "has too many values";

// Returns the failure as a sentence about the text: "it is nested too deeply, at byte 12".
[[nodiscard]] std::string describe(const Failure& failure);

// Reads bytes from outside into a value: JSON as RFC 8259 defines it, in UTF-8, without a byte
// order mark. Unless the limits say otherwise, it also refuses texts that two readers could read
// differently: a property that occurs twice, and a number that is too large for a double, or too
// large for a double with a fraction. Whole numbers become int64 or uint64 if they fit; all others
// become the nearest_double() (number.h).
//
// A reader keeps its memory between texts, so that only the value itself is allocated. One thread
// at a time may use it.
class Reader {
 public:
  explicit Reader(Limits limits = {});
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Returns the value, allocated in `storage`, which must outlive it; or the reason why the text
  // was refused. Throws only if memory runs out; the reader can be used again after that. A text
  // with more than `values_max` values is refused, which bounds the time: a megabyte of "1," takes
  // eight times as long as one of longer values. Arrays, objects and what is in them count; keys do
  // not.
  [[nodiscard]] boost::system::result<boost::json::value, Failure> read(
      std::string_view text, boost::json::storage_ptr storage,
      size_t values_max = std::numeric_limits<size_t>::max());
  // Returns how many values the last text had.
  [[nodiscard]] size_t values() const;

 private:
  class Builder;
  struct Parser;

  std::unique_ptr<Parser> parser_;
};

}  // namespace penstock::json
