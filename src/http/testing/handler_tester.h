#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/principal.h"
#include "contract/openapi/contract_files.h"
#include "http/guard/admitted.h"
#include "http/handler.h"
#include "http/request_validator.h"

// This namespace is for the tests of handlers.
namespace penstock::http::testing {

// Calls handlers as the service does: a request must pass the contract before its handler sees it.
// An answer is not checked against the contract.
class HandlerTester {
 public:
  // Throws if the contract cannot be compiled, or if a typed handler was generated from another
  // one.
  HandlerTester(std::span<const contract::ContractFile> files, const Handlers& handlers)
      : contract_(contract::parse_contract(files).value()) {
    std::string problems;
    operations_ = handled_operations(contract_, handlers, problems);
    if (!problems.empty()) throw std::runtime_error(problems);
    validator_.fill_structs_of(&operations_);
  }

  struct Sent {
    std::string_view method = "GET";
    std::string_view target;
    std::string body = {};
    std::vector<std::pair<std::string_view, std::string_view>> headers = {};
    base::SystemTime received_at = {};
    // Says who sends the request. The tester does not authenticate: without a word the caller is
    // anonymous, also where the contract requires a credential.
    auth::Caller caller = {};
  };

  // Returns the handler's answer. Throws std::runtime_error with the status and the problem
  // document if the contract refuses the request, or if the operation has no handler.
  [[nodiscard]] Answer ask(const Sent& sent) {
    RequestMessage message;
    message.set_start_line(boost::beast::http::string_to_verb(sent.method), sent.method,
                           sent.target);
    for (const auto& [name, text] : sent.headers) {
      message.add_header(boost::beast::http::string_to_field(name), name, text);
    }
    message.body = sent.body;
    message.received_at = sent.received_at;
    set_caller(message, sent.caller);
    const auto validated = validator_.validate(message);
    if (const auto* reply = std::get_if<Reply>(&validated)) {
      throw std::runtime_error(std::to_string(reply->response.status) + ' ' + reply->response.body);
    }
    const auto* valid = std::get_if<ValidRequest>(&validated);
    if (valid->handled == nullptr) {
      throw std::runtime_error("operation " + valid->operation->id + " has no handler");
    }
    return valid->call(message);
  }

 private:
  contract::Contract contract_;
  HandledOperations operations_;
  RequestValidator validator_{contract_};
};

}  // namespace penstock::http::testing
