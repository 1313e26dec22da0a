#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "contract/parameters/parameter.h"

namespace penstock::contract {

// A Separator stands between the parts of a text. Where it is one that a URI cannot have, an
// encoded one separates, too (OpenAPI 3.0.4, "Percent-Encoding and Illegal or Reserved
// Delimiters").
struct Separator {
  char character;
  std::string_view encoded = {};  // Its two hexadecimal digits, in lower case.
  bool is_plus = false;           // Whether '+' is one, too.
};

// Returns what separates the parts of this parameter.
[[nodiscard]] Separator separator_of(const Parameter& parameter, Escapes escapes);

// A CutText reads the text of a parameter in a style with separators or a prefix. The text is cut
// first and decoded then, so that an encoded separator is data (RFC 6570 section 2.3). It is used
// for one text. What it is given must outlive it.
class CutText {
 public:
  CutText(const Parameter& parameter, Escapes escapes, Direction direction,
          const boost::json::storage_ptr& storage, Steps& steps)
      : parameter_(parameter),
        escapes_(escapes),
        separator_(separator_of(parameter, escapes)),
        direction_(direction),
        storage_(storage),
        steps_(steps) {}

  // Returns the value of the text, which is still escaped. Returns nothing if it is not written in
  // the parameter's style.
  [[nodiscard]] std::optional<boost::json::value> read(std::string_view text);

 private:
  // Removes the prefix of the style, and returns whether it was there.
  [[nodiscard]] bool remove_prefix(std::string_view& text);
  // Removes the parameter's name and a '=' behind it, if there is more, and does the same.
  [[nodiscard]] bool remove_name(std::string_view& text);
  // Removes the first part of `rest`, which is nothing after the last one, and returns it.
  [[nodiscard]] std::optional<std::string_view> next(std::optional<std::string_view>& rest) const;
  // Returns the part without its escapes, or nothing if they are broken. The next call ends it.
  [[nodiscard]] std::optional<std::string_view> decoded(std::string_view part);
  [[nodiscard]] std::optional<boost::json::value> scalar(std::string_view text);
  [[nodiscard]] std::optional<boost::json::value> array(std::string_view text);
  [[nodiscard]] std::optional<boost::json::value> object(std::string_view text);

  const Parameter& parameter_;
  Escapes escapes_;
  Separator separator_;
  Direction direction_;
  const boost::json::storage_ptr& storage_;
  Steps& steps_;
  std::string buffer_;
};

}  // namespace penstock::contract
