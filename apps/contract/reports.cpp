#include "apps/contract/reports.h"

#include <iostream>
#include <vector>

#include "apps/contract/pretty_json.h"
#include "apps/contract/text_table.h"
#include "apps/shared/exit_status.h"
#include "base/printable_text.h"
#include "contract/bundle/bundle.h"
#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/events/asyncapi.h"
#include "contract/examples/example_check.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

using Row = std::vector<std::string>;

constexpr size_t kCellBytesMax = 1000;

// Prints the error, whose message already contains the locations, and returns the exit status.
int fail(const base::Error& error) {
  std::cerr << error.message << '\n';
  return kExitFailed;
}

std::string statuses(const contract::Operation& operation) {
  if (!operation.not_served.empty()) return "501 (not served)";
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
  std::string text;
  for (const contract::EventDeclaration& event : operation.events) {
    text += (text.empty() ? "" : ", ") + event.type + " -> " + event.topic +
            (event.acknowledged ? "" : " (best effort)");
  }
  return text + (operation.atomic ? " (atomic)" : "");
}

Row row_of(const contract::Operation& operation, const std::string& path) {
  return {operation.method,
          path,
          operation.id,
          statuses(operation),
          operation.security->text(),
          operation.rate == nullptr ? "" : operation.rate->text(),
          event_of(operation)};
}

std::vector<Row> rows_of(const contract::Contract& contract) {
  std::vector<Row> rows{{"METHOD", "PATH", "OPERATION", "ANSWERS", "SECURITY", "RATE", "EVENT"}};
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      // An operation with its own base paths is shown with the first of them.
      const bool own = *operation.base_paths != contract.base_paths();
      rows.push_back(row_of(operation, (own ? operation.base_paths->front() : "") + path.path));
    }
  }
  for (const contract::Outgoing& outgoing : contract.outgoing()) {
    const bool is_webhook = outgoing.kind == contract::Outgoing::Kind::webhook;
    for (const contract::Operation& operation : outgoing.path.operations) {
      rows.push_back(
          row_of(operation, outgoing.name + (is_webhook ? "" : " " + outgoing.path.path)));
      // Nothing answers it: others would, if it were sent.
      rows.back()[3] = is_webhook ? "webhook (not sent)" : "callback (not sent)";
      rows.back()[5].clear();
    }
  }
  return rows;
}

std::string table_of(const contract::Contract& contract) {
  std::string table;
  for (const std::string& base : contract.base_paths()) {
    if (!base.empty()) table += "base path " + base::printable(base, kCellBytesMax) + "\n";
  }
  return table + text_table(rows_of(contract));
}

}  // namespace

int print_routes(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  std::cout << table_of(*contract);
  return 0;
}

int print_topics(const std::string& file, const contract::ContractOptions& options,
                 bool only_atomic) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  for (const std::string& topic : contract->topics("", only_atomic)) std::cout << topic << '\n';
  return 0;
}

int print_bundle(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  const auto document = contract::bundled(contract->document(), contract->sources());
  if (!document) return fail(document.error());
  std::cout << *document << '\n';
  return 0;
}

int print_asyncapi(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) return fail(contract.error());
  std::cout << pretty_json(contract::asyncapi_of(*contract)) << '\n';
  return 0;
}

}  // namespace penstock::apps
