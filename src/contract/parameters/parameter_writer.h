#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/result.h"
#include "contract/parameters/parameter.h"

namespace penstock::contract {

// Returns the value as a client writes it into a request, percent-encoded, so that reading it gives
// an equal value:
// - for a path, what replaces `{name}` in the template;
// - for the query, its part with the names: "p=1&p=2", "filter%5Ba%5D=1";
// - for a header, the value of the field;
// - for a cookie, the pairs of the Cookie header: "a=1; b=2".
// The value must match the parameter's schema. Fails with `invalid` and a sentence if the style
// cannot write it: an empty array or object, an empty text in a path, a '|' in an element that '|'
// separates, or what a header cannot have.
[[nodiscard]] base::Result<std::string> write_parameter(const Parameter& parameter,
                                                        const boost::json::value& value);

// Returns the text of a value, as a header is written: an array or object in style `simple`, or
// JSON if the parameter has `content`. It is not percent-encoded.
[[nodiscard]] std::string text_of(const Parameter& parameter, const boost::json::value& value);

}  // namespace penstock::contract
