#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "contract/openapi/arguments.h"
#include "contract/openapi/contract.h"
#include "http/service.h"
#include "json/arena.h"
#include "json/reader.h"

namespace penstock::http {

// A request that has passed the contract. Views into the validator and the exchange; good until the next one.
struct ValidRequest {
  const contract::Operation* operation = nullptr;
  bool head = false;  // Answered by the GET operation, without its body and its event.
  const contract::Arguments* arguments = nullptr;
  const boost::json::value* body = nullptr;  // Null unless it is JSON.
};

// Holds requests against the contract, one after the other. Not for several at a time: what it keeps of one
// it uses for the next, so that steady traffic allocates nothing here.
class RequestValidator {
 public:
  explicit RequestValidator(const contract::Contract& contract) : contract_(contract) {}

  // Nothing: the request is answered; the response says what is wrong with it, or what OPTIONS asked for.
  [[nodiscard]] std::optional<ValidRequest> validate(Exchange& exchange);

 private:
  [[nodiscard]] bool is_negotiable(Exchange& exchange, const contract::Operation& operation);
  [[nodiscard]] const contract::MediaType* empty_body(const RequestMessage& request,
                                                      const contract::Operation& operation);
  [[nodiscard]] const contract::MediaType* media_type(Exchange& exchange,
                                                      const contract::Operation& operation);
  [[nodiscard]] bool can_be_held(const contract::MediaType& media) const;
  void read_body(const Exchange& exchange, const contract::MediaType& media,
                 contract::Violations& violations);
  void read_json(std::string_view text, const contract::Schema* schema, contract::Violations& violations);
  void no_such_path(Exchange& exchange, std::string_view path, std::string_view rest);

  const contract::Contract& contract_;
  std::string accept_;  // Scratch.
  contract::PathValues path_values_;
  contract::Arguments arguments_;
  contract::BodyKind kind_ = contract::BodyKind::json;  // Of the body.
  bool is_readable_ = true;                             // False: the body is not even of its media type.
  json::Arena<8192> memory_;
  json::Reader json_reader_;
  std::optional<boost::json::value> body_;
};

}  // namespace penstock::http
