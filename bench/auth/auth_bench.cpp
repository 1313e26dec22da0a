// Measures what it takes to know who sends a request: a token that is new for each request, the
// same one again, an API key; and beside them the signature alone, by OpenSSL.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authenticator.h"
#include "contract/openapi/contract.h"
#include "jose/public_key.h"
#include "jose/signing_key.h"

namespace penstock::bench {
namespace {

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: Orders, version: '1'}
components: {securitySchemes: {login: {type: http, scheme: bearer}}}
paths: {/a: {get: {security: [{login: []}], responses: {'200': {description: x}}}}}
)";

struct Desk {
  jose::SigningKey issuer = jose::SigningKey::generate(jose::Algorithm::es256, "one").value();
  contract::Contract contract = contract::Contract::parse(kContract, "orders.yaml").value();
  boost::asio::io_context io;
  log::Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  std::unique_ptr<auth::Authenticator> authenticator = make();

  std::unique_ptr<auth::Authenticator> make() {
    const boost::json::object keys{{"keys", {issuer.public_jwk()}}};
    const std::string settings =
        R"({"schemes": {"login": {"issuer": "https://id.example", "audience": "orders", "keys": )" +
        boost::json::serialize(keys) + "}}}";
    return auth::Authenticator::make(
               io, contract, auth::read_settings(settings, contract.security_schemes()).value(),
               log)
        .value();
  }
  // Returns a token of about 600 bytes, as issuers send them. `number` makes it another one.
  std::string token(int64_t number) const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    return issuer.sign({{"iss", "https://id.example"},
                        {"aud", "orders"},
                        {"sub", "4a2b8c1e-7f3d-4b6a-9c5e-1d2f3a4b5c6d"},
                        {"iat", now},
                        {"exp", now + 3600},
                        {"jti", std::to_string(number)},
                        {"client_id", "b7c6d5e4-f3a2-41b0-8c9d-0e1f2a3b4c5d"},
                        {"scope", "orders:read orders:write stock:read profile"}});
  }
  static http::RequestMessage request(const std::string& token) {
    http::RequestMessage message;
    message.set_start_line(http::Verb::get, "GET", "/a");
    message.add_header(http::Field::host, "Host", "api.example");
    message.add_header(http::Field::authorization, "Authorization", "Bearer " + token);
    return message;
  }
  bool admits(const http::RequestMessage& request) const {
    const auto decision =
        authenticator->decide_now(*contract.paths()[0].operations[0].security, request);
    return decision && std::holds_alternative<auth::Caller>(*decision);
  }
};

// Measures a request with a token that was seen before.
void same_token(benchmark::State& state) {
  const Desk desk;
  const http::RequestMessage request = Desk::request(desk.token(0));
  for ([[maybe_unused]] auto _ : state) {
    if (!desk.admits(request)) state.SkipWithError("the token is refused");
  }
}
BENCHMARK(same_token);

// Measures a request with a token of ES256 that was not seen before, from its header to the caller.
void new_token(benchmark::State& state) {
  const Desk desk;
  std::vector<http::RequestMessage> requests;
  for (int i = 0; i < 20'000; ++i) requests.push_back(Desk::request(desk.token(i)));
  size_t next = 0;
  for ([[maybe_unused]] auto _ : state) {
    if (!desk.admits(requests[next++ % requests.size()])) {
      state.SkipWithError("the token is refused");
    }
  }
}
BENCHMARK(new_token)->Iterations(20'000);

// Measures the signature of such a token alone.
void signature_alone(benchmark::State& state) {
  const Desk desk;
  const auto key = jose::PublicKey::from_jwk(desk.issuer.public_jwk()).value();
  const std::string text = desk.token(0).substr(0, 500);
  const std::string signature = desk.issuer.signature_of(text);
  for ([[maybe_unused]] auto _ : state) {
    if (!key.verify(jose::Algorithm::es256, text, signature)) state.SkipWithError("it is refused");
  }
}
BENCHMARK(signature_alone);

}  // namespace
}  // namespace penstock::bench

BENCHMARK_MAIN();
