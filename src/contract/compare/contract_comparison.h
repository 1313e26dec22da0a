#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/compare/change.h"
#include "contract/compare/inclusion.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {

// Compares two contracts. It pairs operations by their method and path, and events by their type.
// The names of path parameters do not matter, since clients do not see them. What a client sends
// and what it receives are compared in opposite directions; an event must be valid for its
// consumers, who know the old schema, and those that are stored must be valid under the new one.
class ContractComparison {
 public:
  // Both must outlive this object, which is used once.
  ContractComparison(const Contract& before, const Contract& after)
      : before_(before), after_(after) {}

  [[nodiscard]] std::vector<Change> changes();

 private:
  // A Writer is who wrote the values that are compared.
  enum class Writer { client, service, producer, store, issuer };

  // A Subject is a part that both contracts have, and its places.
  struct Subject {
    std::string where;
    Place old_place;
    Place new_place;

    // Returns a part of this part.
    [[nodiscard]] Subject part(std::string_view name) const {
      return {where + ": " + std::string(name), old_place, new_place};
    }
  };

  // An Entry is an operation with its path.
  struct Entry {
    const Path* path;
    const Operation* operation;
  };

  void compare_roots();
  void compare_bases(const Subject& subject, const std::vector<std::string>& before,
                     const std::vector<std::string>& after);
  void compare_operations();
  // Compares the values that `writer` writes, and adds the changes.
  void compare_schemas(const Subject& subject, Writer writer, const Schema* before,
                       const Schema* after);
  void add_differences(const Subject& subject, Writer writer,
                       const std::vector<Difference>& differences, bool sub_is_old, bool breaks);
  void add(Change::Effect effect, std::string_view kind, const Subject& subject,
           std::string_view sentence);

  // These are defined in operation_comparison.cpp.
  void compare_operation(const Subject& subject, const Operation& before, const Operation& after);
  void compare_parameters(const Subject& subject, const Operation& before, const Operation& after);
  void compare_parameter(const Subject& subject, const Parameter& before, const Parameter& after);
  void add_new_parameter(const Subject& subject, const Parameter& parameter, bool was_strict);
  void compare_bodies(const Subject& subject, const Operation& before, const Operation& after);
  void compare_responses(const Subject& subject, const Operation& before, const Operation& after);
  void compare_response(const Subject& subject, const Response& before, const Response& after);
  void compare_headers(const Subject& subject, const Response& before, const Response& after);

  // These are defined in security_comparison.cpp.
  void compare_security(const Subject& subject, const Security& before, const Security& after);
  void compare_claims();

  // These are defined in rate_comparison.cpp.
  void compare_rates(const Subject& subject, const Operation& before, const Operation& after);
  void compare_handlers(const Subject& subject, const Operation& before, const Operation& after);
  void compare_idempotency(const Subject& subject, const Operation& before, const Operation& after);

  // This is defined in cors_comparison.cpp.
  void compare_cors(const Subject& subject, const Operation& before, const Operation& after);

  // This is defined in event_comparison.cpp.
  void compare_events();

  const Contract& before_;
  const Contract& after_;
  Changes changes_;
  Inclusion requests_{Direction::request};
  Inclusion responses_{Direction::response};
  Inclusion values_{Direction::neither};
};

}  // namespace penstock::contract
