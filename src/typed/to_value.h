#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "contract/schema/validate.h"
#include "typed/type.h"

namespace penstock::typed {

// Returns an object of that type as JSON. An answer (`Direction::response`) leaves out write-only
// members, and a request read-only ones, because they must not contain them. A variant writes the
// name of its alternative into the discriminator's property, unless that has one of its names.
// Bytes that are not UTF-8 and numbers that JSON cannot express are kept as they are: whoever
// writes the text finds them.
[[nodiscard]] boost::json::value to_value(const Type& type, const void* object,
                                          contract::Direction direction,
                                          const boost::json::storage_ptr& storage = {});

}  // namespace penstock::typed
