#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/result.h"

// The documents in which credentials come. Foreign bytes: bounded, and no error repeats their text.
namespace penstock::aws {

inline constexpr size_t kDocumentBytesMax = 64 * 1024;

// JSON of the container endpoint and of the instance metadata ("Token"), and of a
// credential_process
// ("SessionToken", "Version": 1).
enum class JsonForm { endpoint, process };
[[nodiscard]] base::Result<Credentials> parse_json_credentials(std::string_view text,
                                                               JsonForm form);

// XML of STS' AssumeRole and AssumeRoleWithWebIdentity.
[[nodiscard]] base::Result<Credentials> parse_sts_credentials(std::string_view text);

// "AccessDenied: User … is not authorized …" out of STS' error document, or empty. Cut to a
// printable line of 300 bytes.
[[nodiscard]] std::string sts_error(std::string_view text);

// Ids and tokens go into headers and URLs: printable, and not empty but for the token.
[[nodiscard]] base::Result<Credentials> checked(Credentials credentials);

}  // namespace penstock::aws
