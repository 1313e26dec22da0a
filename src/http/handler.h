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
#include "contract/openapi/arguments.h"

// What the author of a service writes against: a handler is a pure function from a Request to an
// Answer.
namespace penstock::http {

using boost::json::array;
using boost::json::object;
using boost::json::value;

// A request that has passed the contract: its parameters and its body are there and valid.
class Request {
 public:
  Request(const contract::Arguments& arguments, std::string_view body_text, const value* body,
          base::SystemTime received_at)
      : arguments_(arguments), body_text_(body_text), body_(body), received_at_(received_at) {}

  // A declared parameter as text: its default, or nothing, if it was left out. A name that the
  // operation does not declare is a mistake of the program: std::logic_error.
  [[nodiscard]] const std::string& path(std::string_view name) const {
    return text(In::path, name);
  }
  [[nodiscard]] const std::string& query(std::string_view name) const {
    return text(In::query, name);
  }
  [[nodiscard]] const std::string& header(std::string_view name) const {
    return text(In::header, name);
  }
  [[nodiscard]] const std::string& cookie(std::string_view name) const {
    return text(In::cookie, name);
  }
  // Whether the client sent it.
  [[nodiscard]] bool has(contract::In in, std::string_view name) const {
    return arguments_.given(in, name);
  }
  // A declared parameter that is more than text: a number, a boolean, an array, an object; null if
  // it was left out and has no default. A number is read with `to_number<int64_t>()`: 5.0 is a
  // whole number, too.
  [[nodiscard]] const value& parameter(contract::In in, std::string_view name) const {
    static const value kNone;
    const value* found = arguments_.value(in, name);
    return found != nullptr ? *found : kNone;
  }
  // The JSON body; null if there is none, or it is not JSON.
  [[nodiscard]] const value& body() const {
    static const value kNone;
    return body_ != nullptr ? *body_ : kNone;
  }
  // The body as it came: text, bytes, JSON.
  [[nodiscard]] std::string_view body_text() const { return body_text_; }
  [[nodiscard]] base::SystemTime received_at() const { return received_at_; }

 private:
  using In = contract::In;

  [[nodiscard]] const std::string& text(In in, std::string_view name) const {
    static const std::string kNone;
    const std::string* found = arguments_.text(in, name);
    return found != nullptr ? *found : kNone;
  }

  const contract::Arguments& arguments_;
  std::string_view body_text_;
  const value* body_;
  base::SystemTime received_at_;
};

// What a handler says: a status, a body or none, headers, and the event to publish first. One event
// at the most: two could not be stored as one, and then no status would be true.
class Answer {
 public:
  explicit Answer(unsigned status = 200) : status_(status) {}
  Answer(unsigned status, value body) : status_(status), body_(std::move(body)) {}
  // A text, or bytes.
  Answer(unsigned status, contract::BodyKind kind, std::string body)
      : status_(status), kind_(kind), raw_(std::move(body)) {}

  // The answer goes out only after the event's delivery policy is met; `x-event` in the contract
  // says the rest.
  Answer&& publish(value event) && {
    event_ = std::move(event);
    return std::move(*this);
  }
  // Of several media types that the contract declares, this one.
  Answer&& as(std::string_view type) && {
    type_ = type;
    return std::move(*this);
  }
  Answer&& header(std::string_view name, std::string_view text) && {
    headers_.emplace_back(name, text);
    return std::move(*this);
  }

  [[nodiscard]] unsigned status() const { return status_; }
  [[nodiscard]] const std::optional<value>& body() const { return body_; }
  [[nodiscard]] const std::optional<std::string>& raw() const { return raw_; }
  [[nodiscard]] contract::BodyKind kind() const { return kind_; }
  [[nodiscard]] bool has_body() const { return body_ || raw_; }
  [[nodiscard]] const std::string& type() const { return type_; }  // Empty: the contract's.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const {
    return headers_;
  }
  [[nodiscard]] const std::optional<value>& event() const { return event_; }

 private:
  unsigned status_;
  contract::BodyKind kind_ = contract::BodyKind::json;
  std::optional<value> body_;
  std::optional<std::string> raw_;
  std::string type_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::optional<value> event_;
};

[[nodiscard]] inline Answer json(value body, unsigned status = 200) {
  return Answer(status, std::move(body));
}
[[nodiscard]] inline Answer empty(unsigned status = 200) {
  return Answer(status);
}
[[nodiscard]] inline Answer text(std::string body, unsigned status = 200) {
  return Answer(status, contract::BodyKind::text, std::move(body));
}
[[nodiscard]] inline Answer bytes(std::string body, unsigned status = 200) {
  return Answer(status, contract::BodyKind::bytes, std::move(body));
}

// Whole seconds since 1970.
[[nodiscard]] inline int64_t seconds(base::SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

using Handler = Answer (*)(const Request&);

// operationId → function. Every operation of the contract has one, and every one has its operation.
using Handlers = std::vector<std::pair<std::string_view, Handler>>;

}  // namespace penstock::http
