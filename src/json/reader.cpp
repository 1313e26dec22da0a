#include "json/reader.h"

#include <algorithm>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/keyed_hash.h"
#include "base/utf8.h"
#include "base/wiped_text.h"
#include "json/number.h"
#include "json/quick_reader.h"
#include "json/sax.h"

namespace penstock::json {

namespace {

// After a text of more bytes than this the reader frees its memory instead of keeping it.
constexpr size_t kKeptBytes = 256 * 1024;

constexpr std::string_view kEmpty = "is empty";
constexpr std::string_view kNotUtf8 = "is not UTF-8";
constexpr std::string_view kTrailing = "is not JSON: something follows the value";
constexpr std::string_view kTwice = "has a property twice";
constexpr std::string_view kTooMany = "has an object with too many properties";
constexpr std::string_view kOutOfRange = "has a number out of range";
constexpr std::string_view kFractionLost = "has a number with more digits than a double holds";

std::string_view reason_of(const boost::system::error_code& error) {
  if (error == boost::json::error::incomplete) return "is not JSON: it ends too early";
  if (error == boost::json::error::too_deep) return "is nested too deeply";
  if (error == boost::json::error::exponent_overflow) return kOutOfRange;
  if (error == boost::json::error::illegal_leading_surrogate ||
      error == boost::json::error::illegal_trailing_surrogate) {
    return "is not JSON: an escape is half of a surrogate pair";
  }
  return "is not JSON: a character is out of place";
}

// Returns the offset of the first byte that is not UTF-8, or npos.
size_t find_not_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const int length = base::utf8_length(text.substr(i));
    if (length == 0) return i;
    i += static_cast<size_t>(length);
  }
  return std::string_view::npos;
}

// Returns another seed for each reader, of which nobody can guess the next one. The system is asked
// for random numbers once a process: a std::random_device for each reader takes 12 µs and more on a
// virtual machine, because libstdc++ asks the processor what it can do.
std::minstd_rand::result_type random_seed() {
  static const base::KeyedHash hash;
  static std::atomic<uint64_t> readers = 0;
  const uint64_t number = readers.fetch_add(1, std::memory_order_relaxed);
  const auto value = hash.of({reinterpret_cast<const char*>(&number), sizeof number});
  return static_cast<std::minstd_rand::result_type>(value.low);
}

}  // namespace

std::string describe(const Failure& failure) {
  return "it " + std::string(failure.reason) + ", at byte " + std::to_string(failure.offset);
}

// Builds the value from the parser's events, which come in the order of the text. It replaces
// Boost's value_stack, which silently drops all but the last of equal keys and lets the text, and
// so an attacker, decide how many buckets a table of keys has.
class Reader::Builder : public SaxHandler {
 public:
  static constexpr size_t max_object_size = boost::json::object::max_size();
  static constexpr size_t max_array_size = boost::json::array::max_size();
  static constexpr size_t max_key_size = boost::json::string::max_size();
  static constexpr size_t max_string_size = boost::json::string::max_size();

  explicit Builder(const Limits& limits)
      : properties_max_(limits.properties_max),
        is_lenient_(limits.ambiguity == Limits::Ambiguity::lenient),
        random_(random_seed()) {}

  void start(std::string_view text, boost::json::storage_ptr storage, size_t values_max) {
    text_ = text;
    storage_ = std::move(storage);
    refusal_ = {};
    values_max_ = values_max;
    count_ = 0;
  }

  boost::json::value take() { return std::move(values_.back()); }

  // Drops all values, because they must not outlive their storage, which belongs to the caller.
  void clear() {
    const auto empty = [keeps = text_.size() <= kKeptBytes](auto& container) {
      container.clear();
      if (!keeps) container.shrink_to_fit();
    };
    empty(values_);
    empty(keys_);
    empty(key_chars_);
    empty(chars_);
    storage_ = {};
  }

  // Returns the builder's own reason to refuse the text; its `reason` is empty if there is none.
  // The offset is npos if it is simply where the parser stopped.
  const Failure& refusal() const { return refusal_; }
  size_t count() const { return count_; }

