#include "apps/contract/reports.h"

#include <algorithm>
#include <array>
#include <iostream>

#include "apps/contract/pretty_json.h"
#include "apps/shared/exit_status.h"
#include "base/printable_text.h"
#include "contract/document/document.h"
#include "contract/events/asyncapi.h"
#include "contract/examples/example_check.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

using Row = std::array<std::string, 5>;

constexpr size_t kCellBytesMax = 1000;

// Prints the error, whose message already contains the locations, and returns the exit status.
int fail(const base::Error& error) {
  std::cerr << error.message << '\n';
  return kExitFailed;
}

std::string counted(size_t number, const std::string& noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
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

std::string event_of(const contract::Operation& operation) {
  if (!operation.event) return "";
  const auto& event = *operation.event;
  return event.type + " -> " + event.topic + (event.acknowledged ? "" : " (best effort)");
}

std::vector<Row> rows_of(const contract::Contract& contract) {
  std::vector<Row> rows{{"METHOD", "PATH", "OPERATION", "ANSWERS", "EVENT"}};
  for (const contract::Path& path : contract.paths()) {
    // A path with its own base paths is shown with the first of them.
    const bool own = path.base_paths != contract.base_paths();
    for (const contract::Operation& operation : path.operations) {
      Row& row =
          rows.emplace_back(Row{operation.method, (own ? path.base_paths.front() : "") + path.path,
                                operation.id, statuses(operation), event_of(operation)});
      for (std::string& cell : row) cell = base::printable(cell, kCellBytesMax);
    }
  }
  return rows;
}

std::string table_of(const contract::Contract& contract) {
  const std::vector<Row> rows = rows_of(contract);
  std::array<size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const std::string& base : contract.base_paths()) {
    if (!base.empty()) table += "base path " + base::printable(base, kCellBytesMax) + "\n";
  }
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

}  // namespace

int check_contracts(const std::vector<std::string>& files,
                    const contract::ContractOptions& options) {
  int status = 0;
  for (const std::string& file : files) {
    const auto contract = contract::read_contract(file, options);
    if (!contract) {
      status = fail(contract.error());
      continue;
    }
    contract::remark_examples(*contract);
    size_t operations = 0;
    for (const contract::Path& path : contract->paths()) operations += path.operations.size();
    std::cout << base::printable(file, contract::kSentenceBytesMax) << ": valid; "
              << counted(operations, "operation") << " on "
              << counted(contract->paths().size(), "path") << '\n';
    for (const contract::CostlyPattern& costly : contract->costly_patterns()) {
      std::cout << base::printable(costly.where, contract::kSentenceBytesMax) << ": the pattern "
                << base::printable(costly.text, kCellBytesMax) << " takes up to "
                << counted(costly.steps_per_byte, "step") << " for each byte; a text of more than "
                << counted(costly.bytes_max, "byte") << " is refused\n";
    }
  }
  return status;
}

int print_routes(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  std::cout << table_of(*contract);
  return 0;
}

int print_asyncapi(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  std::cout << pretty_json(contract::asyncapi_of(*contract)) << '\n';
  return 0;
}

}  // namespace penstock::apps
