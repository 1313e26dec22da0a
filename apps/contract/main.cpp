// For the author of a contract: is it sound, what does it declare, and a server for it before there is a
// handler.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "apps/contract/pretty_json.h"
#include "contract/events/asyncapi.h"
#include "contract/openapi/contract_files.h"
#include "http/mock.h"
#include "http/server.h"
#include "log/log.h"

namespace penstock::apps {
namespace {

constexpr int kExitRefused = 1;  // The document is not sound.
constexpr int kExitUsage = 2;
constexpr std::chrono::seconds kStopDeadline{2};

int check(const std::vector<std::string>& files) {
  int code = 0;
  for (const std::string& file : files) {
    const auto contract = contract::read_contract(file);
    if (!contract) {
      std::cerr << contract.error().message << '\n';
      code = kExitRefused;
      continue;
    }
    size_t operations = 0;
    for (const contract::Path& path : contract->paths()) operations += path.operations.size();
    std::cout << file << ": sound; " << operations << (operations == 1 ? " operation" : " operations")
              << " on " << contract->paths().size()
              << (contract->paths().size() == 1 ? " path\n" : " paths\n");
  }
  return code;
}

std::string statuses(const contract::Operation& operation) {
  std::string all;
  for (const contract::Response& response : operation.responses) {
    all += all.empty() ? "" : ",";
    if (response.is_default()) {
      all += "default";
    } else if (response.first == response.last) {
      all += std::to_string(response.first);
    } else {
      all += std::to_string(response.first / 100) + "XX";
    }
  }
  return all;
}

void routes(const contract::Contract& contract) {
  std::vector<std::array<std::string, 5>> rows{{"METHOD", "PATH", "OPERATION", "ANSWERS", "EVENT"}};
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      const std::string event = operation.event ? operation.event->type + " -> " + operation.event->topic +
                                                      (operation.event->acknowledged ? "" : " (best effort)")
                                                : "";
      // Of several base paths the first stands for all.
      const bool own = path.base_paths != contract.base_paths();
      rows.push_back({operation.method, (own ? path.base_paths.front() : "") + path.path, operation.id,
                      statuses(operation), event});
    }
  }
  std::array<size_t, 5> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const std::string& base : contract.base_paths()) {
    if (!base.empty()) std::cout << "base path " << base << '\n';
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

int mock(contract::Contract contract, const std::string& address, uint16_t port) {
  boost::asio::io_context io(1);
  log::Log log(STDOUT_FILENO, log::Level::info);
  const std::string base = contract.base_paths().front();
  http::Mock service(std::move(contract), log);
  http::Server server(io, service, http::Limits{}, log, "penstock_contract");
  if (auto listening = server.listen(address, port); !listening) {
    std::cerr << "penstock_contract: " << listening.error().message << '\n';
    return kExitUsage;
  }
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) server.stop(std::chrono::steady_clock::now() + kStopDeadline, [&io] { io.stop(); });
  });
  log::Line(log, log::Level::info, "listening")
      .field("url", "http://" + address + ":" + std::to_string(server.port()) + base);
  io.run();
  return 0;
}

}  // namespace
}  // namespace penstock::apps

int main(int argc, char** argv) {
  using namespace penstock;
  using namespace penstock::apps;
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Checks an OpenAPI contract, and serves it before there is a program.", "penstock_contract"};
  app.require_subcommand(1);
  std::vector<std::string> files;
  std::string file;
  std::string address = "127.0.0.1";
  uint16_t port = 4010;
  CLI::App* check_verb = app.add_subcommand(
      "check", "name every problem with file, line and column; exit code 1 if there is one");
  check_verb->add_option("FILE", files, "OpenAPI documents")->required();
  CLI::App* routes_verb = app.add_subcommand("routes", "print the table of operations");
  CLI::App* mock_verb = app.add_subcommand(
      "mock", "serve examples, or values made from the schemas; every request is validated");
  CLI::App* asyncapi_verb =
      app.add_subcommand("asyncapi", "print an AsyncAPI 3 document of the operations' events");
  for (CLI::App* verb : {routes_verb, mock_verb, asyncapi_verb})
    verb->add_option("FILE", file, "an OpenAPI document")->required();
  mock_verb->add_option("--port", port, "where to listen; 0: any free port")->capture_default_str();
  mock_verb->add_option("--address", address, "where to listen")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  try {
    if (check_verb->parsed()) return check(files);
    auto contract = contract::read_contract(file);
    if (!contract) {
      std::cerr << contract.error().message << '\n';
      return kExitRefused;
    }
    if (mock_verb->parsed()) return mock(std::move(*contract), address, port);
    if (routes_verb->parsed()) routes(*contract);
    if (asyncapi_verb->parsed()) std::cout << pretty_json(contract::asyncapi_of(*contract)) << '\n';
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << "penstock_contract: " << failure.what() << '\n';
    return kExitUsage;
  }
}