  bool on_object_begin(Code& error) { return count(error); }
  bool on_array_begin(Code& error) { return count(error); }

  bool on_object_end(size_t size, Code& error) {
    if (size > properties_max_) return refuse(std::string_view::npos, kTooMany, error);
    boost::json::object object(storage_);
    object.reserve(size + slack(size));
    const size_t first_value = values_.size() - size;
    const size_t first_key = keys_.size() - size;
    for (size_t i = 0; i < size; ++i) {
      const std::string_view key = keys_[first_key + i];
      boost::json::value& value = values_[first_value + i];
      if (is_lenient_) {
        object.insert_or_assign(key, std::move(value));
      } else if (!object.emplace(key, std::move(value)).second) {
        return refuse(offset_of(key), kTwice, error);
      }
    }
    keys_.resize(first_key);
    pop_to(first_value);
    values_.emplace_back(std::move(object));
    return true;
  }

  bool on_array_end(size_t size, Code&) {
    boost::json::array array(storage_);
    array.reserve(size);
    const size_t first = values_.size() - size;
    for (size_t i = first; i < values_.size(); ++i) array.emplace_back(std::move(values_[i]));
    pop_to(first);
    values_.emplace_back(std::move(array));
    return true;
  }

  bool on_key_part(Text part, size_t, Code&) {
    append_key_chars(part);
    return true;
  }

  // `size` is the length of the whole key; `part` is its last part.
  bool on_key(Text part, size_t size, Code&) {
    if (size == part.size() && offset_of(part) != std::string_view::npos) {
      keys_.emplace_back(part.data(), size);
      return true;
    }
    append_key_chars(part);
    keys_.emplace_back(key_chars_.data() + key_chars_.size() - size, size);
    return true;
  }

  bool on_string_part(Text part, size_t, Code&) {
    chars_.append(part.data(), part.size());
    return true;
  }

  bool on_string(Text part, size_t, Code& error) {
    if (!count(error)) return false;
    if (chars_.empty()) {
      values_.emplace_back(part, storage_);
      return true;
    }
    chars_.append(part.data(), part.size());
    values_.emplace_back(boost::json::string_view(chars_), storage_);
    chars_.clear();
    return true;
  }

  // The parser's own double can be wrong in its last digits, because it multiplies by a rounded
  // power of ten. It only decides whether a number that from_chars cannot represent is too large or
  // too small.
  bool on_double(double rough, Text text, Code& error) {
    if (!count(error)) return false;
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{}) number = std::copysign(std::abs(rough) < 1 ? 0 : HUGE_VAL, rough);
    if (std::isinf(number) && !is_lenient_) return refuse(offset_of(text), kOutOfRange, error);
    const auto kept = with_fraction({text.data(), text.size()}, number);
    if (!kept && !is_lenient_) return refuse(offset_of(text), kFractionLost, error);
    if (kept) number = *kept;
    values_.emplace_back(number, storage_);
    return true;
  }

  bool on_int64(int64_t number, Text, Code& error) { return push(number, error); }
  bool on_uint64(uint64_t number, Text, Code& error) { return push(number, error); }
  bool on_bool(bool value, Code& error) { return push(value, error); }
  bool on_null(Code& error) { return push(nullptr, error); }

 private:
  // Returns how much more room than needed an object's table gets. Boost 1.81 hashes keys by
  // FNV-1a, salted with the address of the table, and takes the remainder by the table's capacity.
  // The low bits of an address are not secret, so an attacker who knows the capacity can put all
  // keys into one bucket: 700 kB took 6.5 s. A random capacity prevents that. An attacker can still
  // collide all 64 bits; properties_max limits the harm.
  size_t slack(size_t size) { return size < 64 ? 0 : random_() % (size / 4); }

  template <class Scalar>
  bool push(Scalar scalar, Code& error) {
    if (!count(error)) return false;
    values_.emplace_back(scalar, storage_);
    return true;
  }

  bool count(Code& error) {
    return count_++ < values_max_ || refuse(std::string_view::npos, kTooManyValues, error);
  }

  void pop_to(size_t size) {
    values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(size), values_.end());
  }

  // Unescaped keys are never longer than the text. With that much room reserved, the buffer never
  // moves and views into it stay valid.
  void append_key_chars(Text part) {
    key_chars_.reserve(text_.size());
    key_chars_.append(part.data(), part.size());
  }

  // Returns the offset of `part` in the text, or npos if it is in the parser's buffer because it
  // had escapes.
  size_t offset_of(std::string_view part) const {
    const std::less<> before;
    const char* const end = text_.data() + text_.size();
    if (before(part.data(), text_.data()) || !before(part.data(), end)) {
      return std::string_view::npos;
    }
    return static_cast<size_t>(part.data() - text_.data());
  }

  bool refuse(size_t offset, std::string_view reason, Code& error) {
    refusal_ = {offset, reason};
    error = boost::json::error::syntax;  // Any error stops the parser.
    return false;
  }

  const size_t properties_max_;
  size_t values_max_ = 0;
  size_t count_ = 0;  // This many values have come.
  const bool is_lenient_;
  std::minstd_rand random_;
  std::string_view text_;
  boost::json::storage_ptr storage_;
  Failure refusal_ = {};
  // These are the values and the keys of all open arrays and objects, innermost last. Keys are
  // views into text_ or key_chars_.
  std::vector<boost::json::value> values_;
  std::vector<std::string_view> keys_;
  std::string key_chars_;
  // This is the string that is being read, if it came in parts because of an escape. It may be a
  // secret.
  base::WipedText chars_;
};

