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

// The parts of a contract's documents that the schemas of its events consist of, as JSON, and where
// these stand in them: written at build time (event_schemas_source.h) for a program that has no
// YAML and no API.
struct EventSchemasText {
  struct Document {
    std::string_view name;
    std::string_view json;
  };
  struct Event {
    std::string_view type;
    std::string_view reference;  // "hello_api.openapi.yaml#/paths/…"; empty: any JSON will do.
  };
  Dialect dialect = Dialect::draft_2020_12;
  std::span<const Document> documents = {};  // The first one is the contract's.
  std::span<const Event> events = {};
};

// The schemas of a contract's events, compiled. For one thread at a time.
class EventSchemas {
 public:
  EventSchemas(EventSchemas&&) noexcept;
  EventSchemas& operator=(EventSchemas&&) noexcept;
  ~EventSchemas();

  // `text` may go afterwards. Error: invalid, with every problem.
  [[nodiscard]] static base::Result<EventSchemas> compile(const EventSchemasText& text);

  [[nodiscard]] bool declares(std::string_view type) const { return find(type) != nullptr; }
  // The value of a record of that type, which must be declared, after its schema. Error: invalid,
  // with what is wrong and where: "/message must have at least 8 characters".
  [[nodiscard]] base::Result<boost::json::value> read(std::string_view type, std::string_view value);

 private:
  struct Event {
    std::string type;
    const Schema* schema;  // Null: any JSON will do.
  };

  EventSchemas();
  [[nodiscard]] const Event* find(std::string_view type) const;

  std::unique_ptr<Sources> sources_;  // What the schemas borrow from.
  std::unique_ptr<std::deque<Schema>> schemas_;
  std::vector<Event> events_;
  std::unique_ptr<json::Reader> reader_;
};

}  // namespace penstock::contract
