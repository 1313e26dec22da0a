#pragma once

#include "contract/events/event_schemas.h"

namespace penstock {

// The schemas of the service's events, compiled in.
extern const contract::EventSchemasText kEventSchemas;

}  // namespace penstock
