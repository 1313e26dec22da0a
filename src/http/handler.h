#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "auth/principal.h"
#include "base/own_setting.h"
#include "base/time_text.h"
#include "contract/arguments/arguments.h"
#include "http/representation/conditions.h"
#include "http/representation/entity_tag.h"

// This namespace has the interface for authors of services. A handler is a pure function that takes
// a Request and returns an Answer. It does no I/O and runs on the server's thread; what it throws
// becomes an answer with status 500.
namespace penstock::http {

using base::OwnSetting;
using boost::json::array;
using boost::json::object;
using boost::json::value;

// A request that has passed the contract: its parameters and its body are present and valid. It
// views the request's memory, so a handler must copy what it wants to keep.
class Request {
 public:
  Request(const contract::Arguments& arguments, std::string_view body_text, const value* body,
          base::SystemTime received_at, Conditions conditions, const auth::Caller& caller)
      : arguments_(arguments),
        body_text_(body_text),
        body_(body),
        received_at_(received_at),
        conditions_(conditions),
        caller_(caller) {}

  // These return a declared parameter as text. If the request leaves it out, they return its
  // default or, without a default, an empty text. They throw std::logic_error for a name that the
  // operation does not declare, because that is a bug of the handler.
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
  // Says whether the client sent the parameter.
  [[nodiscard]] bool has(contract::In in, std::string_view name) const {
    return arguments_.given(in, name);
  }
  // Returns a declared parameter as JSON: a number, a boolean, an array or an object. It is null if
  // the request leaves it out and it has no default. Read a whole number with
  // `to_number<int64_t>()`, because a client may write 5 as 5.0.
  [[nodiscard]] const value& parameter(contract::In in, std::string_view name) const {
    static const value kNone;
    const value* found = arguments_.value(in, name);
    return found != nullptr ? *found : kNone;
  }
  // Returns the JSON body, or null if there is none or it is not JSON.
  [[nodiscard]] const value& body() const {
    static const value kNone;
    return body_ != nullptr ? *body_ : kNone;
  }
  // Returns the bytes of the body, whatever its media type.
  [[nodiscard]] std::string_view body_text() const { return body_text_; }
  // Returns the time at which the request was complete.
  [[nodiscard]] base::SystemTime received_at() const { return received_at_; }
  // Returns on which version of the resource the client wants to act, by If-Match and
  // If-None-Match. The contract need not declare these headers.
  [[nodiscard]] Conditions conditions() const { return conditions_; }
  // Returns who sends the request, by the `security` of the contract. It is anonymous if the
  // operation requires nobody and no credential was sent, and if somebody in front of the program
  // authenticates its clients.
  [[nodiscard]] const auth::Caller& caller() const { return caller_; }
  // Returns the caller's first principal: its scheme, subject, scopes and claims. All of them are
  // empty if the caller is anonymous.
  [[nodiscard]] const auth::Principal& principal() const { return caller_.principal(); }

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
  Conditions conditions_;
  const auth::Caller& caller_;
};

// Holds a handler's answer: a status, perhaps a body, headers, and perhaps an event to publish
// first. There is one event at most, because Kafka could store one of two and lose the other, and
// then no status would be true.
class Answer {
 public:
  // Makes an answer without a body.
  explicit Answer(unsigned status = 200) : status_(status) {}
  // Makes an answer with a JSON body.
  Answer(unsigned status, value body) : status_(status), body_(std::move(body)) {}
  // Makes an answer whose body is text or bytes.
  Answer(unsigned status, contract::BodyKind kind, std::string body)
      : status_(status), kind_(kind), raw_(std::move(body)) {}

  // Publishes the event before the answer is sent. The operation's `x-event` in the contract says
  // its topic, type and key, and whether the answer waits until Kafka has stored it.
  Answer&& publish(value event) && {
    event_ = std::move(event);
    return std::move(*this);
  }
  // Sends the body as this one of the media types that the contract declares.
  Answer&& as(std::string_view type) && {
    type_ = type;
    return std::move(*this);
  }
  // Adds a header line. Headers that the contract does not declare are allowed.
  Answer&& header(std::string_view name, std::string_view text) && {
    headers_.emplace_back(name, text);
    return std::move(*this);
  }

  [[nodiscard]] unsigned status() const { return status_; }
  [[nodiscard]] const std::optional<value>& body() const { return body_; }
  [[nodiscard]] const std::optional<std::string>& raw() const { return raw_; }
  [[nodiscard]] contract::BodyKind kind() const { return kind_; }
  [[nodiscard]] bool has_body() const { return body_ || raw_; }
  // Returns the media type that as() chose. It is empty if the contract and the client decide it.
  [[nodiscard]] const std::string& type() const { return type_; }
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

// These make an answer whose body is JSON, absent, text or bytes.
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

// Returns the answer of an operation that is not written yet: 501 with a problem document, which
// the contract need not declare.
[[nodiscard]] inline Answer not_written() {
  return Answer(501);
}

// Returns the time in whole seconds since 1970-01-01T00:00:00Z, rounded down.
[[nodiscard]] inline int64_t seconds(base::SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

struct RequestTable;

// Holds the function of a handler. It takes a Request, or a struct that was generated from the
// contract (typed_handler.h).
class Handler {
 public:
  using Untyped = Answer (*)(const Request& request);
  // This is a function whose type only `Typed` knows.
  using Any = void (*)();
  using Typed = Answer (*)(Any function, const void* request);

  // Takes an untyped function, or a lambda without captures.
  template <class Function>
    requires std::is_convertible_v<Function, Untyped>
  Handler(Function function) : untyped_(function) {}  // NOLINT: it stands for the function.
  // Takes a function of any type, and another that calls it with the struct of `table`.
  Handler(const RequestTable& table, Any function, Typed call)
      : table_(&table), function_(function), call_(call) {}

  // Returns the table of the request struct, or null for an untyped function.
  [[nodiscard]] const RequestTable* table() const { return table_; }
  // Calls an untyped function.
  [[nodiscard]] Answer operator()(const Request& request) const { return untyped_(request); }
  // Calls a typed function with its request struct.
  [[nodiscard]] Answer call_typed(const void* request) const { return call_(function_, request); }

 private:
  Untyped untyped_ = nullptr;
  const RequestTable* table_ = nullptr;
  Any function_ = nullptr;
  Typed call_ = nullptr;
};

// Maps operationIds to handlers. Every operation of the contract that is served must have a
// handler, and every handler an operation: Api::make checks it.
using Handlers = std::vector<std::pair<std::string_view, Handler>>;

}  // namespace penstock::http