struct Reader::Parser : boost::json::basic_parser<Builder> {
  static boost::json::parse_options options(const Limits& limits) {
    boost::json::parse_options options;
    options.max_depth = limits.depth_max;
    return options;
  }

  explicit Parser(const Limits& limits)
      : basic_parser(options(limits), limits), depth_max(limits.depth_max) {
    if (limits.properties_max >= QuickReader::kMembersMax) quick.emplace();
  }

  const size_t depth_max;
  // It reads a text first. Only if it gives up, the parser reads the text, too. There is none if it
  // would read more properties than it may.
  std::optional<QuickReader> quick;
  size_t values = 0;
};

Reader::Reader(Limits limits) : parser_(std::make_unique<Parser>(limits)) {}

Reader::~Reader() = default;

size_t Reader::values() const {
  return parser_->values;
}

boost::system::result<boost::json::value, Failure> Reader::read(std::string_view text,
                                                                boost::json::storage_ptr storage,
                                                                size_t values_max) {
  if (parser_->quick) {
    auto value = parser_->quick->read(text, storage, parser_->depth_max, values_max);
    parser_->values = parser_->quick->values();
    if (text.size() > kKeptBytes) parser_->quick.emplace();
    if (value) return {boost::system::in_place_value, std::move(*value)};
  }

  Builder& builder = parser_->handler();
  // Clears the builder at the end, even if `storage` throws.
  const auto clear = [](Builder* used) { used->clear(); };
  const std::unique_ptr<Builder, decltype(clear)> cleared(&builder, clear);

  parser_->reset();
  builder.start(text, std::move(storage), values_max);
  boost::system::error_code error;
  const size_t end = parser_->write_some(false, text.data(), text.size(), error);
  parser_->values = builder.count();
  if (!error && end == text.size()) return {boost::system::in_place_value, builder.take()};

  if (!builder.refusal().reason.empty()) {
    return Failure{std::min(builder.refusal().offset, end), builder.refusal().reason};
  }
  // The parser does not distinguish bytes that are not UTF-8 from other mistakes.
  if (const size_t at = find_not_utf8(text); at <= end) return Failure{at, kNotUtf8};
  if (!error) return Failure{end, kTrailing};
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Failure{0, kEmpty};
  return Failure{end, reason_of(error)};
}

}  // namespace penstock::json
