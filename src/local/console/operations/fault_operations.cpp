#include "local/console/operations/fault_operations.h"

#include <boost/json/object.hpp>
#include <optional>
#include <utility>

#include "local/console/operations/error_answer.h"

namespace penstock::local {
namespace {

using http::Answer;
using http::Request;

boost::json::object as_json(const FaultStatus& status) {
  const Fault& fault = *status.fault;
  boost::json::object object{{"name", fault.name},
                             {"title", fault.title},
                             {"effect", fault.effect},
                             {"on_aws", fault.on_aws},
                             {"watch_for", fault.watch_for},
                             {"available", status.unavailable_because.empty()},
                             {"unavailable_because", status.unavailable_because},
                             {"active", status.active},
                             {"ends_at_ms", nullptr},
                             {"result", status.result}};
  if (status.ends_at_ms) object["ends_at_ms"] = *status.ends_at_ms;
  boost::json::array parameters;
  const auto add = [&](const char* name, std::optional<int> number) {
    if (!number) return;
    parameters.emplace_back(name);
    object[name] = *number;
  };
  add("seconds", fault.defaults.seconds);
  add("milliseconds", fault.defaults.milliseconds);
  add("count", fault.defaults.count);
  object["parameters"] = std::move(parameters);
  return object;
}

Answer answer_of(const base::Result<FaultStatus>& status) {
  return status ? http::json(as_json(*status)) : error_answer(status.error());
}

std::optional<int> number(const boost::json::object& body, const char* name) {
  const auto* value = body.if_contains(name);
  if (value == nullptr) return std::nullopt;
  return value->to_number<int>();  // The contract bounds it.
}

async::Awaitable<Answer> list_faults(Faults& faults) {
  boost::json::array all;
  for (const FaultStatus& status : faults.list()) all.push_back(as_json(status));
  co_return http::json(boost::json::object{{"faults", std::move(all)}});
}

async::Awaitable<Answer> start_fault(Faults& faults, const Request& request) {
  const auto& body = request.body().get_object();
  co_return answer_of(
      faults.start(request.path("name"), {.seconds = number(body, "seconds"),
                                          .milliseconds = number(body, "milliseconds"),
                                          .count = number(body, "count")}));
}

async::Awaitable<Answer> end_fault(Faults& faults, const Request& request) {
  co_return answer_of(faults.end(request.path("name")));
}

}  // namespace

ConsoleOperations fault_operations(Faults& faults) {
  return {
      {"list_faults", [&faults](const Request&) { return list_faults(faults); }},
      {"start_fault", [&faults](const Request& request) { return start_fault(faults, request); }},
      {"end_fault", [&faults](const Request& request) { return end_fault(faults, request); }}};
}

boost::json::array active_faults(const Faults& faults) {
  boost::json::array all;
  for (const FaultStatus& status : faults.active()) all.push_back(as_json(status));
  return all;
}

}  // namespace penstock::local
