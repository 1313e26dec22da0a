#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/schema/dialect.h"

namespace penstock::contract {

class Contract;

// An EventSchemasSource is an EventSchemasText that owns its text: the parts of a contract's
// documents that a program needs to validate events, as JSON.
struct EventSchemasSource {
  Dialect dialect = Dialect::draft_2020_12;
  // These are the names of the documents and their JSON. The contract's root document comes first.
  std::vector<std::pair<std::string, std::string>> documents = {};
  // This has a reference to the schema of each event type. It is empty for a type without a schema.
  std::map<std::string, std::string> events = {};

  // Selects the parts of the contract. Fails with `invalid` if a document has more than a million
  // values when its aliases are followed.
  [[nodiscard]] static base::Result<EventSchemasSource> of(const Contract& contract);
  // Returns a C++ source file that includes "NAME_SPACE/event_schemas.h" and defines kEventSchemas
  // of that namespace as an EventSchemasText.
  [[nodiscard]] std::string cpp(const std::string& name_space) const;
};

}  // namespace penstock::contract
