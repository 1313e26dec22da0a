#include "jose/web_token.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii_case.h"
#include "jose/base64url.h"
#include "json/reader.h"
#include "json/view.h"

namespace penstock::jose {

namespace {

using boost::json::object;

// A header has a handful of members, and claims of one issuer seldom more than fifty.
constexpr json::Limits kHeaderLimits{.depth_max = 8, .properties_max = 64};
constexpr json::Limits kClaimsLimits{.depth_max = 16, .properties_max = 1000};

// A reader keeps its memory: to make one takes as long as half of a signature's verification.
json::Reader& header_reader() {
  thread_local json::Reader reader(kHeaderLimits);
  return reader;
}
json::Reader& claims_reader() {
  thread_local json::Reader reader(kClaimsLimits);
  return reader;
}

// Reads base64url of a JSON object. A member that occurs twice is refused (RFC 7515 section 4).
std::optional<object> read_object(std::string_view text, bool padded, json::Reader& reader) {
  const auto bytes = from_base64url(text, padded ? Padding::allowed : Padding::refused);
  if (!bytes) return std::nullopt;
  auto read = reader.read(*bytes, {});
  if (!read || !read->is_object()) return std::nullopt;
  return std::move(read->get_object());
}

// Says whether `cty` stands for a token. It may be written as a media type.
bool is_nested(std::string_view type) {
  return base::same_in_any_case(type, "JWT") || base::same_in_any_case(type, "application/jwt");
}

// Checks what a load balancer has written into the header, and completes the claims with it. Of two
// `exp` the earlier one is kept.
std::optional<Fault> take_header_claims(const object& header, const TokenRules& rules,
                                        base::SystemTime now, object& claims) {
  object of_header;
  for (const std::string_view name :
       {std::string_view("iss"), std::string_view("exp"), std::string_view(rules.audience_claim)}) {
    if (const auto* claim = header.if_contains(name)) of_header[name] = *claim;
  }
  TokenRules registered = rules;
  registered.required_claims.clear();
  if (const auto fault = check_claims(of_header, registered, now)) return fault;
  for (const auto& claim : of_header) {
    if (!claims.contains(claim.key())) claims.insert(claim);
  }
  if (end_of(of_header, rules) < end_of(claims, rules)) claims["exp"] = of_header["exp"];
  return std::nullopt;
}

std::variant<object, Fault> read_claims(const object& header, std::string_view payload, bool padded,
                                        const TokenRules& rules, base::SystemTime now) {
  auto claims = read_object(payload, padded, claims_reader());
  if (!claims) return Fault::malformed;
  if (rules.in_header) {
    if (const auto fault = take_header_claims(header, rules, now, *claims)) return *fault;
  }
  if (const auto fault = check_claims(*claims, rules, now)) return *fault;
  return std::move(*claims);
}

}  // namespace

std::variant<Token, Fault> Token::parse(std::string_view text, bool padded) {
  if (text.size() > kBytesMax) return Fault::too_long;
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (dots == 4) return Fault::encrypted;
  if (dots != 2) return Fault::malformed;
  const size_t first = text.find('.');
  const size_t second = text.rfind('.');
  Token token;
  token.padded_ = padded;
  token.signed_text_ = text.substr(0, second);
  token.payload_ = text.substr(first + 1, second - first - 1);
  token.signature_ = text.substr(second + 1);
  auto header = read_object(text.substr(0, first), padded, header_reader());
  if (!header) return Fault::malformed;
  token.header_ = std::move(*header);
  if (const auto fault = token.read_header()) return *fault;
  return token;
}

std::optional<Fault> Token::read_header() {
  const auto algorithm = json::text(header_.if_contains("alg"));
  if (!algorithm) return Fault::malformed;
  for (const std::string_view name : {"typ", "cty", "kid"}) {
    const auto* member = header_.if_contains(name);
    if (member != nullptr && !member->is_string()) return Fault::malformed;
  }
  // No extension is known here, and what `crit` names must be understood.
  if (header_.contains("crit") || header_.contains("b64")) return Fault::critical_header;
  if (is_nested(json::text(header_.if_contains("cty")).value_or(""))) return Fault::nested;
  const auto known = algorithm_named(*algorithm);
  if (!known) return Fault::algorithm;
  algorithm_ = *known;
  if (const auto id = json::text(header_.if_contains("kid"))) {
    if (id->empty() || id->size() > PublicKey::kIdBytesMax) return Fault::malformed;
    key_id_ = *id;
  }
  return std::nullopt;
}

std::optional<Fault> Token::check_header(const TokenRules& rules) const {
  const auto& allowed = rules.algorithms;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), algorithm_) == allowed.end()) {
    return Fault::algorithm;
  }
  if (!allows_type(rules, header_.if_contains("typ"))) return Fault::type;
  return std::nullopt;
}

std::variant<object, Fault> Token::verify(const KeySet& keys, const TokenRules& rules,
                                          base::SystemTime now) const {
  if (const auto fault = check_header(rules)) return *fault;
  const PublicKey* key = keys.find(key_id_, algorithm_);
  if (key == nullptr) return Fault::unknown_key;
  const auto signature = from_base64url(signature_, padded_ ? Padding::allowed : Padding::refused);
  if (!signature) return Fault::malformed;
  if (!key->verify(algorithm_, signed_text_, *signature)) return Fault::signature;
  return read_claims(header_, payload_, padded_, rules, now);
}

std::variant<object, Fault> Token::trust(const TokenRules& rules, base::SystemTime now) const {
  if (const auto fault = check_header(rules)) return *fault;
  return read_claims(header_, payload_, padded_, rules, now);
}

}  // namespace penstock::jose
