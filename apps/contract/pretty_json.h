#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::apps {

// Returns the value as JSON on several lines, indented by two spaces for each level. `level` is
// that of the value itself.
[[nodiscard]] std::string pretty_json(const boost::json::value& value, size_t level = 0);

}  // namespace penstock::apps
