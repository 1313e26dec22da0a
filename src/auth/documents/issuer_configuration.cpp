#include "auth/documents/issuer_configuration.h"

#include "base/printable_text.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::auth {

using base::Error;
using base::ErrorCode;

base::Result<std::string> key_set_url(std::string_view configuration, std::string_view issuer) {
  const auto wrong = [](std::string why) {
    return Error{.code = ErrorCode::invalid,
                 .message = "the issuer's configuration " + std::move(why)};
  };
  const auto document = json::parse(configuration);
  if (!document) return wrong("cannot be read: " + document.error().message);
  const auto found = json::text(json::find(*document, "issuer"));
  if (!found) return wrong("has no \"issuer\"");
  if (*found != issuer) {
    return wrong("is of the issuer '" + base::printable(*found, 200) + "', not of '" +
                 std::string(issuer) + "'");
  }
  const auto url = json::text(json::find(*document, "jwks_uri"));
  if (!url) return wrong("has no \"jwks_uri\"");
  return std::string(*url);
}

}  // namespace penstock::auth
