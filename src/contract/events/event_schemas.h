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

namespace penstock::json {
class Reader;
}

namespace penstock::contract {

class Sources;
struct Schema;

// This room takes the events out of a contract. At build time an EventSchemasSource
// (event_schemas_source.h) finds the parts of its documents that the events' schemas consist of,
// and writes them as C++, which is an EventSchemasText; at the function's start EventSchemas
// compiles them again, so that the function has neither YAML nor an API. asyncapi.h describes the
// events for others.

// Where the schema of an event type stands.
struct EventSchemaText {
  std::string_view type;
  std::string_view reference;  // "hello_api.openapi.yaml#/paths/…"; empty: any JSON will do.
};

// The parts of a contract's documents that the schemas of its events consist of, as JSON, at the
// places where they stand. It owns nothing: everything is of static storage.
struct EventSchemasText {
  struct Document {
    std::string_view name;
    std::string_view json;
  };
  Dialect dialect = Dialect::draft_2020_12;
  std::span<const Document> documents = {};  // The first one is the contract's.
  std::span<const EventSchemaText> schemas = {};
};

// The schemas of a contract's events, compiled. For one thread at a time.
class EventSchemas {
 public:
  EventSchemas(EventSchemas&&) noexcept;
  EventSchemas& operator=(EventSchemas&&) noexcept;
  ~EventSchemas();

  // Compiles the schemas; `text` may go afterwards. The error is `invalid`, with every problem.
  [[nodiscard]] static base::Result<EventSchemas> compile(const EventSchemasText& text);

  [[nodiscard]] bool declares(std::string_view type) const { return find(type) != nullptr; }
  // Reads the value of a record of that type, which must be declared, and holds it against its
  // schema. The error is `invalid`, with what is wrong and where: "/message must have at least 8
  // characters".
  [[nodiscard]] base::Result<boost::json::value> read(std::string_view type,
                                                      std::string_view value);

 private:
  struct EventSchema {
    std::string type;
    const Schema* schema;  // Null: any JSON will do.
  };

  EventSchemas();
  [[nodiscard]] const EventSchema* find(std::string_view type) const;

  std::unique_ptr<Sources> sources_;  // What the schemas borrow from.
  std::unique_ptr<std::deque<Schema>> schemas_;
  std::vector<EventSchema> event_schemas_;  // By type; as many as the contract has events.
  std::unique_ptr<json::Reader> reader_;
};

}  // namespace penstock::contract
