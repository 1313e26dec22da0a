#include "apps/contract/requests_command.h"

#include <iostream>

#include "apps/shared/exit_status.h"
#include "base/printable_text.h"
#include "contract/document/document.h"
#include "contract/examples/mock_response.h"
#include "contract/examples/request_sample.h"
#include "contract/openapi/contract_files.h"
#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::apps {
namespace {

// All requests of a contract, and all answers, may take so many steps.
constexpr uint64_t kStepsMax = 200'000'000;

std::string line_of(const contract::Operation& operation, const contract::RequestSample& request,
                    unsigned status) {
  std::string line;
  json::ObjectWriter object(line);
  object.member("operation", operation.id)
      .member("method", request.method)
      .member("path", operation.path)
      .member("target", request.target);
  json::ObjectWriter headers(object.key("headers"));
  for (const auto& [name, text] : request.headers) {
    json::append_string(headers.key_of_text(name), text);
  }
  headers.end();
  if (request.body) {
    object.member("body", *request.body);
  } else {
    object.null("body");
  }
  object.member("status", status);
  object.end();
  return line;
}

}  // namespace

int print_requests(const std::string& file, const contract::ContractOptions& options) {
  const auto contract = contract::read_contract(file, options);
  if (!contract) {
    std::cerr << contract.error().message << '\n';
    return kExitFailed;
  }
  contract::SampleSource requests(contract::Direction::request, kStepsMax);
  contract::SampleSource responses(contract::Direction::response, kStepsMax);
  int exit_status = 0;
  for (const contract::Path& path : contract->paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (!operation.not_served.empty()) continue;
      const auto request = contract::request_sample(*contract, operation, requests);
      const auto response = contract::mock_response(operation, {}, responses);
      if (request && response) {
        std::cout << line_of(operation, *request, response->status) << '\n';
        continue;
      }
      exit_status = kExitFailed;
      std::string reason =
          !request ? request.error().message : "the mock has no answer for '" + operation.id + "'";
      if (requests.exhausted() || responses.exhausted()) {
        reason = "the requests before that of '" + operation.id + "' took too long to make";
      }
      std::cerr << base::printable(operation.where + ": " + reason, contract::kSentenceBytesMax)
                << '\n';
    }
  }
  return exit_status;
}

}  // namespace penstock::apps
