#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "contract/schema/location.h"
#include "contract/schema/steps.h"
#include "contract/schema/violation.h"
#include "typed/type.h"

namespace penstock::typed {

// Fills an object of that type, which must be new, from a value that its schema allows. Returns
// false if the object cannot have the value, which is a violation: a whole number beyond its type,
// or a time beyond the years of a DateTime. `in` is text of static storage, such as "query" or
// "body". Whole numbers may be doubles without a fraction. `may_be_absent` says that the type is a
// std::optional whose outermost layer is not about null. The elements of lists and maps take steps
// for their size, because `{}` may become a struct of kilobytes; when none are left, it returns
// false without a violation.
bool from_value(const Type& type, const boost::json::value& value, void* object, bool may_be_absent,
                std::string_view in, const contract::Location& location,
                contract::Violations& violations, contract::Steps& steps);

// Fills an object of that type from a text that is not JSON, such as a parameter's: a string, a
// date, an enumeration. Any other type is a violation.
bool from_text(const Type& type, std::string_view text, void* object, bool may_be_absent,
               std::string_view in, const contract::Location& location,
               contract::Violations& violations);

}  // namespace penstock::typed
