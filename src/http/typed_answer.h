#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "http/handler.h"
#include "json/writer.h"
#include "typed/describe.h"
#include "typed/to_value.h"

namespace penstock::http {

// This is an answer that the contract declares. Generated classes derive from it, one for each
// status with each type of body, such as the class that created(order) returns. They add a function
// for each declared header, and one for each event that such an answer may publish.
template <class Self>
class AnswerOf {
 public:
  // Adds a header line that the contract does not declare.
  Self&& header(std::string_view name, std::string_view text) && {
    static_cast<void>(std::move(answer_).header(name, text));
    return self();
  }
  // Publishes an event, as JSON, before the answer is sent (Answer::publish()).
  Self&& publish(value event) && {
    static_cast<void>(std::move(answer_).publish(std::move(event)));
    return self();
  }
  // Publishes an event of this type of the operation's `x-events`, as JSON.
  Self&& publish(std::string_view type, value event) && {
    static_cast<void>(std::move(answer_).publish(type, std::move(event)));
    return self();
  }
  // Sends the body as this one of the media types that the contract declares.
  Self&& as(std::string_view type) && {
    static_cast<void>(std::move(answer_).as(type));
    return self();
  }

  // Returns the answer without its type.
  [[nodiscard]] Answer&& untyped() && { return std::move(answer_); }

 protected:
  // Makes an answer without a body.
  explicit AnswerOf(unsigned status) : answer_(status) {}
  // Makes an answer with a body of a generated type, as JSON.
  template <class Body>
  AnswerOf(unsigned status, const Body& body)
      : answer_(status,
                typed::to_value(typed::type_of<Body>(), &body, contract::Direction::response)) {}
  // Makes an answer whose body is text or bytes.
  AnswerOf(unsigned status, contract::BodyKind kind, std::string body)
      : answer_(status, kind, std::move(body)) {}

  Self&& set_header(std::string_view name, std::string_view text) {
    static_cast<void>(std::move(answer_).header(name, text));
    return self();
  }
  // A number, or a boolean, is written as JSON has it.
  template <class Scalar>
    requires std::is_arithmetic_v<Scalar>
  Self&& set_header(std::string_view name, Scalar scalar) {
    return set_header(name, json::to_text(value(scalar)));
  }
  template <class Event>
  Self&& publish_event(const Event& event) {
    static_cast<void>(std::move(answer_).publish(
        typed::to_value(typed::type_of<Event>(), &event, contract::Direction::neither)));
    return self();
  }
  template <class Event>
  Self&& publish_event(std::string_view type, const Event& event) {
    static_cast<void>(std::move(answer_).publish(
        type, typed::to_value(typed::type_of<Event>(), &event, contract::Direction::neither)));
    return self();
  }

 private:
  Self&& self() { return static_cast<Self&&>(*this); }

  Answer answer_;
};

// This is an answer of one operation: any of those that the contract declares for it, and no other.
// The generated `Answer` of each request struct derives from it.
template <class... Declared>
class AnswerOneOf {
 public:
  template <class One>
    requires(std::same_as<One, Declared> || ...)
  AnswerOneOf(One&& answer)  // NOLINT: it is one of them.
      : answer_(std::move(answer).untyped()) {}
  AnswerOneOf(Failed&& failed)  // NOLINT: each operation may fail.
      : answer_(std::move(failed).untyped()) {}

  // Returns the answer without its type.
  [[nodiscard]] Answer&& untyped() && { return std::move(answer_); }
  [[nodiscard]] const Answer& untyped() const& { return answer_; }

 private:
  Answer answer_;
};

}  // namespace penstock::http
