#pragma once

#include "http/handler.h"

namespace hello {

// The handlers of the API, one for each operationId of hello_api.openapi.yaml.
extern const penstock::http::Handlers kHandlers;

}  // namespace hello
