#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "local/console/operation.h"

namespace penstock::local {

// Is a credential that this system has made, and that its API accepts.
struct TestClient {
  std::string scheme;   // Its name in the contract.
  std::string subject;  // Whom it stands for.
  std::string in;       // "header", "query" or "cookie".
  std::string name;     // Of the header, the parameter or the cookie.
  std::string value;
};

// Says which API requests are sent to. The functions are called on the io_context's thread.
struct ShownApi {
  // Returns the port on this machine where it serves, or 0 if the program has no API.
  std::function<uint16_t()> port;
  // Returns the service's present contract as one document in JSON (contract::bundled()), or null
  // if there is none. The text is not changed.
  std::function<std::shared_ptr<const std::string>()> contract;
  // Returns the credentials that the system has made, or null if it has made none.
  std::function<std::shared_ptr<const std::vector<TestClient>>()> clients = {};
};

// Makes the operations get_contract, get_clients and send_request. `io` must outlive them.
[[nodiscard]] ConsoleOperations send_operations(boost::asio::io_context& io, ShownApi api,
                                                std::stop_token stop);

}  // namespace penstock::local
