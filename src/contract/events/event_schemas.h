#pragma once

#include <boost/json/value.hpp>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/schema/dialect.h"
#include "contract/schema/violation.h"

namespace penstock::json {
class Reader;
}

namespace penstock::contract {

class Sources;
struct Schema;

// This room is about the events of a contract. The Lambda function must validate events, but needs
// neither YAML nor an API for that. So at build time an EventSchemasSource (event_schemas_source.h)
// selects the parts of the documents that the events' schemas consist of, and writes them as C++:
// an EventSchemasText. When the function starts, EventSchemas compiles that text into schemas.
// asyncapi.h describes the events for other programs.

// An EventSchemaText says where the schema of an event type is.
struct EventSchemaText {
  std::string_view type;
  // This refers to the schema: "hello_api.openapi.yaml#/paths/…". It is empty for an event without
  // a schema, whose value may be any JSON.
  std::string_view reference;
};

// An EventSchemasText has the needed parts of a contract's documents, as JSON. They are at the same
// locations as in the whole documents, so that references still find them. It owns nothing: what it
// refers to must outlive it.
struct EventSchemasText {
  // A Document is a file of the contract, under the name by which references find it.
  struct Document {
    std::string_view name;
    std::string_view json;
  };
  Dialect dialect = Dialect::draft_2020_12;
  // The contract's root document comes first. There is at least one, unless `schemas` is empty.
  std::span<const Document> documents = {};
  std::span<const EventSchemaText> schemas = {};  // One for each event type.
};

// Returns the sentence about a record's value that breaks its event's schema.
[[nodiscard]] std::string event_sentence(const Violations& violations);

// EventSchemas has the compiled schemas of a contract's events. Only one thread at a time may use
// it.
class EventSchemas {
 public:
  EventSchemas(EventSchemas&&) noexcept;
  EventSchemas& operator=(EventSchemas&&) noexcept;
  ~EventSchemas();

  // Compiles the schemas. `text` is not needed afterwards. Fails with `invalid` and every problem,
  // one a line.
  [[nodiscard]] static base::Result<EventSchemas> compile(const EventSchemasText& text);

  // Returns whether the contract has events of this type.
  [[nodiscard]] bool declares(std::string_view type) const { return find(type) != nullptr; }
  // Returns the schema of the events of this type, or null if they may be any JSON. It is valid as
  // long as this object.
  [[nodiscard]] const Schema* schema(std::string_view type) const {
    const EventSchema* found = find(type);
    return found != nullptr ? found->schema : nullptr;
  }
  // Returns the value of a record as JSON, if it matches the schema of its event type. Call it only
  // for types that the contract declares: for any other it accepts all JSON. Fails with `invalid`
  // if the value is not JSON, or does not match. The message says what is wrong and where,
  // "/message must have at least 8 characters", without the offending value. The result does not
  // refer to this object. There is no limit of steps (steps.h), as there is for a request: a record
  // is not given up because it is large, and Lambda ends an invocation that takes too long.
  [[nodiscard]] base::Result<boost::json::value> read(std::string_view type,
                                                      std::string_view value);

 private:
  struct EventSchema {
    std::string type;
    const Schema* schema;  // Null if any JSON is allowed.
  };

  EventSchemas();
  [[nodiscard]] const EventSchema* find(std::string_view type) const;

  std::unique_ptr<Sources> sources_;  // The documents, from which the schemas borrow.
  std::unique_ptr<std::deque<Schema>> schemas_;
  std::vector<EventSchema> event_schemas_;  // One for each event type.
  std::unique_ptr<json::Reader> reader_;
};

}  // namespace penstock::contract
