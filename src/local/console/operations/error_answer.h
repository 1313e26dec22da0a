#pragma once

#include "base/result.h"
#include "http/handler.h"

namespace penstock::local {

// Makes the answer of an operation that has failed so: a problem document whose status fits the
// kind of the error, and whose `detail` is its whole text, as a printable line.
[[nodiscard]] http::Answer error_answer(const base::Error& error);

}  // namespace penstock::local
