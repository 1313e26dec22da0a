#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "async/latch.h"
#include "contract/openapi/contract.h"
#include "http/pages/own_pages.h"
#include "http/request_validator.h"
#include "http/server/service.h"
#include "local/console/event_streams.h"
#include "local/console/feed.h"
#include "local/console/operation.h"
#include "local/console/request_guard.h"
#include "log/log.h"

namespace penstock::local {

// Answers the requests of the console. It refuses those that another site's page may have sent, and
// those that change something without the token. It enforces the contract of the operations
// (console.openapi.yaml) as Penstock's API does, and it serves the page. All calls are for the
// io_context's thread.
class ConsoleService final : public http::Service {
 public:
  // An operation of the contract that is not among `operations` is answered with 404: this program
  // has no such thing. An operation that the contract does not have is a bug. The stream is made of
  // `feed`. `io` and `log` must outlive the service.
  ConsoleService(boost::asio::io_context& io, std::string token, ConsoleFeed feed,
                 ConsoleOperations operations, log::Log& log);

  // Says on which port the console listens. Until then each request is refused.
  void set_port(uint16_t port) { guard_.set_port(port); }

  [[nodiscard]] http::Admission admit(const http::RequestMessage& request) override;
  [[nodiscard]] http::Reply too_large(const http::RequestMessage& request) override;
  [[nodiscard]] async::Awaitable<http::Reply> handle(const http::RequestMessage& request) override;
  void finish(const http::RequestMessage& request, http::ResponseMessage& response) override;

  // Ends all streams, now and later.
  void end_streams() { streams_.end(); }
  // Returns when no operation runs any more.
  async::Awaitable<> operations_ended();

 private:
  void add_pages();
  [[nodiscard]] http::Reply stream_of(const http::ValidRequest& valid);
  [[nodiscard]] std::variant<http::ValidRequest, http::Reply> validate(
      const http::RequestMessage& request, http::RequestValidator& validator) const;
  async::Awaitable<http::Reply> answer(const http::RequestMessage& request,
                                       const http::ValidRequest& valid);
  async::Awaitable<http::Answer> run(const ConsoleOperation& operation,
                                     const http::RequestMessage& message,
                                     const http::ValidRequest& valid);
  [[nodiscard]] http::Reply written(const http::ValidRequest& valid, const http::Answer& answer,
                                    const http::RequestMessage& request);

  RequestGuard guard_;
  EventStreams streams_;
  const ConsoleOperations operations_;
  log::Log& log_;
  const contract::Contract contract_;
  http::OwnPages pages_;
  http::RequestValidator validator_{contract_};  // For what does not wait.
  size_t running_ = 0;                           // The number of operations.
  async::Latch none_runs_;
};

}  // namespace penstock::local
