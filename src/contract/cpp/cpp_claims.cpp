// Makes the part of the model that is about the claims of tokens.
#include "contract/cpp/cpp_model_builder.h"

namespace penstock::contract {

void CppModelBuilder::add_claims() {
  for (const auto& [name, scheme] : contract_.security_schemes()) {
    if (scheme.claims == nullptr) continue;
    model_.claims.push_back({.scheme = name, .use = types_.use_of(scheme.claims)});
  }
}

// Claims that are no struct are read as JSON: the claims of a principal.
void CppModelBuilder::name_claims() {
  std::erase_if(model_.claims, [](const CppClaims& one) {
    return one.use.type->kind != CppType::Kind::structure &&
           one.use.type->kind != CppType::Kind::variant;
  });
  CppScope functions("_");
  for (const CppClaims& one : model_.claims) {
    functions.add(one.scheme, one.scheme, cpp_member_name(one.scheme + "_claims"), 1);
  }
  functions.finish();
  for (CppClaims& one : model_.claims) one.function = functions.name(one.scheme);
}

}  // namespace penstock::contract
