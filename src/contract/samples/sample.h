#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// A value that the schema allows: its examples first, else one that is made of its rules. Nothing
// if none was found; what is returned has been validated, so it never lies. For mocks, not for the
// path of a request.
[[nodiscard]] std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction);

}  // namespace penstock::contract
