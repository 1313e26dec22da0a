#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>

#include "http/answer_writer.h"
#include "http/request_validator.h"
#include "log/log.h"

namespace penstock::http {

// Serves a contract before it has a handler: requests are validated in full, answers are the document's
// examples, or values made from its schemas. `Prefer: code=404` and `Prefer: example=name` choose (RFC 7240).
class Mock final : public Service {
 public:
  Mock(contract::Contract contract, log::Log& log) : contract_(std::move(contract)), log_(log) {}

  async::Awaitable<> handle(Exchange& exchange) override;
  void completed(const Exchange& exchange) override;

 private:
  void answer(Exchange& exchange, const contract::Operation& operation);
  // The example of that name, or the first, or a value made of the schema; nothing, and why, if there is
  // none.
  [[nodiscard]] std::optional<value> value_of(const contract::Examples& examples,
                                              const contract::Schema* schema, std::string_view wanted,
                                              std::string& why_not);

  contract::Contract contract_;
  RequestValidator validator_{contract_};
  log::Log& log_;
  boost::unordered_flat_map<const contract::Schema*, std::optional<value>> samples_;  // Made once each.
};

}  // namespace penstock::http
