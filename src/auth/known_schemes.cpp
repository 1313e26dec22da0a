#include "auth/known_schemes.h"

#include <algorithm>
#include <set>
#include <utility>

#include "auth/authentication_metrics.h"
#include "auth/schemes/certificate_scheme.h"
#include "auth/schemes/key_scheme.h"
#include "auth/schemes/password_scheme.h"
#include "auth/schemes/quoted_text.h"
#include "auth/settings/scheme_settings.h"
#include "base/printable_text.h"

namespace penstock::auth {
namespace {

using base::Result;

// All token caches of a program share these.
constexpr TokenCache::Limits kCacheLimits;
// So many keys of a set that are left out are in the log, each with the reason.
constexpr size_t kLeftOutShown = 5;

class UnsetScheme : public Scheme {
 public:
  std::optional<Check> check_now(const Attempt&) override { return Check{}; }
  std::string credential() const override { return "a credential that is not checked here"; }
  std::string place() const override { return ""; }
  std::string challenge(std::string_view realm) const override {
    return "Unset realm=" + quoted_text(realm);
  }
};

std::string counted(size_t number, std::string_view what) {
  return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

// Says for the schemes that operations require and the settings lack, each once, what to do.
std::string missing_schemes(const contract::Contract& contract, const Settings& settings) {
  std::string text;
  std::set<std::string> named;
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (!operation.not_served.empty()) continue;
      for (const contract::SecurityRequirement& one : operation.security->requirements) {
        for (const contract::SecurityNeed& need : one) {
          if (settings.schemes.contains(need.name) || !named.insert(need.name).second) continue;
          const std::string why = why_not_served(*need.scheme);
          text += (text.empty() ? "" : "\n") + base::printable(operation.where, 500) +
                  ": operation '" + base::printable(operation.id, 200) +
                  "' requires the security scheme '" + base::printable(need.name, 200) + "'; ";
          text += why.empty() ? "the settings of authentication must say at /schemes/" +
                                    base::printable(need.name, 200) + " by what it is verified"
                              : why;
        }
      }
    }
  }
  return text;
}

}  // namespace

KnownSchemes::KnownSchemes(boost::asio::io_context& io, log::Log& log)
    : io_(io),
      log_(log),
      unset_{.name = "", .scheme = std::make_unique<UnsetScheme>()},
      keeper_(io, log) {}

Result<DocumentKeeper::Document*> KnownSchemes::keep(const std::string& scheme,
                                                     std::string_view what,
                                                     const DocumentPlace& place,
                                                     ReadDocument read) {
  const std::string name = "the " + std::string(what) + " of " + base::printable(scheme, 100);
  auto document = keeper_.keep(name, place, std::move(read));
  if (!document) {
    base::Error error = document.error();
    error.message = name + ": " + error.message;
    return error;
  }
  kept_.push_back({scheme, name, *document});
  sources_.push_back(name + " come from " + DocumentKeeper::source(**document));
  return document;
}

Result<> KnownSchemes::make_bearer(KnownScheme& known, const contract::SecurityScheme& scheme,
                                   const BearerSettings& settings) {
  std::unique_ptr<TokenKeys> keys;
  IssuerKeys* issuer = nullptr;
  if (settings.verifier == TokenVerifier::api) {
    auto own = std::make_unique<IssuerKeys>();
    issuer = own.get();
    keys = std::move(own);
  } else if (settings.verifier == TokenVerifier::alb_oidc) {
    const auto url = BalancerKeys::url_of(settings.keys.place);
    if (!url) return url.error();
    keys = std::make_unique<KeysOfBalancers>(std::make_unique<BalancerKeys>(io_, log_, *url));
    sources_.push_back("tokens of " + known.name +
                       " are verified by the keys of the load balancer " + settings.signer +
                       " from " + *url);
  } else {
    sources_.push_back("tokens of " + known.name +
                       " are verified by the load balancer; their issuer, audience and times are "
                       "checked here");
  }
  const TokenCache::Limits limits{.tokens = kCacheLimits.tokens / bearer_count_,
                                  .bytes = kCacheLimits.bytes / bearer_count_};
  auto own = std::make_unique<TokenScheme>(known.name, scheme, settings, std::move(keys), limits);
  TokenScheme* const tokens = own.get();
  known.scheme = std::move(own);
  token_schemes_.push_back(tokens);
  token_names_.push_back(known.name);
  if (issuer == nullptr) return {};
  ReadDocument read = [tokens, issuer](std::string_view text) -> Result<NewContent> {
    auto parsed = jose::KeySet::parse(text);
    if (!parsed) return parsed.error();
    auto set = std::make_shared<const jose::KeySet>(*std::move(parsed));
    // Nobody withdraws keys by publishing others that cannot be used.
    if (set->size() == 0 && !set->ignored().empty()) {
      return base::Error{
          .code = base::ErrorCode::invalid,
          .message = "the key set has no key that can be used: " + set->ignored().front()};
    }
    std::string summary = counted(set->size(), "key");
    for (size_t i = 0; i < set->ignored().size(); ++i) {
      if (i == kLeftOutShown) {
        summary += "; and " + counted(set->ignored().size() - i, "other") + " left out";
        break;
      }
      summary += "; " + set->ignored()[i];
    }
    return NewContent{.put_in_force =
                          [tokens, issuer, set] {
                            issuer->set(set);
                            tokens->keys_changed();
                          },
                      .summary = std::move(summary)};
  };
  const auto document = keep(known.name, "keys", settings.keys, std::move(read));
  if (!document) return document.error();
  issuer->set_document(keeper_, **document);
  return {};
}

