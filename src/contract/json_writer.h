#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::contract {

// Appends the value as JSON without spaces. Unlike Boost's serializer, which writes 7.95 as 7.95E0, it writes
// numbers as people do: the shortest text that reads back as the same number.
void append_json(std::string& out, const boost::json::value& value);

[[nodiscard]] inline std::string to_text(const boost::json::value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace penstock::contract
