#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::apps {

// JSON for people: two spaces a level.
[[nodiscard]] std::string pretty_json(const boost::json::value& value, size_t level = 0);

}  // namespace penstock::apps
