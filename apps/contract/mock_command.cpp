#include "apps/contract/mock_command.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <utility>

#include "apps/shared/exit_status.h"
#include "apps/shared/stop_signals.h"
#include "contract/openapi/contract_files.h"
#include "http/mock.h"
#include "http/server/server.h"
#include "log/fault_flush.h"
#include "log/log.h"

namespace penstock::apps {
namespace {

constexpr std::chrono::seconds kStopDeadline{2};

}  // namespace

int serve_mock(const std::string& file, const contract::ContractOptions& options,
               uint64_t steps_max, const std::string& address, uint16_t port) {
  auto contract = contract::read_contract(file, options);
  if (!contract) {
    std::cerr << contract.error().message << '\n';
    return kExitFailed;
  }
  boost::asio::io_context io(1);
  log::Log log(STDOUT_FILENO, log::Level::info);
  const log::FaultFlush fault_flush(log);
  const std::string base = contract->base_paths().front();
  http::Mock service(std::move(*contract), log, steps_max);
  http::Server server(io, service, http::Limits{}, log, kContractProgram);
  if (auto listening = server.listen(address, port); !listening) {
    return complain(kContractProgram, listening.error().message, kExitFailed);
  }
  const StopSignals signals(io, [&] {
    server.stop(std::chrono::steady_clock::now() + kStopDeadline, [&io] { io.stop(); });
  });
  log::Line(log, log::Level::info, "listening")
      .field("url", "http://" + address + ":" + std::to_string(server.port()) + base);
  io.run();
  return 0;
}

}  // namespace penstock::apps
