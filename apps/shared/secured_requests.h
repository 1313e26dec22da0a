#pragma once

#include <string>
#include <vector>

#include "auth/test_credentials/test_credentials.h"
#include "contract/examples/request_sample.h"

namespace penstock::apps {

// Is a request with test credentials that shows how a scheme of the contract is used.
struct SecuredRequest {
  std::string scheme;
  contract::RequestSample request;
};

// Adds what proves who sends it to a request.
void add_credentials(contract::RequestSample& request, const auth::CredentialParts& parts);

// Returns a request for each scheme, of the operation that needs the fewest others beside it, and
// rather of a GET. Schemes that no operation takes are left out, and those whose operations allow
// no request that a user can type.
[[nodiscard]] std::vector<SecuredRequest> secured_requests(
    const contract::Contract& contract, const auth::TestCredentials& credentials);

// Says whether a user can be shown the request as one line of a shell: it has at most a short body
// in JSON, and nothing in it ends a text in single quotes.
[[nodiscard]] bool fits_a_line(const contract::RequestSample& request);

// Returns the command that sends the request, which fits a line. `url` is that of the server,
// without a path.
[[nodiscard]] std::string curl_of(const contract::RequestSample& request, const std::string& url);

// Says to a user that a scheme has no credential, and why.
[[nodiscard]] std::string sentence_of(const auth::MissingCredential& missing);

}  // namespace penstock::apps
