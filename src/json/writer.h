#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::json {

// Appends the value as JSON without spaces. False if it holds what JSON cannot: a string that is not UTF-8, a
// number that is infinite or none; what was appended is worth nothing then. Unlike Boost's serializer, which
// writes 7.95 as 7.95E0, it writes numbers as people do: the shortest text that reads back as the same
// number.
[[nodiscard]] bool append_value(std::string& out, const boost::json::value& value);

[[nodiscard]] inline std::string to_text(const boost::json::value& value) {
  std::string out;
  static_cast<void>(append_value(out, value));
  return out;
}

}  // namespace penstock::json
