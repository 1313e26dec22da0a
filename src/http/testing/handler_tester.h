#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
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
#include "http/waiting_request.h"
#include "resources/resources.h"

// This namespace is for the tests of handlers.
namespace penstock::http::testing {

// Calls handlers as the service does: a request must pass the contract before its handler sees it.
// An answer is not checked against the contract.
class HandlerTester {
 public:
  // Throws if the contract cannot be compiled, or if a typed handler was generated from another
  // one.
  // Nothing makes the resources, so that handlers which use them cannot be asked.
  HandlerTester(std::span<const contract::ContractFile> files, const Handlers& handlers)
      : HandlerTester(files, handlers, nullptr, nullptr) {}
  // Does the same with the resources that the handlers use. Throws, too, if they use other ones.
  // Resources that need an io_context are made with `io`, which ask() runs, and which must outlive
  // the tester.
  template <class Resources>
  HandlerTester(std::span<const contract::ContractFile> files, const Handlers& handlers,
                std::unique_ptr<Resources> made, boost::asio::io_context* io = nullptr)
      : HandlerTester(files, handlers, std::make_unique<resources::Resources>(std::move(made)),
                      io) {}

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

  // A handler that waits must have answered after so much real time.
  static constexpr std::chrono::seconds kDeadline{30};

  // Returns the handler's answer; one that waits is waited for. Throws std::runtime_error with the
  // status and the problem document if the contract refuses the request, or if the operation has no
  // handler, and what the handler throws.
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
    const HandledOperation& handled = *valid->handled;
    if (handled.handler.resources_type() != typeid(void) && handled.resources == nullptr) {
      throw std::runtime_error("the handler of operation " + valid->operation->id +
                               " uses resources: give them to the HandlerTester");
    }
    return handled.handler.waits() ? wait(message, *valid) : valid->call(message);
  }

 private:
  HandlerTester(std::span<const contract::ContractFile> files, const Handlers& handlers,
                std::unique_ptr<resources::Resources> made, boost::asio::io_context* io)
      : contract_(contract::parse_contract(files).value()), resources_(std::move(made)) {
    if (io != nullptr) io_ = io;
    std::string problems;
    operations_ = handled_operations(contract_, handlers, problems, resources_.get());
    if (!problems.empty()) throw std::runtime_error(problems);
    validator_.fill_structs_of(&operations_);
  }

  // Is what a handler that waits has, perhaps for longer than the tester waits.
  struct Waited {
    WaitingRequest request;
    std::optional<Answer> answer;
    std::exception_ptr failure;
    bool ended = false;
  };

  // Runs the io_context until the handler has ended.
  Answer wait(const RequestMessage& message, const ValidRequest& valid) {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    const auto waited = std::make_shared<Waited>();
    waited->request.take(message, valid, deadline);
    boost::asio::co_spawn(
        *io_, valid.handled->handler.wait(waited->request.get(), valid.handled->resources),
        [waited](const std::exception_ptr& thrown, Answer given) {
          waited->failure = thrown;
          waited->answer = std::move(given);
          waited->ended = true;
        });
    io_->restart();
    while (!waited->ended && io_->run_one_until(deadline) > 0) {
    }
    if (!waited->ended) {
      throw std::runtime_error("the handler of operation " + valid.operation->id +
                               " has not answered within 30 s, or waits for nothing that can come");
    }
    if (waited->failure) std::rethrow_exception(waited->failure);
    return std::move(*waited->answer);
  }

  contract::Contract contract_;
  std::unique_ptr<resources::Resources> resources_;  // Null if handlers have none.
  boost::asio::io_context own_io_{1};
  boost::asio::io_context* io_ = &own_io_;
  HandledOperations operations_;
  RequestValidator validator_{contract_};
};

}  // namespace penstock::http::testing
