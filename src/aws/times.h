#pragma once

#include <string>

#include "base/time_reading.h"
#include "base/time_text.h"

namespace penstock::aws {

// Times as AWS writes them, in UTC and in whole seconds.

// Returns "20261124T165220Z", the form in signatures.
[[nodiscard]] std::string amz_date(base::SystemTime time);
// Returns "2026-11-24T16:52:20Z".
[[nodiscard]] std::string timestamp(base::SystemTime time);

// These read the times of AWS's answers.
using base::parse_http_date;
using base::parse_timestamp;

}  // namespace penstock::aws
