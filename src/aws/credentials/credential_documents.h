#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/redaction.h"
#include "base/result.h"

// These functions read documents that contain credentials. The documents come from outside, so
// their size is limited, and no error repeats their text, unless it says why there are no
// credentials; `secrets` is taken out of that. What they build of a document is wiped. All
// functions fail with `invalid` if a document is wrong.
namespace penstock::aws {

// A document with more bytes is refused.
inline constexpr size_t kDocumentBytesMax = 64 * 1024;

// There are two forms of JSON documents: that of the container endpoint and of the instance
// metadata, which has a "Token", and that of a credential_process, which has a "SessionToken" and
// "Version": 1.
enum class JsonForm { endpoint, process };
// Reads a JSON document. Fails with `refused` if the document says why there are no credentials.
[[nodiscard]] base::Result<Credentials> parse_json_credentials(std::string_view text, JsonForm form,
                                                               const base::Redaction& secrets);

// Reads the XML that STS answers to AssumeRole and AssumeRoleWithWebIdentity.
[[nodiscard]] base::Result<Credentials> parse_sts_credentials(std::string_view text);

// Returns the text of an error document of STS, "AccessDenied: User … is not authorized …", or an
// empty text if it is not one. The text is what secrets.shown() returns.
[[nodiscard]] std::string sts_error(std::string_view text, const base::Redaction& secrets);

// Returns the credentials if they are complete and printable, since they become part of headers and
// URLs. Only the session token may be empty.
[[nodiscard]] base::Result<Credentials> checked(Credentials credentials);

}  // namespace penstock::aws
