#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/result.h"
#include "contract/parameters/parameter.h"

namespace penstock::contract {

// Writes a value as a client sends it, percent-encoded: for a path parameter what replaces `{name}`
// in the template; for the query its part with its names, such as "p=1&p=2"; for a header the
// field's value; for a cookie its pair. Fails with `invalid` and a sentence if the parameter's
// style cannot write the value.
[[nodiscard]] base::Result<std::string> write_parameter(const Parameter& parameter,
                                                        const boost::json::value& value);

}  // namespace penstock::contract
