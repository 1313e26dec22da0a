// Measures the CPU time of a token's verification beside that of OpenSSL alone, with the key loaded
// and the text hashed. See bench/README.md.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "jose/base64url.h"
#include "jose/ecdsa_signature.h"
#include "jose/openssl_handles.h"
#include "jose/signing_key.h"
#include "jose/web_token.h"
#include "json/writer.h"

namespace penstock::bench {
namespace {

using benchmark::State;
using jose::Algorithm;

const base::SystemTime kNow(std::chrono::seconds(1'800'000'000));
const jose::TokenRules kRules{.issuer = "https://id.example/realms/orders",
                              .audiences = {"orders"}};

// Returns claims as issuers write them. The token has about 600 bytes.
boost::json::object claims() {
  return {{"iss", kRules.issuer},
          {"aud", "orders"},
          {"sub", "8a1f6a53-6f0c-4a8e-9f57-2f0f3f0d2c11"},
          {"client_id", "web"},
          {"scope", "openid profile email orders:read orders:write"},
          {"iat", 1'799'999'900},
          {"exp", 1'800'000'300},
          {"jti", "0d3f8f4e-52b4-4c8f-9a2e-8d7f5d1b6c3a"},
          {"email", "ann@example.org"},
          {"name", "Ann Example"}};
}

void verify_token(State& state, Algorithm algorithm) {
  const jose::SigningKey pair = jose::SigningKey::generate(algorithm, "2026-01").value();
  const std::string text = pair.sign(claims());
  const jose::KeySet keys =
      jose::KeySet::parse(json::to_text(boost::json::object{{"keys", {pair.public_jwk()}}}))
          .value();
  for (auto _ : state) {
    const auto token = jose::Token::parse(text);
    const auto verdict = std::get<jose::Token>(token).verify(keys, kRules, kNow);
    if (std::holds_alternative<jose::Fault>(verdict)) state.SkipWithError("the token is refused");
  }
  state.counters["bytes"] = static_cast<double>(text.size());
}

// Measures OpenSSL's one call for a signature, with the same text.
void verify_by_openssl(State& state, Algorithm algorithm) {
  const jose::SigningKey pair = jose::SigningKey::generate(algorithm, "2026-01").value();
  const std::string pem = pair.public_pem();
  const jose::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const jose::KeyHandle key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  const std::string token = pair.sign(claims());
  const std::string text = token.substr(0, token.rfind('.'));
  std::string signature = *jose::from_base64url(token.substr(text.size() + 1));
  if (algorithm == Algorithm::es256) signature = jose::EcdsaSignature(signature).der();
  const EVP_MD* const digest = algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
  for (auto _ : state) {
    const jose::DigestContext context(EVP_MD_CTX_new());
    EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get());
    const int verified = EVP_DigestVerify(
        context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
        reinterpret_cast<const unsigned char*>(text.data()), text.size());
    if (verified != 1) state.SkipWithError("the signature is refused");
  }
}

BENCHMARK_CAPTURE(verify_token, es256, Algorithm::es256);
BENCHMARK_CAPTURE(verify_by_openssl, es256, Algorithm::es256);
BENCHMARK_CAPTURE(verify_token, rs256, Algorithm::rs256);
BENCHMARK_CAPTURE(verify_by_openssl, rs256, Algorithm::rs256);
BENCHMARK_CAPTURE(verify_token, eddsa, Algorithm::eddsa);
BENCHMARK_CAPTURE(verify_by_openssl, eddsa, Algorithm::eddsa);

}  // namespace
}  // namespace penstock::bench

BENCHMARK_MAIN();
