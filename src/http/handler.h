#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "contract/arguments.h"

// What the author of a service writes against: a handler is a pure function from a Request to an Answer.
namespace penstock::http {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// A request that has passed the contract: its parameters are there and valid.
class Request {
 public:
  Request(const contract::Arguments& arguments, std::string_view body, base::SystemTime received_at)
      : arguments_(arguments), body_(body), received_at_(received_at) {}

  // A declared query parameter; empty if it is optional and was left out.
  [[nodiscard]] const std::string& query(std::string_view name) const {
    static const std::string kNone;
    const std::optional<std::string>& text = arguments_.query(name);
    return text ? *text : kNone;
  }
  [[nodiscard]] bool has_query(std::string_view name) const { return arguments_.query(name).has_value(); }
  [[nodiscard]] std::string_view body() const { return body_; }
  [[nodiscard]] base::SystemTime received_at() const { return received_at_; }

 private:
  const contract::Arguments& arguments_;
  std::string_view body_;
  base::SystemTime received_at_;
};

// What a handler says: a status, a JSON body or none, and the event to publish first. One event at the most:
// two could not be stored as one, and then no status would be true.
class Answer {
 public:
  explicit Answer(unsigned status = 200) : status_(status) {}
  Answer(unsigned status, value body) : status_(status), body_(std::move(body)) {}

  // The answer goes out only after the event's delivery policy is met; `x-event` in the contract says the
  // rest.
  Answer&& publish(value event) && {
    event_ = std::move(event);
    return std::move(*this);
  }

  [[nodiscard]] unsigned status() const { return status_; }
  [[nodiscard]] const std::optional<value>& body() const { return body_; }
  [[nodiscard]] const std::optional<value>& event() const { return event_; }

 private:
  unsigned status_;
  std::optional<value> body_;
  std::optional<value> event_;
};

[[nodiscard]] inline Answer json(value body, unsigned status = 200) {
  return Answer(status, std::move(body));
}
[[nodiscard]] inline Answer empty(unsigned status = 200) {
  return Answer(status);
}

// Whole seconds since 1970.
[[nodiscard]] inline int64_t seconds(base::SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

using Handler = Answer (*)(const Request&);

// operationId → function. Every operation of the contract has one, and every one has its operation.
using Handlers = std::vector<std::pair<std::string_view, Handler>>;

}  // namespace penstock::http
