#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/contract.h"

namespace penstock::contract {

// A request's parameters, read and validated for one operation: one place for each declared parameter.
class Arguments {
 public:
  explicit Arguments(const Operation& operation) : operation_(&operation), query_(operation.query.size()) {}

  // Reads a raw query ("name=Paul&x=%20"), adding to `violations` whatever the operation does not allow.
  void read_query(std::string_view query, Violations& violations);

  // The decoded value, or nothing if the client left it out. A name that the operation does not declare is a
  // mistake of the program: std::logic_error.
  [[nodiscard]] const std::optional<std::string>& query(std::string_view name) const;

  void set_query(std::string_view name, std::string value);

 private:
  [[nodiscard]] size_t index_of(std::string_view name) const;  // query_.size() if not declared.

  const Operation* operation_;
  std::vector<std::optional<std::string>> query_;
};

}  // namespace penstock::contract
