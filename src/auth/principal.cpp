#include "auth/principal.h"

#include <algorithm>

namespace penstock::auth {

bool Principal::has_scope(std::string_view scope) const {
  return std::binary_search(scopes.begin(), scopes.end(), scope);
}

const Principal& Caller::principal() const {
  static const Principal kNobody;
  return principals_.empty() ? kNobody : *principals_.front();
}

const Principal* Caller::by(std::string_view scheme) const {
  const auto found = std::find_if(principals_.begin(), principals_.end(),
                                  [&](const Shared& one) { return one->scheme == scheme; });
  return found == principals_.end() ? nullptr : found->get();
}

}  // namespace penstock::auth
