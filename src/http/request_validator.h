#pragma once

#include <boost/json/value.hpp>
#include <string_view>
#include <variant>

#include "contract/openapi/arguments.h"
#include "contract/openapi/contract.h"
#include "http/body_reader.h"
#include "http/server/service.h"

namespace penstock::http {

// A request that has passed the contract. It views the validator and the request, and is good until
// the next request.
struct ValidRequest {
  std::string_view route;  // The path's template, which the contract owns.
  const contract::Operation* operation = nullptr;
  bool head = false;  // It is answered by the GET operation, without its body and its event.
  const contract::Arguments* arguments = nullptr;
  const boost::json::value* body = nullptr;  // It is null unless the body is JSON.
};

// Holds requests against the contract, one after the other. Not for several at a time: what it
// keeps of one it uses for the next, so that steady traffic allocates nothing here.
class RequestValidator {
 public:
  explicit RequestValidator(const contract::Contract& contract) : contract_(contract) {}

  // The valid request, or its answer: what is wrong with it, where its path is, or what OPTIONS
  // asked for.
  [[nodiscard]] std::variant<ValidRequest, Reply> validate(const RequestMessage& request);

 private:
  [[nodiscard]] contract::Violations read_parameters(const contract::Operation& operation,
                                                     const RequestMessage& request,
                                                     std::string_view query);

  const contract::Contract& contract_;
  std::string accept_;  // Scratch.
  contract::PathValues path_values_;
  contract::Arguments arguments_;
  BodyReader body_reader_;
};

}  // namespace penstock::http
