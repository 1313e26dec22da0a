#include "local/faults/all_faults.h"

#include <iterator>
#include <utility>

namespace penstock::local {

std::vector<Fault> all_faults(boost::asio::io_context& io, const Breakable& parts) {
  std::vector<Fault> all = faults_of_broker(parts.broker);
  auto of_function = faults_of_function(parts.function);
  std::move(of_function.begin(), of_function.end(), std::back_inserter(all));
  auto of_api = faults_of_api(io, parts.api, parts.broker);
  std::move(of_api.begin(), of_api.end(), std::back_inserter(all));
  return all;
}

}  // namespace penstock::local
