// Compares which pages of other origins may call an operation of two contracts.
#include "contract/compare/contract_comparison.h"

namespace penstock::contract {

using Effect = Change::Effect;

void ContractComparison::compare_cors(const Subject& subject, const Operation& before,
                                      const Operation& after) {
  static const CorsPolicy kNone;
  const CorsPolicy& was = before.cors == nullptr ? kNone : *before.cors;
  const CorsPolicy& is = after.cors == nullptr ? kNone : *after.cors;
  const auto shown = [](const CorsPolicy& policy) {
    return policy.text() + (policy.credentials ? " with credentials" : "");
  };
  const std::string sentence = "its x-cors was for " + shown(was) + ", and is for " + shown(is);
  if (!is.covers(was)) {
    add(Effect::breaks, "cors-narrowed", subject,
        sentence + "; some pages that may call, send or read as before may not");
  } else if (!was.covers(is)) {
    add(Effect::does_not_break, "cors-widened", subject, sentence);
  }
}

}  // namespace penstock::contract
