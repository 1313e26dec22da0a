#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auth/authenticator.h"
#include "auth/secrets/scrypt_hash.h"
#include "contract/openapi/contract.h"
#include "jose/signing_key.h"

// This file is for the tests of the Authenticator.
namespace penstock::auth::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The operations have one alternative after the other of what a contract can require.
inline constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: 'Orders "x"', version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
    query: {type: apiKey, in: query, name: key}
    staff: {type: http, scheme: basic}
    login: {type: http, scheme: bearer}
    flows:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://x.example/t', scopes: {read: r, write: w}}}
    mtls: {type: mutualTLS}
    balancer: {type: http, scheme: bearer}
    oidc: {type: openIdConnect, openIdConnectUrl: 'https://id.example/configuration'}
paths:
  /open: {get: {security: [], responses: {'200': {description: x}}}}
  /key: {get: {security: [{key: []}], responses: {'200': {description: x}}}}
  /admin: {get: {security: [{key: [admin]}], responses: {'200': {description: x}}}}
  /staff: {get: {security: [{staff: []}], responses: {'200': {description: x}}}}
  /login: {get: {security: [{login: []}], responses: {'200': {description: x}}}}
  /write: {get: {security: [{flows: [read, write]}], responses: {'200': {description: x}}}}
  /either: {get: {security: [{key: []}, {login: []}], responses: {'200': {description: x}}}}
  /both: {get: {security: [{key: [], query: []}], responses: {'200': {description: x}}}}
  /optional:
    get:
      security: [{}, {key: []}, {login: [admin]}]
      responses: {'200': {description: x}}
  /issuers: {get: {security: [{login: []}, {flows: []}], responses: {'200': {description: x}}}}
  /any: {get: {security: [{staff: []}, {flows: [write]}], responses: {'200': {description: x}}}}
  /mtls: {get: {security: [{mtls: []}], responses: {'200': {description: x}}}}
  /balancer: {get: {security: [{balancer: []}], responses: {'200': {description: x}}}}
  /oidc: {get: {security: [{oidc: []}], responses: {'200': {description: x}}}}
)";

inline std::string sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex;
}

// Has an Authenticator for kContract with all its schemes, clocks that stand still, and clients
// whose address the test chooses. Nobody here waits for a clock.
class Desk {
 public:
  static constexpr std::string_view kKey = "psk_of_ann";
  static constexpr std::string_view kSigner =
      "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/api/01";

