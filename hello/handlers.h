#pragma once

#include "http/handler.h"

namespace hello {

// Lists the handlers of the API, one for each operationId of hello_api.openapi.yaml.
extern const penstock::http::Handlers kHandlers;

}  // namespace hello
