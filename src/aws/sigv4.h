#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "base/time_text.h"
#include "base/wiped_text.h"

// This file declares AWS Signature Version 4 (AWS, IAM user guide, "Create a signed AWS API
// request"). The functions are pure: the time comes with the Scope. They cannot fail, and any
// thread may call them.
namespace penstock::aws {

// This holds names and values, in order. A name may occur more than once. Values may be secrets.
using Parameters = std::vector<std::pair<std::string, base::WipedText>>;

// Says what a signature is valid for.
struct Scope {
  std::string region;
  std::string service;    // As AWS names it in signatures, such as "sts" or "kafka-cluster".
  base::SystemTime time;  // When the request is signed.
};

// Describes a request to sign. Its path, names and values are not yet encoded.
struct SignedRequest {
  std::string method = "GET";
  // It is encoded once, as S3 expects. Other services expect it to be encoded twice, so a path for
  // them must have no characters to encode.
  std::string path = "/";
  Parameters query = {};
  // All of them are signed. Names may be in upper or lower case. AWS demands that Host is among
  // them.
  Parameters headers = {};
  std::string_view body = {};  // It must outlive the request.
};

// Encodes everything but the unreserved characters of RFC 3986 section 2.3 as %XX; with
// `keep_slashes` it keeps "/", too.
[[nodiscard]] base::WipedText uri_encode(std::string_view text, bool keep_slashes = false);
// Returns "a=1&b=x%20y", in the given order, for a URL's query or the body of a form.
[[nodiscard]] base::WipedText query_text(const Parameters& query);
// Returns the SHA-256 of the text as 64 hexadecimal digits in lower case.
[[nodiscard]] std::string sha256_hex(std::string_view text);

// These are the steps of signing, as AWS documents them. Each takes the result of the one before.
// The last one returns 64 hexadecimal digits in lower case.
[[nodiscard]] base::WipedText canonical_request(const SignedRequest& request);
[[nodiscard]] std::string string_to_sign(std::string_view canonical, const Scope& scope);
[[nodiscard]] std::string signature(std::string_view string_to_sign,
                                    const Secret& secret_access_key, const Scope& scope);

// Adds the headers X-Amz-Date, X-Amz-Security-Token (if there is a session token) and Authorization
// to the request, which must have its other headers already.
void sign(SignedRequest& request, const Credentials& credentials, const Scope& scope);

// Signs as sign() does, for one service and mostly with the same credentials. It keeps the key of a
// day's signatures, which is the larger part of the work. One thread at a time may use it.
class Signer {
 public:
  Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;
  ~Signer();

  void sign(SignedRequest& request, const Credentials& credentials, const Scope& scope);

 private:
  struct Key;
  std::unique_ptr<Key> key_;
};

// Returns a URL that contains its signature, for a GET of "/" without a body: https://HOST/?…. The
// query keeps its order; the parameters of the signature follow in the order of botocore. The URL
// is valid for `lifetime` after the scope's time, and for anyone, so it is a secret.
[[nodiscard]] base::WipedText presign(const std::string& host, Parameters query,
                                      const Credentials& credentials, const Scope& scope,
                                      std::chrono::seconds lifetime);

}  // namespace penstock::aws
