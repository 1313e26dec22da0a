#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::auth {

// Returns the `jwks_uri` of an issuer's configuration (OpenID Connect Discovery 1.0 section 3, RFC
// 8414 section 2). Fails with `invalid` if the text is not a JSON object, if its `issuer` is not
// exactly the one that is expected, so that no server can answer for another (section 4.3), or if
// it has no `jwks_uri`.
[[nodiscard]] base::Result<std::string> key_set_url(std::string_view configuration,
                                                    std::string_view issuer);

}  // namespace penstock::auth
