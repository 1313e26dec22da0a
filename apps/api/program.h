#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <string>
#include <vector>

#include "apps/api/settings.h"
#include "apps/shared/msk_iam.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "events/log_sink.h"
#include "events/publisher.h"
#include "http/admin.h"
#include "http/api.h"
#include "http/publishing.h"
#include "http/server.h"
#include "kafka/producer.h"
#include "log/log.h"

namespace penstock::apps {

// The API's parts and their order: what is declared first is needed longest.
class ApiProgram {
 public:
  explicit ApiProgram(const ApiSettings& settings);

  // ErrorCode::invalid: handlers and contract, or a setting, are at odds; else: something was not to be had.
  [[nodiscard]] base::Result<> wire(contract::Contract contract);
  // Serves until SIGTERM or SIGINT, then drains. The exit code.
  int run();

 private:
  void observe(const base::Result<aws::Credentials>& attempt, bool usable, std::chrono::seconds next);
  void drain();
  void stop_serving();
  [[nodiscard]] std::vector<http::Check> checks() const;
  void write_metrics(std::string& out) const;

  const ApiSettings& settings_;
  log::Log log_;
  boost::asio::io_context io_{1};  // One thread: no locking inside.
  boost::asio::signal_set signals_{io_};
  async::Timer drain_timer_{io_.get_executor()};
  std::unique_ptr<MskIam> msk_iam_;            // Null: Kafka is asked in plain text.
  std::unique_ptr<kafka::Producer> producer_;  // Null: no Kafka is configured.
  std::unique_ptr<events::LogSink> log_sink_;
  std::unique_ptr<events::Publisher> publisher_;
  std::unique_ptr<http::Publishing> publishing_;
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<http::Admin> admin_;
  std::unique_ptr<http::Server> api_server_;
  std::unique_ptr<http::Server> admin_server_;
  bool draining_ = false;
};

}  // namespace penstock::apps
