#pragma once

#include "contract/events/event_schemas.h"

namespace penstock {

// Holds the schemas of the service's events, which are compiled in.
extern const contract::EventSchemasText kEventSchemas;

}  // namespace penstock
