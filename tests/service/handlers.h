#pragma once

#include <memory>

#include "async/blocking_pool.h"
#include "http/handler.h"

namespace fixture {

// Has what the handlers share that wait.
struct Resources {
  penstock::async::BlockingPool& blocking;
};
penstock::base::Result<std::unique_ptr<Resources>> make_resources(
    const penstock::resources::Start& start);

// Lists the handlers of the API, one for each operationId of fixture.openapi.yaml.
extern const penstock::http::Handlers kHandlers;

}  // namespace fixture