Result<> KnownSchemes::make_one(const std::string& name, const contract::SecurityScheme& scheme,
                                const SchemeSettings& settings) {
  KnownScheme& known = schemes_.emplace_back(KnownScheme{.name = name, .scheme = nullptr});
  by_scheme_.emplace(&scheme, &known);
  if (const auto* bearer = std::get_if<BearerSettings>(&settings)) {
    return make_bearer(known, scheme, *bearer);
  }
  if (const auto* certificates = std::get_if<CertificateSettings>(&settings)) {
    known.scheme = std::make_unique<CertificateScheme>(name, *certificates);
    sources_.push_back("certificates of " + name + " are verified by the load balancer");
    return {};
  }
  if (const auto* place = std::get_if<KeySettings>(&settings)) {
    auto own = std::make_unique<KeyScheme>(scheme);
    KeyScheme* const keys = own.get();
    known.scheme = std::move(own);
    ReadDocument read = [keys, name](std::string_view text) -> Result<NewContent> {
      auto parsed = ApiKeys::parse(text, name);
      if (!parsed) return parsed.error();
      auto read_keys = std::make_shared<const ApiKeys>(*std::move(parsed));
      return NewContent{.put_in_force = [keys, read_keys] { keys->set(read_keys); },
                        .summary = counted(read_keys->size(), "key")};
    };
    const auto document = keep(name, "API keys", place->keys, std::move(read));
    if (!document) return document.error();
    return {};
  }
  auto own = std::make_unique<PasswordScheme>(io_);
  PasswordScheme* const passwords = own.get();
  known.scheme = std::move(own);
  ReadDocument read = [passwords, name](std::string_view text) -> Result<NewContent> {
    auto parsed = Users::parse(text, name);
    if (!parsed) return parsed.error();
    auto users = std::make_shared<const Users>(*std::move(parsed));
    return NewContent{.put_in_force = [passwords, users] { passwords->set(users); }};
  };
  const auto document =
      keep(name, "users", std::get<PasswordSettings>(settings).users, std::move(read));
  if (!document) return document.error();
  return {};
}

void KnownSchemes::make_rivals() {
  for (TokenScheme* one : token_schemes_) {
    std::vector<const TokenScheme*> rivals;
    for (const TokenScheme* other : token_schemes_) {
      if (one->excludes(*other)) rivals.push_back(other);
    }
    one->set_rivals(std::move(rivals));
  }
}

Result<> KnownSchemes::make(const contract::Contract& contract, const Settings& settings) {
  const auto invalid = [](std::string message) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(message)};
  };
  if (std::string missing = missing_schemes(contract, settings); !missing.empty()) {
    return invalid(std::move(missing));
  }
  bearer_count_ = static_cast<size_t>(std::count_if(
      settings.schemes.begin(), settings.schemes.end(),
      [](const auto& one) { return std::holds_alternative<BearerSettings>(one.second); }));
  for (const auto& [name, scheme_settings] : settings.schemes) {
    const auto scheme = contract.security_schemes().find(name);
    if (scheme == contract.security_schemes().end()) {
      return invalid("the contract has no security scheme '" + base::printable(name, 200) + "'");
    }
    if (auto made = make_one(name, scheme->second, scheme_settings); !made) return made;
  }
  make_rivals();
  return {};
}

std::string KnownSchemes::not_ready_reason() const {
  for (const Kept& one : kept_) {
    if (DocumentKeeper::is_there(*one.document)) continue;
    const std::string problem = DocumentKeeper::problem(*one.document);
    return one.name + " are not there yet" + (problem.empty() ? "" : ": " + problem);
  }
  return "";
}

std::vector<std::string> KnownSchemes::sources() const {
  return sources_;
}

void KnownSchemes::write_metrics(std::string& out) const {
  using Metrics = AuthenticationMetrics;
  const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                         const auto& value_of) {
    if (token_schemes_.empty()) return;
    Metrics::write_head(out, name, type, help);
    for (size_t i = 0; i < token_schemes_.size(); ++i) {
      Metrics::write_value(out, name, token_names_[i], value_of(token_schemes_[i]->cache()));
    }
  };
  write("penstock_authentication_token_cache_hits_total", "counter",
        "Tokens that were known from an earlier request.",
        [](const TokenCache& cache) { return cache.hits(); });
  write("penstock_authentication_token_cache_misses_total", "counter",
        "Tokens that were not known.", [](const TokenCache& cache) { return cache.misses(); });
  write("penstock_authentication_token_cache_tokens", "gauge", "Tokens that are known.",
        [](const TokenCache& cache) { return cache.size(); });
  write("penstock_authentication_token_cache_bytes", "gauge", "About how much memory they take.",
        [](const TokenCache& cache) { return cache.bytes(); });
  if (kept_.empty()) return;
  constexpr std::string_view kAge = "penstock_authentication_document_age_seconds";
  Metrics::write_head(out, kAge, "gauge",
                      "Time since the scheme's keys or users were last found to be current.");
  for (const Kept& one : kept_) {
    const auto age = DocumentKeeper::age(*one.document).count();
    Metrics::write_value(out, kAge, one.scheme, static_cast<uint64_t>(std::max<int64_t>(age, 0)));
  }
  constexpr std::string_view kFailures = "penstock_authentication_document_failures_total";
  Metrics::write_head(out, kFailures, "counter",
                      "Attempts to read the scheme's keys or users that have failed.");
  for (const Kept& one : kept_) {
    Metrics::write_value(out, kFailures, one.scheme, DocumentKeeper::failures(*one.document));
  }
}

}  // namespace penstock::auth
