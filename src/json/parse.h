#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"
#include "json/reader.h"

namespace penstock::json {

// Turns one text into a value as Reader does, which is what to use for many texts or where the
// place of a mistake is wanted apart. The value is allocated in `storage`. Error: invalid, with
// describe(Failure).
[[nodiscard]] base::Result<boost::json::value> parse(std::string_view text, Limits limits = {},
                                                     boost::json::storage_ptr storage = {});

// Says whether a text is JSON (RFC 8259, in UTF-8) with arrays and objects at most `depth_max`
// deep. It builds no value, so that it needs no memory for one. Unlike parse it lets pass what can
// be read in two ways: a property that comes twice, a number that no double holds. Error: invalid,
// which says where and why.
[[nodiscard]] base::Result<> check(std::string_view text, size_t depth_max = Limits{}.depth_max);

}  // namespace penstock::json
