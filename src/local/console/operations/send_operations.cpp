#include "local/console/operations/send_operations.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "json/parse.h"
#include "local/console/operations/api_call.h"
#include "local/console/operations/error_answer.h"
#include "local/function/random_id.h"
#include "local/topics/shown_bytes.h"

namespace penstock::local {
namespace {

using http::Answer;
using http::Request;

constexpr std::chrono::seconds kPatience{30};
constexpr size_t kBodyBytesMax = 1024 * 1024;
constexpr size_t kCallsMax = 16;
constexpr size_t kContractDepthMax = 500;

struct Shared {
  boost::asio::io_context& io;
  const ShownApi api;
  const std::stop_token stop;
  size_t calls = 0;
};
using SharedPointer = std::shared_ptr<Shared>;

// Counts a call as long as it lives.
class Counted {
 public:
  explicit Counted(size_t& count) : count_(count) { ++count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }

 private:
  size_t& count_;
};

// Returns the trace's id in a traceparent (W3C Trace Context): VERSION-TRACE-PARENT-FLAGS.
std::optional<std::string> trace_of(std::string_view traceparent) {
  constexpr size_t kTraceAt = 3;
  constexpr size_t kTraceDigits = 32;
  if (traceparent.size() < kTraceAt + kTraceDigits + 1) return std::nullopt;
  const std::string_view trace = traceparent.substr(kTraceAt, kTraceDigits);
  const bool is_hex = trace.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_hex && traceparent[kTraceAt + kTraceDigits] == '-' ? std::optional(std::string(trace))
                                                               : std::nullopt;
}

bool has_body_usually(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

// Makes the call of a request's body, which has passed the contract. Sets `trace_id` to that of its
// traceparent. The error is `invalid`.
base::Result<ApiCall> call_of(const boost::json::object& body,
                              std::optional<std::string>& trace_id) {
  ApiCall call{.method = std::string(body.at("method").get_string()),
               .target = std::string(body.at("target").get_string())};
  const auto invalid = [](std::string sentence) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
  };
  // What follows its answer on a connection is not HTTP.
  if (call.method == "CONNECT") return invalid("the console sends no CONNECT requests");
  bool has_traceparent = false;
  if (const auto* headers = body.if_contains("headers")) {
    for (const auto& header : headers->get_array()) {
      const auto& members = header.get_object();
      std::string name(members.at("name").get_string());
      const auto* text = members.at("value").if_string();
      if (text == nullptr) return invalid("a header of HTTP has a value");
      std::string value(*text);
      if (std::string problem = problem_of_header(name, value); !problem.empty()) {
        return invalid(std::move(problem));
      }
      if (base::same_in_any_case(name, "traceparent")) {
        trace_id = has_traceparent ? std::nullopt : trace_of(value);
        has_traceparent = true;
      }
      call.headers.emplace_back(std::move(name), std::move(value));
    }
  }
  if (!has_traceparent) {
    trace_id = random_hex(32);
    call.headers.emplace_back("traceparent", "00-" + *trace_id + "-" + random_hex(16) + "-01");
  }
  if (const auto* text = body.if_contains("body")) {
    call.body = std::string(text->get_string());
  } else if (has_body_usually(call.method)) {
    call.body = "";
  }
  return call;
}

boost::json::object json_of(const ApiAnswer& answer) {
  boost::json::array headers;
  for (const auto& [name, value] : answer.headers) {
    headers.push_back(boost::json::object{{"name", name}, {"value", value}});
  }
  auto body = to_json(shown_bytes(answer.body, kBodyBytesMax));
  if (answer.cut) body["cut"] = true;
  return {{"status", answer.status},
          {"headers", std::move(headers)},
          {"body", std::move(body)},
          {"duration_ms", std::chrono::duration<double, std::milli>(answer.duration).count()}};
}

async::Awaitable<Answer> send_request(SharedPointer shared, const Request& request) {
  std::optional<std::string> trace_id;
  auto call = call_of(request.body().get_object(), trace_id);
  if (!call) co_return error_answer(call.error());
  const uint16_t port = shared->api.port();
  if (port == 0) co_return refusal(404, "this program runs no API to which it could be sent");
  if (shared->calls >= kCallsMax) {
    co_return refusal(503, "the console waits for 16 other answers of the API; try it again");
  }
  const Counted counted(shared->calls);
  const auto answer =
      co_await call_api(shared->io, port, std::move(*call), kPatience, kBodyBytesMax, shared->stop);
  if (!answer) co_return error_answer(answer.error());
  auto json = json_of(*answer);
  if (trace_id) json["trace_id"] = *trace_id;
  co_return http::json(std::move(json));
}

async::Awaitable<Answer> get_contract(SharedPointer shared) {
  const auto text = shared->api.contract();
  if (!text) co_return refusal(404, "this program has no contract of an API");
  // The answer's own check would refuse a contract that is nested more deeply than its default.
  auto document = json::parse(*text, {.depth_max = kContractDepthMax});
  if (!document) co_return error_answer(document.error());
  co_return http::json(std::move(*document));
}

async::Awaitable<Answer> get_clients(SharedPointer shared) {
  boost::json::array credentials;
  if (const auto clients = shared->api.clients ? shared->api.clients() : nullptr) {
    for (const TestClient& client : *clients) {
      credentials.push_back(boost::json::object{{"scheme", client.scheme},
                                                {"subject", client.subject},
                                                {"in", client.in},
                                                {"name", client.name},
                                                {"value", client.value}});
    }
  }
  co_return http::json(boost::json::object{{"credentials", std::move(credentials)}});
}

}  // namespace

ConsoleOperations send_operations(boost::asio::io_context& io, ShownApi api, std::stop_token stop) {
  const auto shared = std::make_shared<Shared>(Shared{io, std::move(api), std::move(stop)});
  return {
      {"get_contract", [shared](const Request&) { return get_contract(shared); }},
      {"get_clients", [shared](const Request&) { return get_clients(shared); }},
      {"send_request", [shared](const Request& request) { return send_request(shared, request); }}};
}

}  // namespace penstock::local
