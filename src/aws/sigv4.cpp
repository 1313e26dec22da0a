#include "aws/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "aws/times.h"
#include "base/ascii_case.h"
#include "base/check.h"

namespace penstock::aws {

using base::WipedText;

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// Holds the bytes of a digest, which is a key on the way to a signature.
struct Digest : std::array<unsigned char, SHA256_DIGEST_LENGTH> {
  Digest() = default;
  Digest(const Digest&) = default;
  Digest& operator=(const Digest&) = default;
  ~Digest() { base::wipe(data(), size()); }
};

std::string hex(const Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const bool done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(),
                         digest.data(), nullptr) != nullptr;
  base::check(done, "OpenSSL computes HMAC-SHA-256");
  return digest;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Removes blanks at both ends, and replaces each run of blanks inside by one space.
WipedText collapsed(std::string_view text) {
  WipedText out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Sorts the headers by name, in lower case, and joins the values of a name that occurs more than
// once.
std::map<std::string, WipedText> canonical_headers(const Parameters& headers) {
  std::map<std::string, WipedText> sorted;
  for (const auto& [name, value] : headers) {
    const auto [entry, is_new] = sorted.try_emplace(base::lower(name), collapsed(value));
    if (!is_new) entry->second.append(",").append(collapsed(value));
  }
  return sorted;
}

Parameters encoded(const Parameters& query) {
  Parameters out;
  for (const auto& [name, value] : query) {
    out.emplace_back(std::string(uri_encode(name)), uri_encode(value));
  }
  return out;
}

WipedText joined(const Parameters& query) {
  WipedText out;
  for (const auto& [name, value] : query) {
    out.append(out.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return out;
}

WipedText canonical_query(const Parameters& query) {
  Parameters sorted = encoded(query);
  std::sort(sorted.begin(), sorted.end());
  return joined(sorted);
}

std::string signed_headers(const Parameters& headers) {
  std::set<std::string> names;
  for (const auto& [name, value] : headers) names.insert(base::lower(name));
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : ";").append(name);
  return out;
}

std::string credential_scope(const Scope& scope) {
  return amz_date(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

}  // namespace

WipedText uri_encode(std::string_view text, bool keep_slashes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  WipedText out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || (keep_slashes && c == '/');
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

WipedText query_text(const Parameters& query) {
  return joined(encoded(query));
}

std::string sha256_hex(std::string_view text) {
  Digest digest;
  const bool done =
      EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  base::check(done, "OpenSSL computes SHA-256");
  return hex(digest);
}

WipedText canonical_request(const SignedRequest& request) {
  WipedText out(request.method);
  out.append("\n").append(uri_encode(request.path, true)).append("\n");
  out.append(canonical_query(request.query)).append("\n");
  for (const auto& [name, value] : canonical_headers(request.headers)) {
    out.append(name).append(":").append(value).append("\n");
  }
  return out.append("\n")
      .append(signed_headers(request.headers))
      .append("\n")
      .append(sha256_hex(request.body));
}

std::string string_to_sign(std::string_view canonical, const Scope& scope) {
  return std::string(kAlgorithm) + "\n" + amz_date(scope.time) + "\n" + credential_scope(scope) +
         "\n" + sha256_hex(canonical);
}

namespace {

// Returns the key of all signatures of one day for one service.
Digest day_key(const Secret& secret_access_key, const Scope& scope) {
  const WipedText first = "AWS4" + secret_access_key.reveal();
  Digest key = hmac(first, amz_date(scope.time).substr(0, 8));
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service),
        std::string_view("aws4_request")}) {
    key = hmac(view(key), part);
  }
  return key;
}

// `make_signature` makes a signature of the text to sign.
template <class MakeSignature>
void sign_with(SignedRequest& request, const Credentials& credentials, const Scope& scope,
               MakeSignature make_signature) {
  request.headers.emplace_back("X-Amz-Date", amz_date(scope.time));
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const std::string text = string_to_sign(canonical_request(request), scope);
  request.headers.emplace_back(
      "Authorization", std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                           credential_scope(scope) + ", SignedHeaders=" +
                           signed_headers(request.headers) + ", Signature=" + make_signature(text));
}

}  // namespace

std::string signature(std::string_view string_to_sign, const Secret& secret_access_key,
                      const Scope& scope) {
  return hex(hmac(view(day_key(secret_access_key, scope)), string_to_sign));
}

void sign(SignedRequest& request, const Credentials& credentials, const Scope& scope) {
  sign_with(request, credentials, scope, [&](std::string_view text) {
    return signature(text, credentials.secret_access_key, scope);
  });
}

struct Signer::Key {
  Secret secret_access_key;
  std::string scope;
  Digest key;
};

Signer::Signer() = default;
Signer::~Signer() = default;

void Signer::sign(SignedRequest& request, const Credentials& credentials, const Scope& scope) {
  std::string key_scope = credential_scope(scope);
  if (!key_ || key_->scope != key_scope ||
      key_->secret_access_key.reveal() != credentials.secret_access_key.reveal()) {
    const Digest key = day_key(credentials.secret_access_key, scope);
    key_ = std::make_unique<Key>(Key{credentials.secret_access_key, std::move(key_scope), key});
  }
  sign_with(request, credentials, scope,
            [&](std::string_view text) { return hex(hmac(view(key_->key), text)); });
}

WipedText presign(const std::string& host, Parameters query, const Credentials& credentials,
                  const Scope& scope, std::chrono::seconds lifetime) {
  query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  query.emplace_back("X-Amz-Credential", credentials.access_key_id + "/" + credential_scope(scope));
  query.emplace_back("X-Amz-Date", amz_date(scope.time));
  query.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
  query.emplace_back("X-Amz-SignedHeaders", "host");
  if (!credentials.session_token.empty()) {
    query.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const SignedRequest request{.query = std::move(query), .headers = {{"host", WipedText(host)}}};
  const std::string text = string_to_sign(canonical_request(request), scope);
  return WipedText("https://" + host + "/?")
      .append(query_text(request.query))
      .append("&X-Amz-Signature=")
      .append(signature(text, credentials.secret_access_key, scope));
}

}  // namespace penstock::aws
