#include "contract/openapi/security.h"

#include <algorithm>

namespace penstock::contract {

bool SecurityScheme::has_tokens() const {
  return kind == Kind::oauth2 || kind == Kind::open_id_connect ||
         (kind == Kind::http && http_scheme == "bearer");
}

bool SecurityScheme::is_served() const {
  return kind != Kind::http || http_scheme == "basic" || http_scheme == "bearer";
}

bool Security::is_required() const {
  return !requirements.empty() &&
         std::none_of(requirements.begin(), requirements.end(),
                      [](const SecurityRequirement& one) { return one.empty(); });
}

bool Security::has_query_key(std::string_view name) const {
  for (const SecurityRequirement& requirement : requirements) {
    for (const SecurityNeed& need : requirement) {
      if (need.scheme->kind == SecurityScheme::Kind::api_key && need.scheme->in == In::query &&
          need.scheme->parameter == name) {
        return true;
      }
    }
  }
  return false;
}

std::string Security::text() const {
  std::string all;
  for (const SecurityRequirement& requirement : requirements) {
    all += all.empty() ? "" : " or ";
    if (requirement.empty()) all += "none";
    for (size_t i = 0; i < requirement.size(); ++i) {
      all += (i == 0 ? "" : " and ") + requirement[i].name;
      for (size_t j = 0; j < requirement[i].scopes.size(); ++j) {
        all += (j == 0 ? "(" : ", ") + requirement[i].scopes[j];
      }
      all += requirement[i].scopes.empty() ? "" : ")";
    }
  }
  return all;
}

}  // namespace penstock::contract
