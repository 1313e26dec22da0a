#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_text.h"

namespace penstock::contract {
struct Schema;
}

namespace penstock::auth {

// TestClaims makes the claims of a desk's tokens for one scheme. They are a sample of what
// `x-penstock-claims` allows, in which the registered claims (RFC 7519 section 4.1) are what the
// API verifies. Where the schema does not allow an issuer, an audience or a subject of a desk, such
// as for a `const`, the sample's is taken.
class TestClaims {
 public:
  // `schema` may be null, and must outlive this. Fails with `invalid` and a sentence if no claims
  // are found that the schema allows and the API accepts.
  [[nodiscard]] static base::Result<TestClaims> make(const contract::Schema* schema,
                                                     std::string_view issuer,
                                                     std::string_view audience,
                                                     base::SystemTime from, base::SystemTime until);

  // The deployer's document must have these.
  [[nodiscard]] const std::string& issuer() const { return issuer_; }
  // It is one text, or several in an array.
  [[nodiscard]] const boost::json::value& audience() const { return audience_; }

  // Returns the claims of a client. Fails as make() does, and if the schema does not allow these
  // scopes.
  [[nodiscard]] base::Result<boost::json::object> of_client(
      std::string_view subject, const std::vector<std::string>& scopes) const;

 private:
  explicit TestClaims(const contract::Schema* schema) : schema_(schema) {}

  // Returns whether the schema allows these claims.
  [[nodiscard]] bool is_allowed(const boost::json::object& claims) const;
  // Gives a claim the value if the schema then still allows the claims, and returns whether it
  // does.
  bool set(boost::json::object& claims, std::string_view name,
           const boost::json::value& value) const;
  // Removes a claim if the schema then still allows the claims, and returns whether it is gone.
  bool remove(boost::json::object& claims, std::string_view name) const;
  // Sets the scopes in one of the forms that the API reads.
  bool set_scopes(boost::json::object& claims, const std::vector<std::string>& scopes) const;

  const contract::Schema* schema_;
  boost::json::object common_;  // What the tokens of all clients have.
  std::string issuer_;
  boost::json::value audience_;
};

}  // namespace penstock::auth
