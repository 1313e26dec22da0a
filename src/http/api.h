#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/metrics.h"
#include "http/publishing.h"
#include "http/request_validator.h"
#include "http/service.h"
#include "log/log.h"

namespace penstock::http {

// The public service: request → contract → handler → event → answer.
class Api final : public Service {
 public:
  struct Settings {
    std::string topic;         // Takes the place of every topic of the contract, if not empty.
    std::string event_source;  // `ce_source`
  };

  // The error says which operation has no handler, or which handler no operation.
  [[nodiscard]] static base::Result<std::unique_ptr<Api>> make(contract::Contract contract,
                                                               const Handlers& handlers, Settings settings,
                                                               Publishing& publishing, log::Log& log);

  async::Awaitable<> handle(Exchange& exchange) override;
  void completed(const Exchange& exchange) override;

  // The first half of handle(), which does no I/O: the answer, or the event that must be stored before it
  // goes out.
  struct Plan {
    std::optional<events::Event> event;
    bool acknowledged = true;
  };
  [[nodiscard]] Plan plan(Exchange& exchange);

  [[nodiscard]] const RequestMetrics& metrics() const { return metrics_; }

 private:
  Api(contract::Contract contract, Settings settings, Publishing& publishing, log::Log& log);

  void run_handler(Exchange& exchange, const ValidRequest& request, Plan& plan);
  std::optional<events::Event> event_of(Exchange& exchange, const contract::Operation& operation,
                                        const value& event);
  void finish(Exchange& exchange, const events::Event& event, const events::DeliveryReport& report);
  void fail(Exchange& exchange, std::string_view what, const contract::Violations& violations);

  contract::Contract contract_;
  RequestValidator validator_{contract_};
  Settings settings_;
  boost::unordered_flat_map<const contract::Operation*, Handler> handlers_;
  Publishing& publishing_;
  log::Log& log_;
  events::EventIds ids_;
  RequestMetrics metrics_;
};

}  // namespace penstock::http
