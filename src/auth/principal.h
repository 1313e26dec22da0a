#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::auth {

// A Principal is who a credential stands for, by one security scheme of the contract.
struct Principal {
  std::string scheme;   // Its name in the contract's `securitySchemes`.
  std::string subject;  // The token's `sub`, the key's or user's name, the certificate's subject.
  std::vector<std::string> scopes;  // Sorted, each once. Roles are scopes, too.
  boost::json::object claims;       // Those of a token; otherwise empty.

  [[nodiscard]] bool has_scope(std::string_view scope) const;
};

// Says who sends a request: one principal for each scheme of the security requirement that it has
// met. Without any it is anonymous: the operation requires no credential, and none was sent.
class Caller {
 public:
  using Shared = std::shared_ptr<const Principal>;

  Caller() = default;
  explicit Caller(Shared principal) { principals_.push_back(std::move(principal)); }
  void add(Shared principal) { principals_.push_back(std::move(principal)); }

  [[nodiscard]] bool is_anonymous() const { return principals_.empty(); }
  // Returns the first principal in the order of the contract. For an anonymous caller it is one
  // whose members are all empty.
  [[nodiscard]] const Principal& principal() const;
  // Returns the principal of one scheme, or null.
  [[nodiscard]] const Principal* by(std::string_view scheme) const;
  [[nodiscard]] const std::vector<Shared>& principals() const { return principals_; }

 private:
  std::vector<Shared> principals_;
};

}  // namespace penstock::auth
