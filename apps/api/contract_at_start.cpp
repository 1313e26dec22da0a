#include "apps/api/contract_at_start.h"

#include <string>
#include <vector>

#include "apps/api/authentication.h"
#include "base/printable_text.h"
#include "contract/openapi/required_security.h"

namespace penstock::apps {
namespace {

using contract::Operation;

// A document may have long names and many scopes.
constexpr size_t kTextBytesMax = 1000;

std::string shown(const std::string& text) {
  return base::printable(text, kTextBytesMax);
}

template <typename Chosen>
std::vector<const Operation*> operations_of(const contract::Contract& contract,
                                            const Chosen& chosen) {
  std::vector<const Operation*> all;
  for (const contract::Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      if (chosen(operation)) all.push_back(&operation);
    }
  }
  return all;
}

// Writes a line for each operation, and one with the number of the rest.
template <typename Text>
void log_each(log::Log& log, const std::vector<const Operation*>& operations,
              std::string_view message, std::string_view field, const Text& text) {
  size_t logged = 0;
  for (const Operation* operation : operations) {
    if (logged++ == kLoggedOperationsMax) {
      log::Line(log, log::Level::info, message)
          .field("more_operations", operations.size() - kLoggedOperationsMax);
      break;
    }
    log::Line(log, log::Level::info, message)
        .field("operation", shown(operation->id))
        .field("method", operation->method)
        .field("route", shown(operation->path))
        .field(field, shown(text(*operation)));
  }
}

}  // namespace

base::Result<> check_security(const contract::Contract& contract, const ApiSettings& settings) {
  // With AUTHENTICATION the authenticator checks that every scheme is there.
  if (settings.external_security || !settings.authentication.empty()) return {};
  const std::string required = contract::required_security(contract);
  if (required.empty()) return {};
  return base::Error{
      .code = base::ErrorCode::invalid,
      .message = required + ". Say in " + settings.variable_prefix +
                 "AUTHENTICATION by what credentials are verified, with JSON such as " +
                 authentication_example(contract) +
                 " or the path of a file that has it. If a load balancer or a gateway in front of "
                 "this program checks all of them, say so with " +
                 settings.variable_prefix + "SECURITY=external or --security external"};
}

base::Result<> check_health(const contract::Contract& contract, const ApiSettings& settings,
                            std::string_view health_path) {
  if (settings.external_security) return {};
  contract::PathValues values;
  const contract::Match match = contract.match("GET", health_path, values);
  // A template does not take the health check: the program answers it.
  if (match.operation == nullptr || match.path->path.find('{') != std::string::npos ||
      !match.operation->security->is_required()) {
    return {};
  }
  return base::Error{.code = base::ErrorCode::invalid,
                     .message = shown(match.operation->where) + ": operation '" +
                                shown(match.operation->id) +
                                "' answers the health check of load balancers, which have no "
                                "credentials, and requires some. Give it `security: []`, or let "
                                "HEALTHCHECK in service.env name another path"};
}

void log_operations(const contract::Contract& contract, bool external_security, log::Log& log) {
  log_each(log,
           operations_of(contract,
                         [](const Operation& operation) {
                           return operation.not_served.empty() &&
                                  !operation.security->requirements.empty();
                         }),
           external_security ? "the operation needs authentication in front of this program"
                             : "the operation has security",
           "security", [](const Operation& operation) { return operation.security->text(); });
  log_each(log, operations_of(contract, [](const Operation& one) { return one.rate != nullptr; }),
           "the operation has a rate limit", "rate",
           [](const Operation& operation) { return operation.rate->text(); });
  log_each(log,
           operations_of(contract, [](const Operation& one) { return !one.not_served.empty(); }),
           "the operation is not served", "reason",
           [](const Operation& operation) { return operation.not_served; });
}

}  // namespace penstock::apps
