#include "lambda/payload.h"

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"
#include "json/parse.h"
#include "json/text.h"

namespace penstock::lambda {

JsonText on_one_line(std::string_view json) {
  JsonText line{std::string(json)};
  // There is hardly ever any, and this looks for one more quickly.
  for (const char end : {'\n', '\r'}) {
    const size_t first = line.text.find(end);
    if (first == std::string::npos) continue;
    std::replace(line.text.begin() + static_cast<ptrdiff_t>(first), line.text.end(), end, ' ');
  }
  return line;
}

base::Result<JsonText> payload_json(const Record& record) {
  if (!record.value) return JsonText{"null"};
  // This builds no tree, because a tree of a few megabytes of JSON can need more memory than a
  // function has.
  if (json::check(*record.value)) return on_one_line(*record.value);
  if (!base::is_utf8(*record.value)) {
    return base::Error{base::ErrorCode::invalid, "the value is neither JSON nor other UTF-8 text"};
  }
  JsonText quoted;
  json::append_string(quoted.text, *record.value);
  return quoted;
}

}  // namespace penstock::lambda
