#include "http/typed_claims.h"

#include <boost/json/value.hpp>

#include "typed/from_value.h"

namespace penstock::http {

bool read_claims(const auth::Principal& principal, const typed::Type& type, void* object) {
  // The claims were validated when the token was, so nobody reads what is collected here.
  contract::Violations violations;
  contract::Steps steps;
  return typed::from_value(type, boost::json::value(principal.claims), object, false, "claims",
                           contract::Location{}, violations, steps);
}

}  // namespace penstock::http
