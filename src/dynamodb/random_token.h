#pragma once

#include <string>

namespace penstock::dynamodb {

// Returns a random token of 32 hexadecimal digits, which nobody else has.
[[nodiscard]] std::string random_token();
// Returns a random number from 0 to 1.
[[nodiscard]] double random_share();

}  // namespace penstock::dynamodb
