#pragma once

#include "http/handler.h"

namespace fixture {

// Lists the handlers of the API, one for each operationId of fixture.openapi.yaml.
extern const penstock::http::Handlers kHandlers;

}  // namespace fixture
