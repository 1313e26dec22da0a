#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "contract/events/event_schemas.h"
#include "lambda/record_handlers.h"
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

  // Returns the value for an untyped handler (ReadValue).
  [[nodiscard]] base::Result<boost::json::value> value(std::string_view type,
                                                       std::string_view text);
  // Fills the event of a typed handler (ReadStruct). Where it can be done, no tree is made.
  [[nodiscard]] base::Result<> event(const EventFunction& handler, std::string_view text,
                                     void* event);
  // Returns functions that call those above. They must not outlive this object.
  [[nodiscard]] ValueReaders readers();

 private:
  explicit EventValues(contract::EventSchemas schemas) : schemas_(std::move(schemas)) {}

  contract::EventSchemas schemas_;
  std::map<const EventFunction*, typed::Plan> plans_;
  std::unique_ptr<typed::Reader> reader_ = std::make_unique<typed::Reader>();
};

}  // namespace penstock::lambda
