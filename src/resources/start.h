#pragma once

#include <boost/asio/io_context.hpp>
#include <string_view>

#include "async/blocking_pool.h"
#include "base/configuration.h"
#include "log/log.h"
#include "resources/registry.h"

namespace penstock::resources {

// Is what a service's resources are made with, once at the start of the program. All of it outlives
// the resources. They belong to the thread of `io`, and so do the handlers that use them. In the
// function each loop has resources of its own, with an `io` of its own that runs while a handler
// waits.
struct Start {
  boost::asio::io_context& io;
  // Runs calls that block, such as those of a library without an asynchronous interface.
  async::BlockingPool& blocking;
  // Has the variables by which AWS' SDKs find credentials, the region and endpoints, and TABLE_….
  // Settings of the service's own are read already (base/own_setting.h).
  const base::Environment& environment;
  log::Log& log;
  Registry& registry;
  // The program's name, such as "orders_api": clients send it as User-Agent.
  std::string_view program;
};

}  // namespace penstock::resources
