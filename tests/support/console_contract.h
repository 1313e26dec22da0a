#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/principal.h"
#include "contract/openapi/contract_files.h"
#include "http/answer_writer.h"
#include "http/request_validator.h"
#include "http/server/problem.h"
#include "json/parse.h"
#include "local/console/operation.h"

namespace penstock::test {

// Calls operations of the console as it does: a request must pass the contract
// (console.openapi.yaml), and so must its answer. PENSTOCK_CONSOLE_CONTRACT is the file's path.
class ConsoleContract {
 public:
  struct Answered {
    unsigned status = 0;
    std::string body = {};
    boost::json::value json = {};  // Null if the body is not JSON.

    // Returns the sentence of a problem document.
    [[nodiscard]] std::string detail() const {
      const auto* object = json.if_object();
      const auto* text = object != nullptr ? object->if_contains("detail") : nullptr;
      return text != nullptr ? std::string(text->as_string()) : "";
    }
  };

  ConsoleContract()
      : contract_(contract::read_contract(PENSTOCK_CONSOLE_CONTRACT).value()),
        validator_(contract_) {}

  // Sends a request, whose body is JSON unless it is empty, to its operation, runs `io` until that
  // has returned, and returns the answer. A request that the contract refuses is answered so, too.
  // An answer that breaks the contract, or that does not come within a minute, fails the test.
  Answered ask(const local::ConsoleOperations& operations, boost::asio::io_context& io,
               std::string_view method, const std::string& target, const std::string& body = {}) {
    http::RequestMessage message;
    message.set_start_line(boost::beast::http::string_to_verb(method), method, target);
    if (!body.empty()) {
      message.add_header(boost::beast::http::field::content_type, "content-type",
                         "application/json");
    }
    message.body = body;
    auto validated = validator_.validate(message);
    if (const auto* reply = std::get_if<http::Reply>(&validated)) return read(reply->response);
    const auto& valid = std::get<http::ValidRequest>(validated);
    const auto operation = operations.find(valid.operation->id);
    if (operation == operations.end()) {
      ADD_FAILURE() << "there is no operation " << valid.operation->id;
      return {};
    }
    const auth::Caller nobody;
    const http::Request request(*valid.arguments, message.body, valid.body, {},
                                http::Conditions(message), nobody);
    const auto answer = run(io, operation->second, request);
    if (!answer) return {};
    const auto written = http::write_answer(*valid.operation, *answer, message);
    if (!written) {
      ADD_FAILURE() << valid.operation->id << ": "
                    << http::sentence_of("the answer breaks the contract", written.error());
      return {.status = answer->status()};
    }
    return read(*written);
  }

 private:
  static std::optional<http::Answer> run(boost::asio::io_context& io,
                                         const local::ConsoleOperation& operation,
                                         const http::Request& request) {
    std::optional<http::Answer> answer;
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(
        io.get_executor(),
        [&]() -> async::Awaitable<> { answer.emplace(co_await operation(request)); },
        [&](const std::exception_ptr& thrown) {
          failure = thrown;
          done = true;
        });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!done && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_until(deadline);
    }
    if (failure) std::rethrow_exception(failure);
    if (!done) ADD_FAILURE() << "the operation has not returned within a minute";
    return answer;
  }
  static Answered read(const http::ResponseMessage& response) {
    Answered answered{.status = response.status, .body = response.body};
    if (auto json = json::parse(response.body, {.depth_max = 200})) {
      answered.json = std::move(*json);
    }
    return answered;
  }

  contract::Contract contract_;
  http::RequestValidator validator_;
};

}  // namespace penstock::test
