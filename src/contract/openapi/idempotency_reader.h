#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <string_view>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/openapi/idempotency_rule.h"

namespace penstock::contract {

// Reads each `x-penstock-idempotency` of a contract. Problems are recorded in the Sources. After a
// problem the rule is incomplete.
class IdempotencyReader {
 public:
  // Both must outlive this object. `out` gets the rules, whose addresses are stable.
  IdempotencyReader(Sources& sources, std::deque<IdempotencyRule>& out)
      : sources_(sources), out_(out) {}

  // Returns the rule of an object that may have an `x-penstock-idempotency`, or `otherwise` if it
  // has none, or null if it is false. The result for the same node is the same.
  [[nodiscard]] const IdempotencyRule* read(const Node& object, const IdempotencyRule* otherwise);
  // Does the same for an operation. Methods that store nothing have no rule, and may have none of
  // their own.
  [[nodiscard]] const IdempotencyRule* read_operation(const Node& object, std::string_view method,
                                                      const IdempotencyRule* otherwise);

 private:
  void read_rule(const Node& node, IdempotencyRule& rule);

  Sources& sources_;
  std::deque<IdempotencyRule>& out_;
  boost::unordered_flat_map<const Node*, const IdempotencyRule*> known_;
};

}  // namespace penstock::contract