  explicit Desk(std::string keys_of_login = "") {
    using boost::json::object;
    const std::string inline_keys = boost::json::serialize(object{{"keys", {issuer.public_jwk()}}});
    const std::string other_keys = boost::json::serialize(object{{"keys", {other.public_jwk()}}});
    if (keys_of_login.empty()) keys_of_login = inline_keys;
    static const std::string kHash = ScryptHash::make("secret:ä").value().text();
    const std::string text =
        R"({"trusted_proxies": ["10.0.0.0/8"], "failures_per_minute": 3, "schemes": {
      "key": {"keys": {"keys": [
        {"name": "ann", "sha256": ")" +
        sha256(kKey) + R"(", "scopes": ["read"]},
        {"name": "old", "sha256": ")" +
        sha256("psk_old") + R"(", "expires": "2026-01-01T00:00:00Z"}]}},
      "query": {"keys": {"keys": [{"name": "q", "sha256": ")" +
        sha256("a+b") + R"("}]}},
      "staff": {"users": {"users": [{"name": "ann", "scrypt": ")" +
        kHash + R"(", "scopes": ["admin"]}]}},
      "login": {"issuer": "https://id.example", "audience": "orders", "keys": )" +
        keys_of_login + R"(},
      "flows": {"issuer": "https://other.example", "audience": "orders", "keys": )" +
        other_keys + R"(},
      "mtls": {"clients": [{"subject": "CN=partner,O=X", "name": "partner", "scopes": ["read"]}]},
      "balancer": {"issuer": "https://id.example", "audience": "orders",
                   "verified_by": "load_balancer"},
      "oidc": {"verified_by": "alb_oidc", "signer": ")" +
        std::string(kSigner) + R"("}
    }})";
    const auto settings = read_settings(text, contract.security_schemes());
    EXPECT_TRUE(settings) << settings.error().message;
    auto made = Authenticator::make(io, contract, settings.value(), log,
                                    {.wall_clock = [this] { return now; },
                                     .steady_clock = [this] { return steady; },
                                     .peer_of = [this](const auto&) { return peer; }});
    EXPECT_TRUE(made) << made.error().message;
    authenticator = *std::move(made);
  }
  ~Desk() { ::close(file_); }

  const contract::Security& security(std::string_view path) const {
    for (const contract::Path& one : contract.paths()) {
      if (one.path == path) return *one.operations.at(0).security;
    }
    throw std::runtime_error("no such path");
  }
  static http::RequestMessage request(const std::string& target, const Headers& headers) {
    http::RequestMessage message;
    message.set_start_line(http::Verb::get, "GET", target);
    for (const auto& [name, value] : headers) {
      message.add_header(boost::beast::http::string_to_field(name), name, value);
    }
    return message;
  }
  // Decides on a request, and waits if that is needed.
  Decision ask(const std::string& target, const Headers& headers = {}) {
    const http::RequestMessage message = request(target, headers);
    const contract::Security& wanted = security(target.substr(0, target.find('?')));
    if (auto decision = authenticator->decide_now(wanted, message)) return *std::move(decision);
    ++waits;
    return wait(wanted, message);
  }
  Decision wait(const contract::Security& wanted, const http::RequestMessage& message) {
    std::optional<Decision> decided;
    const auto decide = [&]() -> async::Awaitable<void> {
      decided = co_await authenticator->decide(wanted, message);
      io.stop();
    };
    io.restart();
    boost::asio::co_spawn(io, decide, boost::asio::detached);
    io.run_for(std::chrono::seconds(60));
    return decided.value();
  }
  // Returns the principal, or the outcome of a refusal with its status.
  std::string outcome(const std::string& target, const Headers& headers = {}) {
    const Decision decision = ask(target, headers);
    if (const auto* caller = std::get_if<Caller>(&decision)) {
      std::string all;
      for (const auto& one : caller->principals()) {
        all += (all.empty() ? "" : "+") + one->scheme + ':' + one->subject;
      }
      return all.empty() ? "anonymous" : all;
    }
    const auto& refusal = std::get<Refusal>(decision);
    return std::to_string(refusal.status) + ' ' + std::string(name_of(refusal.outcome));
  }
  Refusal refusal(const std::string& target, const Headers& headers = {}) {
    return std::get<Refusal>(ask(target, headers));
  }
  // Returns claims that are right for `login`.
  boost::json::object claims() const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    return {{"iss", "https://id.example"},
            {"aud", "orders"},
            {"sub", "bob"},
            {"iat", seconds.count()},
            {"exp", seconds.count() + 300}};
  }
  std::string token() const { return issuer.sign(claims()); }
  std::string other_token(std::string_view scopes) const {
    boost::json::object all = claims();
    all["iss"] = "https://other.example";
    all["scope"] = scopes;
    return other.sign(all);
  }
  static Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }
  // Returns the lines of the log.
  std::string logged() const {
    std::string text(1 << 16, '\0');
    const ssize_t size = ::pread(file_, text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return text;
  }
  std::string metrics() const {
    std::string text;
    authenticator->write_metrics(text);
    return text;
  }

  base::SystemTime now = base::SystemTime(std::chrono::seconds(1'800'000'000));
  base::SteadyTime steady = base::SteadyTime(std::chrono::hours(1000));
  std::optional<boost::asio::ip::address> peer = boost::asio::ip::make_address("192.0.2.1");
  int waits = 0;
  boost::asio::io_context io;
  jose::SigningKey issuer = jose::SigningKey::generate(jose::Algorithm::es256, "one").value();
  jose::SigningKey other = jose::SigningKey::generate(jose::Algorithm::eddsa, "two").value();
  contract::Contract contract = contract::Contract::parse(kContract, "orders.yaml").value();

 private:
  int file_ = ::memfd_create("log", MFD_CLOEXEC);

 public:
  log::Log log{file_, log::Level::info};
  std::unique_ptr<Authenticator> authenticator;
};

}  // namespace penstock::auth::testing
