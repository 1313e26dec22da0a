#pragma once

#include <string>

#include "base/time_text.h"

namespace penstock::kafka {

// Returns the time of this machine as an addition to librdkafka's error, if a wrong clock can be
// its reason: a certificate whose time has not come or is over, or a refused token. librdkafka does
// not say which reason it was, but a clock that is wrong is seen at a glance. Otherwise the result
// is empty.
[[nodiscard]] std::string clock_hint(const std::string& error, bool with_tokens,
                                     base::SystemTime now);

}  // namespace penstock::kafka
