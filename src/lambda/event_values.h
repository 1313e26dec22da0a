#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "contract/events/event_schemas.h"
#include "lambda/record_handlers.h"
#include "typed/object.h"
#include "typed/plan.h"
#include "typed/typed_reader.h"

namespace penstock::lambda {

// Reads the values of records for handlers, and checks them against the contract's schemas of their
// events. One thread at a time may use it.
class EventValues {
 public:
  // Matches the structs of typed handlers with the schemas, once and for all. Fails with `invalid`
  // if they do not fit: then they were generated from another contract. The message has a line for
  // each place. `handlers` must outlive the result.
  [[nodiscard]] static base::Result<EventValues> make(contract::EventSchemas schemas,
                                                      const EventHandlers& handlers);
  // Does the same, and compiles the schemas: at once if a handler is typed, and else when the first
  // value comes, so that the function is there sooner. `schemas` must outlive the result. Its text
  // is of this program and was compiled by the build; should it not be sound all the same, the
  // functions below throw std::runtime_error, so that the record comes again.
  [[nodiscard]] static base::Result<EventValues> make(const contract::EventSchemasText& schemas,
                                                      const EventHandlers& handlers);

  // Returns the value for an untyped handler (ReadValue).
  [[nodiscard]] base::Result<boost::json::value> value(std::string_view type,
                                                       std::string_view text);
  // Fills the event of a typed handler (ReadStruct). Where it can be done, no tree is made.
  [[nodiscard]] base::Result<> event(const EventFunction& handler, std::string_view text,
                                     void* event);
  // Says whether value() surely takes the text, without making a tree of it (CheckValue).
  [[nodiscard]] bool check(const EventFunction& handler, std::string_view text);
  // Returns functions that call those above. They must not outlive this object.
  [[nodiscard]] ValueReaders readers();

 private:
  EventValues() = default;
  [[nodiscard]] contract::EventSchemas& schemas();

  const contract::EventSchemasText* text_ = nullptr;  // Null if they are compiled.
  std::optional<contract::EventSchemas> schemas_;
  std::map<const EventFunction*, typed::Plan> plans_;  // Those of typed handlers.

  // Checks values by reading them into a struct, which nobody uses.
  struct Check {
    Check(std::optional<typed::Plan> made, const typed::Type& type)
        : plan(std::move(made)), event(type) {}

    std::optional<typed::Plan> plan;  // Nothing if the struct does not fit the schema.
    typed::Object event;
  };
  // Has those of untyped handlers, each from its first value on.
  std::map<const EventFunction*, Check> checks_;
  std::unique_ptr<typed::Reader> reader_ = std::make_unique<typed::Reader>();
};

}  // namespace penstock::lambda
