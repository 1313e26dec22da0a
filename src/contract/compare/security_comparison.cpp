// Compares what an operation of two contracts requires of its clients.
#include <algorithm>

#include "contract/compare/contract_comparison.h"
#include "contract/openapi/security.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Effect = Change::Effect;

// Returns whether clients authenticate alike by both. They do not see the names of schemes, but a
// scheme of oauth2 does not say by itself whose tokens it takes.
bool are_same(const SecurityNeed& one, const SecurityNeed& other) {
  const SecurityScheme& a = *one.scheme;
  const SecurityScheme& b = *other.scheme;
  return a.kind == b.kind && a.in == b.in && a.parameter == b.parameter &&
         a.http_scheme == b.http_scheme && a.open_id_connect_url == b.open_id_connect_url &&
         (a.kind != SecurityScheme::Kind::oauth2 || one.name == other.name);
}

// Returns whether a client that meets the one requirement meets the other one, too.
bool meets(const SecurityRequirement& one, const SecurityRequirement& other) {
  return std::all_of(other.begin(), other.end(), [&](const SecurityNeed& wanted) {
    return std::any_of(one.begin(), one.end(), [&](const SecurityNeed& met) {
      return are_same(met, wanted) &&
             std::all_of(wanted.scopes.begin(), wanted.scopes.end(), [&](const auto& scope) {
               return std::find(met.scopes.begin(), met.scopes.end(), scope) != met.scopes.end();
             });
    });
  });
}

// Returns whether each client of the one operation may call the other one.
bool all_may_call(const Security& one, const Security& other) {
  static const std::vector<SecurityRequirement> kAnybody(1);
  if (other.requirements.empty()) return true;
  const auto& all = one.requirements.empty() ? kAnybody : one.requirements;
  return std::all_of(all.begin(), all.end(), [&](const SecurityRequirement& client) {
    return std::any_of(other.requirements.begin(), other.requirements.end(),
                       [&](const SecurityRequirement& wanted) { return meets(client, wanted); });
  });
}

}  // namespace

void ContractComparison::compare_security(const Subject& subject, const Security& before,
                                          const Security& after) {
  const auto shown = [](const Security& one) {
    const std::string text = one.text();
    return text.empty() ? std::string("none") : text;
  };
  const std::string sentence = "its security was " + shown(before) + ", and is " + shown(after);
  if (!all_may_call(before, after)) {
    add(Effect::breaks, "security-narrowed", subject,
        sentence + "; some clients that authenticate as before are refused");
  } else if (!all_may_call(after, before)) {
    add(Effect::does_not_break, "security-widened", subject, sentence);
  }
}

// A token that was valid must stay so. An issuer knows a scheme by its name, as its deployer does.
void ContractComparison::compare_claims() {
  for (const auto& [name, before] : before_.security_schemes()) {
    const auto found = after_.security_schemes().find(name);
    if (found == after_.security_schemes().end() || !before.has_tokens() ||
        !found->second.has_tokens()) {
      continue;
    }
    const auto place = [](const Contract& contract, const Schema* claims) {
      return place_of(claims == nullptr ? contract.document() : *claims->node);
    };
    const Subject subject{"the claims of '" + name + "'", place(before_, before.claims),
                          place(after_, found->second.claims)};
    compare_schemas(subject, Writer::issuer, before.claims, found->second.claims);
  }
}

}  // namespace penstock::contract
