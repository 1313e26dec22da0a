#include "apps/contract/mock_command.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "apps/shared/secured_requests.h"
#include "apps/shared/stop_signals.h"
#include "auth/auth_settings.h"
#include "auth/authenticator.h"
#include "auth/client_addresses.h"
#include "auth/test_credentials/test_credentials.h"
#include "contract/openapi/contract_files.h"
#include "http/guard/guard.h"
#include "http/mock.h"
#include "http/server/server.h"
#include "log/fault_flush.h"
#include "log/log.h"

namespace penstock::apps {
namespace {

constexpr std::chrono::seconds kStopDeadline{2};

using Credentials = std::optional<auth::TestCredentials>;

bool needs_credentials(const MockOptions& options, const contract::Contract& contract) {
  return options.security.empty() && options.authentication.empty() &&
         !contract.security_schemes().empty();
}

// Returns what the mock enforces, or nothing if it lets everybody in: an empty file is a mistake.
// Sets `credentials` if it makes them.
base::Result<std::optional<std::string>> document_of(const MockOptions& options,
                                                     const contract::Contract& contract,
                                                     Credentials& credentials) {
  using Document = std::optional<std::string>;
  if (!options.authentication.empty()) {
    auto text = read_file(options.authentication);
    if (!text) return text.error();
    return Document(*std::move(text));
  }
  if (!needs_credentials(options, contract)) return Document();
  const auto seed = auth::TestSeed::make(std::chrono::system_clock::now());
  if (!seed) return seed.error();
  auto made = auth::TestCredentials::make(contract, *seed);
  if (!made) return made.error();
  credentials = std::move(*made);
  return Document(credentials->settings());
}

// Makes what admits the clients of the mock.
base::Result<std::unique_ptr<http::Guard>> guard_of(boost::asio::io_context& io, log::Log& log,
                                                    const MockOptions& options,
                                                    const contract::Contract& contract,
                                                    Credentials& credentials) {
  const auto document = document_of(options, contract, credentials);
  if (!document) return document.error();
  const auth::Settings nobody;
  if (!*document) return http::Guard::make(contract, nullptr, auth::ClientAddresses(nobody));
  const auto settings = auth::read_settings(**document, contract.security_schemes());
  if (!settings) return settings.error();
  auto authenticator = auth::Authenticator::make(io, contract, *settings, log);
  if (!authenticator) return authenticator.error();
  return http::Guard::make(contract, std::move(*authenticator), auth::ClientAddresses(*settings));
}

// Has what is shown of the credentials.
struct Shown {
  std::vector<SecuredRequest> requests;
  std::vector<auth::MissingCredential> missing;
};

// Shows how to call with each of the credentials.
void show(const Shown& shown, const std::string& url, log::Log& log) {
  if (isatty(STDERR_FILENO) == 0) {
    for (const SecuredRequest& secured : shown.requests) {
      log::Line(log, log::Level::info, "test_credential")
          .field("scheme", secured.scheme)
          .field("curl", curl_of(secured.request, url));
    }
    for (const auth::MissingCredential& missing : shown.missing) {
      log::Line(log, log::Level::warning, "no_test_credential")
          .field("scheme", missing.scheme)
          .field("reason", missing.reason);
    }
    return;
  }
  if (shown.requests.empty() && shown.missing.empty()) return;
  std::cerr << "The contract requires credentials. These are made for this run of the mock:\n";
  for (const SecuredRequest& secured : shown.requests) {
    std::cerr << "  " << secured.scheme << ":\n    " << curl_of(secured.request, url) << '\n';
  }
  for (const auth::MissingCredential& missing : shown.missing) {
    std::cerr << "  " << sentence_of(missing) << '\n';
  }
  std::cerr << "--security external lets everybody in.\n";
}

}  // namespace

int serve_mock(const std::string& file, const contract::ContractOptions& compiling,
               const MockOptions& options) {
  auto contract = contract::read_contract(file, compiling);
  if (!contract) {
    std::cerr << contract.error().message << '\n';
    return kExitFailed;
  }
  boost::asio::io_context io(1);
  log::Log log(STDOUT_FILENO, log::Level::info);
  const log::FaultFlush fault_flush(log);
  const std::string base = contract->base_paths().front();
  Shown shown;
  const auto make_guard = [&](const contract::Contract& taken) {
    Credentials credentials;
    auto guard = guard_of(io, log, options, taken, credentials);
    if (guard && credentials) {
      shown = {.requests = secured_requests(taken, *credentials),
               .missing = credentials->missing()};
    }
    return guard;
  };
  auto service = http::Mock::make(std::move(*contract), make_guard, log, options.steps_max);
  if (!service) return complain(kContractProgram, base::describe(service.error()), kExitFailed);
  http::Server server(io, **service, http::Limits{}, log, kContractProgram);
  if (auto listening = server.listen(options.address, options.port); !listening) {
    return complain(kContractProgram, listening.error().message, kExitFailed);
  }
  const StopSignals signals(io, [&] {
    server.stop(std::chrono::steady_clock::now() + kStopDeadline, [&io] { io.stop(); });
  });
  const std::string url = "http://" + options.address + ":" + std::to_string(server.port());
  show(shown, url, log);
  log::Line(log, log::Level::info, "listening").field("url", url + base);
  io.run();
  return 0;
}

}  // namespace penstock::apps
