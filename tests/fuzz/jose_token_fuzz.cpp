// Reads tokens, as they are and as the claims of a token whose signature is not looked at.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "jose/base64url.h"
#include "jose/web_token.h"
#include "json/writer.h"

namespace {

using namespace penstock;

const base::SystemTime kNow(std::chrono::seconds(1'800'000'000));

// A fuzzer finds no signature of these keys. They are the curve's generator, and one of RFC 8037.
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"k",)"
    R"("x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",)"
    R"("y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},{"kty":"OKP","crv":"Ed25519",)"
    R"("kid":"e","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

void read(std::string_view text, bool padded) {
  static const jose::KeySet kSet = jose::KeySet::parse(kKeys).value();
  const jose::TokenRules rules{.issuer = "https://id.example",
                               .audiences = {"orders"},
                               .required_claims = {{"token_use", "access"}},
                               .in_header = padded};
  const auto read = jose::Token::parse(text, padded);
  if (const auto* fault = std::get_if<jose::Fault>(&read)) {
    base::check(!name_of(*fault).empty(), "a fault has a word");
    return;
  }
  const auto& token = std::get<jose::Token>(read);
  const auto verdict = token.verify(kSet, rules, kNow);
  base::check(std::holds_alternative<jose::Fault>(verdict), "nobody can sign with these keys");
  const auto trusted = token.trust(rules, kNow);
  if (const auto* claims = std::get_if<boost::json::object>(&trusted)) {
    base::check(claims->at("iss") == "https://id.example", "the issuer is the one of the rules");
    base::check(jose::end_of(*claims, rules) > kNow, "the token has not ended");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text, false);
  read(text, true);
  // The first line is a header, and the rest the claims.
  const size_t line = text.find('\n');
  if (line != std::string_view::npos) {
    const std::string header = jose::to_base64url(text.substr(0, line));
    const std::string claims = jose::to_base64url(text.substr(line + 1));
    read(header + "." + claims + ".AAAA", false);
    read(header + "." + claims + ".AAAA", true);
  }
  // Each sequence of bytes has one text, and each text at most one sequence.
  base::check(jose::from_base64url(jose::to_base64url(text)) == text, "bytes survive their text");
  if (const auto bytes = jose::from_base64url(text)) {
    base::check(jose::to_base64url(*bytes) == text, "a text survives its bytes");
  }
  return 0;
}
