#pragma once

#include <boost/system/result.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/metrics.h"
#include "http/publishing.h"
#include "http/request_validator.h"
#include "http/server/service.h"
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
                                                               const Handlers& handlers,
                                                               Settings settings,
                                                               Publishing& publishing,
                                                               log::Log& log);

  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) override;

  // What the first half of handle() finds, which does no I/O: the reply, and the event that is
  // published before it goes out.
  struct Plan {
    Reply reply;  // With an event that is to be acknowledged it is only true once that is stored.
    std::optional<events::Event> event = {};
    bool acknowledged = true;  // Whether the reply waits for the event's delivery report.
  };
  [[nodiscard]] Plan plan(const RequestMessage& request);

  [[nodiscard]] const RequestMetrics& metrics() const { return metrics_; }

 private:
  Api(contract::Contract contract, Settings settings, Publishing& publishing, log::Log& log);

  [[nodiscard]] Plan plan_of(const RequestMessage& request, const ValidRequest& valid);
  [[nodiscard]] boost::system::result<events::Event, contract::Violations> event_of(
      const RequestMessage& request, const contract::EventDeclaration& declared,
      const value& event);

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
