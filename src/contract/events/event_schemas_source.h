#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/schema/dialect.h"

namespace penstock::contract {

class Contract;

// What a program needs of a contract to hold events against their schemas (EventSchemasText): the
// parts of its documents that these schemas consist of, as JSON.
struct EventSchemasSource {
  Dialect dialect = Dialect::draft_2020_12;
  // Names and JSON; the contract's own document first.
  std::vector<std::pair<std::string, std::string>> documents = {};
  // References to the schemas of the event types, by type; empty: there is none.
  std::map<std::string, std::string> events = {};

  // Takes them out of the contract. The error is `invalid`, for a document that aliases of YAML
  // make too large.
  [[nodiscard]] static base::Result<EventSchemasSource> of(const Contract& contract);
  // Writes C++ that defines penstock::kEventSchemas.
  [[nodiscard]] std::string cpp() const;
};

}  // namespace penstock::contract
