#include "auth/schemes/token_scheme.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "auth/schemes/quoted_text.h"
#include "auth/schemes/token_principal.h"
#include "json/view.h"

namespace penstock::auth {
namespace {

using State = Check::State;
using jose::Fault;

// It is the header of "Authenticate users using an Application Load Balancer" (AWS).
constexpr std::string_view kOidcHeader = "x-amzn-oidc-data";
constexpr std::chrono::seconds kNoKeysRetry{10};

// Says to the client what it can do about: get a new token, or send one that is a token. All else
// would help somebody to make a better one.
std::string_view public_fault(Fault fault) {
  switch (fault) {
    case Fault::too_long:
    case Fault::malformed:
    case Fault::encrypted:
    case Fault::nested:
      return "cannot be read";
    case Fault::expired:
      return "has expired";
    case Fault::not_yet_valid:
      return "is not valid yet";
    default:
      return "is not valid";
  }
}

Check refused(Fault fault) {
  Check check;
  check.fault = public_fault(fault);
  check.state = check.fault == public_fault(Fault::malformed) ? State::malformed : State::refused;
  check.reason = jose::name_of(fault);
  return check;
}

Check refused(std::string reason) {
  Check check;
  check.state = State::refused;
  check.fault = "is not valid";
  check.reason = std::move(reason);
  return check;
}

}  // namespace

TokenScheme::TokenScheme(std::string name, const contract::SecurityScheme& scheme,
                         BearerSettings settings, std::unique_ptr<TokenKeys> keys,
                         TokenCache::Limits limits)
    : name_(std::move(name)),
      scheme_(scheme),
      settings_(std::move(settings)),
      keys_(std::move(keys)),
      cache_(limits) {}

Credential TokenScheme::read(const Attempt& attempt) const {
  return settings_.verifier == TokenVerifier::alb_oidc
             ? read_single_header(kOidcHeader, attempt.request())
             : read_bearer(attempt.request());
}

Check TokenScheme::take(std::string_view text, boost::json::object claims) {
  const base::SystemTime end = jose::end_of(claims, settings_.rules);
  auto principal = principal_of(std::move(claims), name_, settings_, scheme_);
  if (!principal) return refused(std::move(principal.error().message));
  Check check;
  check.state = State::accepted;
  check.principal = *principal;
  cache_.add(text, check.principal, memory_of(**principal), end);
  return check;
}

// A key that is not here is asked for only if all else of the token is right: so nobody makes this
// program ask by a token of another issuer, or an old one.
std::optional<Check> TokenScheme::find_key(const jose::Token& token, const Attempt& attempt,
                                           bool may_ask) const {
  const auto claims = token.trust(settings_.rules, attempt.now());
  if (const Fault* fault = std::get_if<Fault>(&claims)) return refused(*fault);
  const bool is_asking = may_ask && keys_->may_ask(token.key_id());
  if (is_asking && attempt.request().may_wait) return std::nullopt;
  Check check = refused(Fault::unknown_key);
  if (is_asking || keys_->is_busy(token.key_id())) {
    check.state = State::too_busy;
    check.reason = "too many requests wait";
  } else if (std::string problem = keys_->problem(); !problem.empty()) {
    check.state = State::no_keys;
    check.reason = std::move(problem);
  }
  check.retry_after = kNoKeysRetry;
  return check;
}

std::optional<Check> TokenScheme::verify(std::string_view text, const Attempt& attempt,
                                         bool may_ask) {
  const bool is_oidc = settings_.verifier == TokenVerifier::alb_oidc;
  const auto parsed = jose::Token::parse(text, is_oidc);
  if (const Fault* fault = std::get_if<Fault>(&parsed)) return refused(*fault);
  const auto& token = std::get<jose::Token>(parsed);
  if (is_oidc && json::text(token.header().if_contains("signer")) != settings_.signer) {
    return refused("the token's signer is another load balancer");
  }
  if (keys_ == nullptr) {
    auto claims = token.trust(settings_.rules, attempt.now());
    if (const Fault* fault = std::get_if<Fault>(&claims)) return refused(*fault);
    return take(text, std::get<boost::json::object>(std::move(claims)));
  }
  const TokenKeys::Keys keys = keys_->find(token.key_id());
  if (keys == nullptr) return find_key(token, attempt, may_ask);
  auto claims = token.verify(*keys, settings_.rules, attempt.now());
  if (const Fault* fault = std::get_if<Fault>(&claims)) {
    if (*fault == Fault::unknown_key) return find_key(token, attempt, may_ask);
    return refused(*fault);
  }
  return take(text, std::get<boost::json::object>(std::move(claims)));
}

std::optional<Check> TokenScheme::check_now(const Attempt& attempt) {
  const Credential token = read(attempt);
  Check check;
  if (token.state == Credential::State::absent) return check;
  // A load balancer's word counts only if it is the balancer who says it.
  const bool is_believed = settings_.verifier == TokenVerifier::api || attempt.from_trusted_proxy();
  if (token.state == Credential::State::sent && is_believed) {
    if (check.principal = cache_.find(token.text, attempt.now()); check.principal != nullptr) {
      check.state = State::accepted;
      return check;
    }
  }
  check.retry_after = attempt.wait_of_address();
  if (check.retry_after.count() > 0) {
    check.state = State::too_many_failures;
    check.reason = "of the address";
    return check;
  }
  if (token.state == Credential::State::malformed) {
    check.state = State::malformed;
    check.fault = token.fault;
    check.reason = std::string(token.fault);
    return check;
  }
  if (!is_believed) {
    return refused(
        "the token came from an address that is not a trusted proxy, so that no load "
        "balancer has verified it");
  }
  const bool has_rival = std::any_of(rivals_.begin(), rivals_.end(), [&](const auto* rival) {
    return rival->cache_.has(token.text, attempt.now());
  });
  if (has_rival) return refused(Fault::issuer);
  return verify(token.text, attempt, true);
}

async::Awaitable<Check> TokenScheme::check(const Attempt& attempt) {
  const Credential token = read(attempt);
  std::string id;
  const auto parsed = jose::Token::parse(token.text, settings_.verifier == TokenVerifier::alb_oidc);
  if (const auto* read = std::get_if<jose::Token>(&parsed)) id = read->key_id();
  static_cast<void>(
      co_await keys_->ask(std::move(id), std::chrono::steady_clock::now() + kKeyWaitMax));
  co_return verify(token.text, attempt, false).value_or(Check{});
}

bool TokenScheme::excludes(const TokenScheme& other) const {
  const std::string& own = settings_.rules.issuer;
  const std::string& others = other.settings_.rules.issuer;
  return !own.empty() && !others.empty() && own != others && place() == other.place();
}

std::string TokenScheme::credential() const {
  return settings_.verifier == TokenVerifier::alb_oidc
             ? "the token that the load balancer adds"
             : "the bearer token in the header Authorization";
}

std::string TokenScheme::place() const {
  return settings_.verifier == TokenVerifier::alb_oidc ? "header x-amzn-oidc-data"
                                                       : "header authorization";
}

std::string TokenScheme::challenge(std::string_view realm) const {
  return "Bearer realm=" + quoted_text(realm);
}

}  // namespace penstock::auth
