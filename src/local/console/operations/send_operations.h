#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "local/console/operation.h"

namespace penstock::local {

// Says which API requests are sent to. The functions are called on the io_context's thread.
struct ShownApi {
  // Returns the port on this machine where it serves, or 0 if the program has no API.
  std::function<uint16_t()> port;
  // Returns the service's present contract as one document in JSON (contract::bundled()), or null
  // if there is none. The text is not changed.
  std::function<std::shared_ptr<const std::string>()> contract;
};

// Makes the operations get_contract and send_request. `io` must outlive them.
[[nodiscard]] ConsoleOperations send_operations(boost::asio::io_context& io, ShownApi api,
                                                std::stop_token stop);

}  // namespace penstock::local
