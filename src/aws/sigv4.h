#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "base/time_text.h"

// AWS Signature Version 4 (AWS, IAM user guide, "Create a signed AWS API request").
namespace penstock::aws {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// What a signature is good for.
struct Scope {
  std::string region;
  std::string service;
  base::SystemTime time;
};

// A request as it is signed: names and values before any encoding.
struct SignedRequest {
  std::string method = "GET";
  std::string path = "/";
  Parameters query = {};
  Parameters headers = {};  // All of them are signed; names in any case.
  std::string_view body = {};
};

// RFC 3986's unreserved characters stay, all else becomes %XX, "/" too unless it is kept.
[[nodiscard]] std::string uri_encode(std::string_view text, bool keep_slashes = false);
// "a=1&b=x%20y", in the order given: a query, or a form.
[[nodiscard]] std::string query_text(const Parameters& query);
[[nodiscard]] std::string sha256_hex(std::string_view text);

// The steps, each as AWS documents it.
[[nodiscard]] std::string canonical_request(const SignedRequest& request);
[[nodiscard]] std::string string_to_sign(std::string_view canonical, const Scope& scope);
[[nodiscard]] std::string signature(std::string_view string_to_sign,
                                    const Secret& secret_access_key, const Scope& scope);

// Adds X-Amz-Date, X-Amz-Security-Token if there is one, and Authorization to the request's
// headers.
void sign(SignedRequest& request, const Credentials& credentials, const Scope& scope);

// A URL that carries its signature, for a GET of "/" without a body: https://HOST/?…, with the
// query in the order given, then what signing adds, in the order of botocore.
[[nodiscard]] std::string presign(const std::string& host, Parameters query,
                                  const Credentials& credentials, const Scope& scope,
                                  std::chrono::seconds lifetime);

}  // namespace penstock::aws
