#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "local/filter/event_filter.h"

// Applies an event filter. The input is a pattern, a zero byte and a record's value. Without the
// zero byte the record is a tombstone.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::base::check;
  namespace json = boost::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\0');
  const std::string_view pattern = text.substr(0, end);
  std::optional<std::string_view> value;
  if (end != std::string_view::npos) value = text.substr(end + 1);

  const json::value criteria = json::object{
      {"Filters",
       json::array{json::object{{"Pattern", json::string_view(pattern.data(), pattern.size())}}}}};
  const auto filter = penstock::local::EventFilter::parse(criteria);
  if (!filter) {
    check(!filter.error().message.empty(), "an error has a message");
    return 0;
  }
  const bool passes = filter->passes(value);
  const auto copy = *filter;
  check(copy.passes(value) == passes, "a filter decides the same each time");
  return 0;
}
