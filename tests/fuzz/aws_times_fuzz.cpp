// Parses times as endpoints send them: RFC 3339 and HTTP dates.
#include <cstdint>
#include <string_view>

#include "aws/times.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = aws::parse_timestamp(text)) {
    const auto again = aws::parse_timestamp(aws::timestamp(*time));
    // A time zone's offset may lead to a time before 1970.
    base::check(time->time_since_epoch().count() < 0 || (again && *again == *time),
                "a time survives its text");
  }
  if (const auto time = aws::parse_http_date(text)) {
    base::TimeText texts;
    base::check(time->time_since_epoch().count() >= 0, "an HTTP date is not before 1970");
    base::check(aws::parse_http_date(texts.http_date(*time)) == time,
                "an HTTP date survives its text");
  }
  return 0;
}
