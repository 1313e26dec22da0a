#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/server/service.h"

namespace penstock::http {

// Describes the state of one thing that the service depends on, as `/readiness` shows it.
struct Check {
  std::string name;
  bool ready = false;
  std::string reason = {};  // Why it is not ready, in a sentence.
};

// Serves the admin listener: `GET /readiness` (200, or 503 with the reasons) and `GET /metrics`
// (Prometheus text format 0.0.4). Its requests are not logged: it is meant for programs on the same
// machine, and listens on the loopback address only.
class Admin final : public Service {
 public:
  // Both functions are called on the server's thread, once for each request that needs them.
  // `write_metrics` appends its text.
  Admin(std::function<std::vector<Check>()> checks, std::function<void(std::string&)> write_metrics)
      : checks_(std::move(checks)), write_metrics_(std::move(write_metrics)) {}

  [[nodiscard]] Admission admit(const RequestMessage& /*request*/) override { return DropBody{}; }
  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;

 private:
  [[nodiscard]] ResponseMessage answer(const RequestMessage& request) const;
  [[nodiscard]] ResponseMessage readiness() const;
  [[nodiscard]] ResponseMessage metrics() const;

  std::function<std::vector<Check>()> checks_;
  std::function<void(std::string&)> write_metrics_;
};

}  // namespace penstock::http
