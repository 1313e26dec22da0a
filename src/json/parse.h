#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"
#include "json/reader.h"

namespace penstock::json {

// Reads one text into a value as Reader does, and allocates the value in `storage`, which must
// outlive it. Reader itself is better for many texts, and gives the position of a mistake as a
// number. Fails with `invalid`; the message is describe(Failure).
[[nodiscard]] base::Result<boost::json::value> parse(std::string_view text, Limits limits = {},
                                                     boost::json::storage_ptr storage = {});

// Checks that a text is JSON (RFC 8259, in UTF-8) with arrays and objects nested at most
// `depth_max` deep. It builds no value and so needs no memory for one. Unlike parse() it accepts
// texts that two readers could read differently: a property that occurs twice, or a number too
// large for a double. Fails with `invalid`; the message says where and why.
[[nodiscard]] base::Result<> check(std::string_view text, size_t depth_max = Limits{}.depth_max);

}  // namespace penstock::json
