#pragma once

#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "async/deadline.h"
#include "auth/principal.h"
#include "base/time_text.h"
#include "contract/parameters/parameter.h"
#include "http/representation/conditions.h"
#include "typed/describe.h"

namespace penstock::http {

// What each generated request struct has as its member `received`, beside its parameters and its
// body.
struct Received {
  base::SystemTime at = {};    // When the request was complete.
  Conditions conditions = {};  // Request::conditions()
  // Null stands for an anonymous caller. It is valid while the handler runs.
  const auth::Caller* sender = nullptr;
  async::SteadyTime deadline = async::SteadyTime::max();  // Request::deadline()

  // Return the same as those of Request.
  [[nodiscard]] const auth::Caller& caller() const {
    static const auth::Caller kAnonymous;
    return sender != nullptr ? *sender : kAnonymous;
  }
  [[nodiscard]] const auth::Principal& principal() const { return caller().principal(); }
};

// The tables of a request struct are generated. They are constant.

// A ParameterMember is a member of a request struct that gets a parameter.
struct ParameterMember {
  contract::In in;
  typed::Member member;  // Its `name` is the parameter's. `may_be_absent` is set for an optional.
};

// Says which member gets the body, and how.
struct BodyMember {
  enum class Form : uint8_t {
    none,   // The struct has no body.
    json,   // Each media type of the body is JSON with this type.
    bytes,  // The body is not always JSON. The member is a std::string that gets it as it came.
  };

  Form form = Form::none;
  // `may_be_absent` is set for a std::optional, where the contract does not require the body. Its
  // name is empty.
  typed::Member member = {};
};

// Names the type of the body of one of an operation's answers.
struct AnswerBody {
  unsigned first = 0, last = 0;  // The statuses: 201 and 201, 400 and 499, or 0 and 999.
  typed::TypeOf type = nullptr;
};

// Names the type of the events of one type that an operation with `x-events` may publish.
struct NamedEvent {
  std::string_view name;  // The event's type: "com.example.order.placed".
  typed::TypeOf type = nullptr;
};

// Describes a request struct and its answers.
struct RequestTable {
  std::string_view name;  // "PlaceOrder"
  typed::Type type = {};  // How the struct is made and destroyed.
  Received& (*received)(void* request) = nullptr;
  // Makes a struct at `place` of another one, whose contents it takes.
  void (*move)(void* place, void* from) = nullptr;
  std::span<const ParameterMember> parameters = {};
  BodyMember body = {};
  // These are the answers whose body is JSON that was generated as a type. They are compared with
  // the contract at start.
  std::span<const AnswerBody> answers = {};
  typed::TypeOf event = nullptr;            // The type of the event of an `x-event`.
  std::span<const NamedEvent> events = {};  // The types of the events of an `x-events`.
};

// Describes a member that gets a parameter which is required or has a default, such as
// parameter<&PlaceOrder::dry_run>(In::query, "dry-run").
template <auto pointer>
constexpr ParameterMember parameter(contract::In in, std::string_view name) {
  return {.in = in, .member = typed::member<pointer>(name)};
}
// Describes a member that gets any other parameter. It is a std::optional.
template <auto pointer>
constexpr ParameterMember optional_parameter(contract::In in, std::string_view name) {
  return {.in = in, .member = typed::optional_member<pointer>(name)};
}

// Describe the member for a body that is required, and for one that is not.
template <auto pointer>
constexpr BodyMember body(BodyMember::Form form = BodyMember::Form::json) {
  return {.form = form, .member = typed::member<pointer>("")};
}
template <auto pointer>
constexpr BodyMember optional_body(BodyMember::Form form = BodyMember::Form::json) {
  return {.form = form, .member = typed::optional_member<pointer>("")};
}

// Has what request_table() takes beside the name, by the names of the members of RequestTable.
struct RequestParts {
  std::span<const ParameterMember> parameters = {};
  BodyMember body = {};
  std::span<const AnswerBody> answers = {};
  typed::TypeOf event = nullptr;
  std::span<const NamedEvent> events = {};
};

// Makes the table of a request struct.
template <class Request>
constexpr RequestTable request_table(std::string_view name, const RequestParts& parts) {
  return {
      .name = name,
      .type = typed::basic_type<Request>(typed::Kind::record, name),
      .received = [](void* request) -> Received& {
        return static_cast<Request*>(request)->received;
      },
      .move = [](void* place,
                 void* from) { ::new (place) Request(std::move(*static_cast<Request*>(from))); },
      .parameters = parts.parameters,
      .body = parts.body,
      .answers = parts.answers,
      .event = parts.event,
      .events = parts.events};
}

}  // namespace penstock::http
