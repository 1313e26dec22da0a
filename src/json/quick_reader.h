#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/wiped_text.h"
#include "json/text_tokens.h"

namespace penstock::json {

// Reads the texts that clients usually send, several times as quickly as a general parser. It gives
// up at the first thing that is wrong or rare: a mistake, a property that comes twice, an escape in
// a key, an object of more than kMembersMax properties, a number of more digits than a double
// surely keeps. Reader then reads the text again, and says what is wrong if anything is. What this
// class does read, it reads to the same value.
//
// It keeps its memory between texts. One thread at a time may use it.
class QuickReader {
 public:
  // From so many members on, an object gets a table of a random size, which is Reader's work.
  static constexpr size_t kMembersMax = 64;

  // Returns the value, allocated in `storage`, or nothing. Arrays and objects may be nested
  // `depth_max` deep, but at most 32, and there may be `values_max` values.
  [[nodiscard]] std::optional<boost::json::value> read(std::string_view text,
                                                       const boost::json::storage_ptr& storage,
                                                       size_t depth_max, size_t values_max);
  // Returns how many values the last text had, if it was read.
  [[nodiscard]] size_t values() const { return values_; }

  // Does the same with the part of a text that begins at `at` and has one value. `end` is the end
  // of the text. It sets `at` to the end of the value and the spaces behind it, or to null.
  [[nodiscard]] std::optional<boost::json::value> read_part(const char*& at, const char* end,
                                                            const boost::json::storage_ptr& storage,
                                                            size_t depth_max, size_t values_max);

 private:
  // These read one part of the text that begins at `at`, and return where it ends, or null to give
  // up. `at` may be the end of the text.
  [[nodiscard]] const char* read_document(const char* at, size_t depth_max, size_t values_max);
  [[nodiscard]] const char* read_scalar(const char* at);
  [[nodiscard]] const char* read_key(const char* at);
  [[nodiscard]] const char* read_string(const char* at);
  [[nodiscard]] const char* read_number(const char* at);

  Tokens tokens_;
  size_t values_ = 0;
  size_t members_ = 0;  // The members of all objects of the text.
  boost::json::value_stack stack_;
  base::WipedText unescaped_;  // It may be a secret.
};

}  // namespace penstock::json
