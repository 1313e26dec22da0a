#pragma once

#include <string_view>

namespace penstock::base {

// The number of bytes of the UTF-8 sequence that starts `text`, 0 if it is not well formed (RFC
// 3629).
[[nodiscard]] int utf8_length(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace penstock::base
