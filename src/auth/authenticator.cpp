#include "auth/authenticator.h"

#include <algorithm>
#include <utility>

#include "auth/authentication_metrics.h"
#include "auth/decision.h"
#include "auth/failures.h"
#include "auth/known_schemes.h"
#include "contract/document/document.h"

namespace penstock::auth {
namespace {

using State = Check::State;

constexpr size_t kRealmBytesMax = 60;

// The realm is the contract's title, as far as it is ASCII: browsers show it to their users.
std::string realm_of(const contract::Contract& contract) {
  const contract::Node* info = contract.document().find("info");
  const contract::Node* title = info == nullptr ? nullptr : info->find("title");
  std::string realm;
  for (const char c : title == nullptr ? std::string() : title->text) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') realm += c;
    if (realm.size() == kRealmBytesMax) break;
  }
  return realm.empty() ? "api" : realm;
}

}  // namespace

struct Authenticator::Data {
  Data(boost::asio::io_context& io, log::Log& own_log, const Settings& settings,
       AuthenticatorSurroundings own_surroundings)
      : surroundings(std::move(own_surroundings)),
        log(own_log),
        addresses(settings, surroundings.peer_of),
        failures(settings.failures_per_minute),
        schemes(io, own_log) {}

  AuthenticatorSurroundings surroundings;
  log::Log& log;
  std::string realm;
  ClientAddresses addresses;
  Failures failures;
  KnownSchemes schemes;
  AuthenticationMetrics metrics;
  bool has_warned = false;  // Of a proxy that is not trusted.
  Deciding::FindScheme find = [this](const contract::SecurityNeed& need) {
    return schemes.find(need.scheme);
  };

  [[nodiscard]] Attempt attempt(const http::RequestMessage& request) const {
    return {request, surroundings.wall_clock(), surroundings.steady_clock(), addresses, failures};
  }
  void count_failures(const Deciding::Checks& checks, const Attempt& attempt);
  void warn_of_proxy(const http::RequestMessage& request);
  [[nodiscard]] Decision finish(Decision decision, const Deciding& deciding,
                                const Attempt& attempt);
};

// A credential that is wrong for one scheme and right for another is no failure: two issuers'
// tokens come in one header. All others count, even if the request is admitted for another
// credential: otherwise whoever has a key could try passwords beside it.
void Authenticator::Data::count_failures(const Deciding::Checks& checks, const Attempt& attempt) {
  for (const auto& [scheme, check] : checks) {
    if (check.state != State::refused && check.state != State::malformed) continue;
    const std::string place = scheme->scheme->place();
    const bool is_right = std::any_of(checks.begin(), checks.end(), [&](const auto& other) {
      return other.second.state == State::accepted && other.first->scheme->place() == place;
    });
    if (is_right) continue;
    failures.count_address(attempt.address(), attempt.steady_now());
    if (!check.user.empty()) failures.count_user(check.user, attempt.steady_now());
    warn_of_proxy(attempt.request());
    return;  // A request is one failure.
  }
}

void Authenticator::Data::warn_of_proxy(const http::RequestMessage& request) {
  if (has_warned || !addresses.is_ignored_proxy(request)) return;
  has_warned = true;
  log::Line(log, log::Level::warning,
            "failed credentials count for the address of a proxy, and so for all of its clients: "
            "name its network in trusted_proxies of the settings of authentication");
}

Decision Authenticator::Data::finish(Decision decision, const Deciding& deciding,
                                     const Attempt& attempt) {
  if (const auto* caller = std::get_if<Caller>(&decision)) {
    metrics.count(caller->principal().scheme,
                  caller->is_anonymous() ? Outcome::anonymous : Outcome::accepted);
  } else {
    const auto& refusal = std::get<Refusal>(decision);
    metrics.count(refusal.scheme, refusal.outcome);
  }
  count_failures(deciding.checks(), attempt);
  return decision;
}

Authenticator::Authenticator(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Authenticator::~Authenticator() = default;

base::Result<std::unique_ptr<Authenticator>> Authenticator::make(
    boost::asio::io_context& io, const contract::Contract& contract, const Settings& settings,
    log::Log& log, AuthenticatorSurroundings surroundings) {
  auto data = std::make_unique<Data>(io, log, settings, std::move(surroundings));
  data->realm = realm_of(contract);
  if (auto made = data->schemes.make(contract, settings); !made) return made.error();
  data->schemes.start();
  return std::unique_ptr<Authenticator>(new Authenticator(std::move(data)));
}

std::optional<Decision> Authenticator::decide_now(const contract::Security& security,
                                                  const http::RequestMessage& request) {
  const Attempt attempt = data_->attempt(request);
  Deciding deciding(security, attempt, data_->find, data_->realm);
  std::optional<Decision> decision = deciding.decide();
  if (!decision) return std::nullopt;
  return data_->finish(*std::move(decision), deciding, attempt);
}

async::Awaitable<Decision> Authenticator::decide(const contract::Security& security,
                                                 const http::RequestMessage& request) {
  const Attempt attempt = data_->attempt(request);
  Deciding deciding(security, attempt, data_->find, data_->realm);
  std::optional<Decision> decision = deciding.decide();
  // Each turn checks one more scheme, so that there are no more turns than schemes.
  while (!decision) {
    Check check = co_await deciding.waiting().scheme->check(attempt);
    deciding.add(std::move(check));
    decision = deciding.decide();
  }
  co_return data_->finish(*std::move(decision), deciding, attempt);
}

std::string Authenticator::client_address(const http::RequestMessage& request) const {
  return data_->addresses.of(request);
}

std::string Authenticator::not_ready_reason() const {
  return data_->schemes.not_ready_reason();
}

void Authenticator::write_metrics(std::string& out) const {
  data_->metrics.write(out);
  data_->schemes.write_metrics(out);
}

std::vector<std::string> Authenticator::sources() const {
  return data_->schemes.sources();
}

}  // namespace penstock::auth
