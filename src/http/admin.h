#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/server/service.h"

namespace penstock::http {

// What one thing that the service depends on says of itself.
struct Check {
  std::string name;
  bool ready = false;
  std::string reason = {};  // Why not, in a sentence.
};

// The admin listener's service: `GET /readiness` (200, or 503 with the reasons) and `GET /metrics`
// (Prometheus text format 0.0.4). It has no access log; it is for the machine itself and listens on
// the loopback address.
class Admin final : public Service {
 public:
  Admin(std::function<std::vector<Check>()> checks, std::function<void(std::string&)> write_metrics)
      : checks_(std::move(checks)), write_metrics_(std::move(write_metrics)) {}

  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;

 private:
  [[nodiscard]] ResponseMessage answer(const RequestMessage& request) const;
  [[nodiscard]] ResponseMessage readiness() const;
  [[nodiscard]] ResponseMessage metrics() const;

  std::function<std::vector<Check>()> checks_;
  std::function<void(std::string&)> write_metrics_;
};

}  // namespace penstock::http
