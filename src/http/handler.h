#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "auth/principal.h"
#include "base/own_setting.h"
#include "base/result.h"
#include "base/time_text.h"
#include "contract/arguments/arguments.h"
#include "http/representation/conditions.h"
#include "http/representation/entity_tag.h"
#include "resources/resources.h"

// This namespace has the interface for authors of services. A handler is a function that takes a
// Request and returns an Answer, or an Awaitable<Answer> if it waits for others. It runs on the
// server's thread, and must not block it; what it throws becomes an answer with status 500. Its
// second argument may be the service's resources (resources/resources.h).
namespace penstock::http {

using async::Awaitable;
using base::OwnSetting;
using boost::json::array;
using boost::json::object;
using boost::json::value;

// A request that has passed the contract: its parameters and its body are present and valid. It
// views the request's memory, which lives as long as the handler runs or waits, so a handler must
// copy what it wants to keep.
class Request {
 public:
  Request(const contract::Arguments& arguments, std::string_view body_text, const value* body,
          base::SystemTime received_at, Conditions conditions, const auth::Caller& caller,
          async::SteadyTime deadline = async::SteadyTime::max())
      : arguments_(arguments),
        body_text_(body_text),
        body_(body),
        received_at_(received_at),
        conditions_(conditions),
        caller_(caller),
        deadline_(deadline) {}

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
  // Returns when the client gets 504 if a handler that waits has not answered. The handler is
  // cancelled then. Each call of a client in a handler takes it. Without a wait there is no
  // deadline, and it is SteadyTime::max().
  [[nodiscard]] async::SteadyTime deadline() const { return deadline_; }

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
  async::SteadyTime deadline_;
};

// Holds an event as a handler publishes it: its type, which is empty where only one can be meant,
// and its value.
struct AnswerEvent {
  std::string type;
  value event;
};

// Holds a handler's answer: a status, perhaps a body, headers, and the events to publish first. An
// operation with `x-event` publishes one at most, and one with `x-events` up to
// contract::kPublishedEventsMax.
class Answer {
 public:
  // Makes an answer without a body.
  explicit Answer(unsigned status = 200) : status_(status) {}
  // Makes an answer with a JSON body.
  Answer(unsigned status, value body) : status_(status), body_(std::move(body)) {}
  // Makes an answer whose body is text or bytes.
  Answer(unsigned status, contract::BodyKind kind, std::string body)
      : status_(status), kind_(kind), raw_(std::move(body)) {}
  // Makes the answer of failed().
  explicit Answer(const base::Error& error);
  ~Answer() = default;
  Answer(const Answer&) = default;
  Answer& operator=(const Answer&) = default;
  Answer(Answer&&) noexcept = default;
  // In `answer = std::move(answer).publish(event)` both are the same one, which must lose nothing.
  Answer& operator=(Answer&& other) noexcept {
    if (this != &other) {
      std::destroy_at(this);
      std::construct_at(this, std::move(other));
    }
    return *this;
  }

  // Publishes the event before the answer is sent. The operation's `x-event` in the contract says
  // its topic, type and key, and whether the answer waits until Kafka has stored it.
  Answer&& publish(value event) && {
    if (event_ || !more_events_.empty()) [[unlikely]]
      return std::move(*this).publish({}, std::move(event));
    event_ = std::move(event);
    return std::move(*this);
  }
  // Publishes an event of this type, which is one of those in the operation's `x-events`. It may be
  // called several times. The answer says that all of them are stored.
  Answer&& publish(std::string_view type, value event) && {
    more_events_.push_back({std::string(type), std::move(event)});
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
  // Returns the event that was published without a type, if it is the first.
  [[nodiscard]] const std::optional<value>& event() const { return event_; }
  // Returns all other events.
  [[nodiscard]] const std::vector<AnswerEvent>& more_events() const { return more_events_; }
  // Returns all events in the order in which they were published.
  [[nodiscard]] std::vector<AnswerEvent> events() const {
    std::vector<AnswerEvent> all;
    if (event_) all.push_back({{}, *event_});
    all.insert(all.end(), more_events_.begin(), more_events_.end());
    return all;
  }
  // Says whether failed() has made it. Then raw() is the reason, which only the log gets.
  [[nodiscard]] bool is_failure() const { return is_failure_; }

  // Return the answer itself, as a typed one returns it without its type.
  [[nodiscard]] Answer&& untyped() && { return std::move(*this); }
  [[nodiscard]] const Answer& untyped() const& { return *this; }

 private:
  unsigned status_;
  contract::BodyKind kind_ = contract::BodyKind::json;
  bool is_failure_ = false;
  std::optional<value> body_;
  std::optional<std::string> raw_;
  std::string type_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::optional<value> event_;
  std::vector<AnswerEvent> more_events_;
};

static_assert(std::is_nothrow_move_constructible_v<Answer>);

inline Answer::Answer(const base::Error& error)
    : status_(error.code == base::ErrorCode::timed_out     ? 504U
              : error.code != base::ErrorCode::unavailable ? 500U
              : error.retryable                            ? 503U
                                                           : 504U),
      is_failure_(true),
      raw_(base::describe(error)) {}

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

// Is what failed() returns: it becomes an Answer, or the typed answer of any operation.
class Failed {
 public:
  explicit Failed(const base::Error& error) : answer_(error) {}

  operator Answer() && { return std::move(answer_); }  // NOLINT: it stands for the answer.
  // Returns the answer without its type.
  [[nodiscard]] Answer&& untyped() && { return std::move(answer_); }

 private:
  Answer answer_;
};

// Returns the answer of a handler that could not do its work, by the error of a client: 503 with
// Retry-After if what it needs is `unavailable` and nothing was done, so that the call is
// `retryable`; 504 if nobody knows what was done, as it has `timed_out`, or is `unavailable` and
// not `retryable`; 500 for any other error. The body is a problem document without a word of the
// error, which the log gets. The contract need not declare these answers. No event is published.
[[nodiscard]] inline Failed failed(const base::Error& error) {
  return Failed(error);
}

// Returns the time in whole seconds since 1970-01-01T00:00:00Z, rounded down.
[[nodiscard]] inline int64_t seconds(base::SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

struct RequestTable;

// Holds the function of a handler. It takes a Request, or a struct that was generated from the
// contract (typed_handler.h), and perhaps the service's resources as its second argument. It
// returns an answer, or an Awaitable of one.
class Handler {
 public:
  using Untyped = Answer (*)(const Request& request);
  using UntypedWait = Awaitable<Answer> (*)(const Request& request);
  // This is a function whose type only the one that calls it knows.
  using Any = void (*)();
  // These call a function with what it takes: a pointer to the request or to the struct of the
  // table, and one to the resources.
  using Call = Answer (*)(Any function, const void* request, void* resources);
  using Wait = Awaitable<Answer> (*)(Any function, const void* request, void* resources);

  // Takes an untyped function without resources that does not wait, or a lambda without captures.
  template <class Function>
    requires std::is_convertible_v<Function, Untyped>
  Handler(Function function) : untyped_(function) {}  // NOLINT: it stands for the function.
  // Takes a lambda without captures that waits.
  template <class Function>
    requires(std::is_class_v<Function> && std::is_convertible_v<Function, UntypedWait>)
  Handler(Function function)  // NOLINT: it stands for the function.
      : Handler(nullptr, static_cast<UntypedWait>(function)) {}
  // Takes an untyped function that waits, or uses resources, or both.
  template <class Returned, class... Resources>
    requires((std::same_as<Returned, Answer> && sizeof...(Resources) == 1) ||
             (std::same_as<Returned, Awaitable<Answer>> && sizeof...(Resources) <= 1))
  Handler(Returned (*function)(const Request& request, Resources&...))  // NOLINT: so does this one.
      : Handler(nullptr, function) {}

  // Takes a function that returns a `Returned`: an answer, typed or not, or an Awaitable of one. It
  // takes a `Seen`: the struct of `table`, or a Request if `table` is null.
  template <class Returned, class Seen, class... Resources>
  Handler(const RequestTable* table, Returned (*function)(const Seen& request, Resources&...))
      : table_(table), function_(reinterpret_cast<Any>(function)) {
    static_assert(sizeof...(Resources) <= 1, "a handler takes its request and the resources");
    if constexpr (sizeof...(Resources) == 1) ((resources_type_ = &typeid(Resources)), ...);
    if constexpr (IsAwaitable<Returned>::value) {
      wait_ = [](Any any, const void* request, void* resources) {
        return answer_later(call<Returned, Seen, Resources...>(any, request, resources));
      };
    } else {
      call_ = [](Any any, const void* request, void* resources) -> Answer {
        return Answer(call<Returned, Seen, Resources...>(any, request, resources).untyped());
      };
    }
  }

  // Returns the table of the request struct, or null for an untyped function.
  [[nodiscard]] const RequestTable* table() const { return table_; }
  // Says whether the function waits: then wait() calls it, and otherwise operator() or call().
  [[nodiscard]] bool waits() const { return wait_ != nullptr; }
  // Returns the type of the resources that the function uses: `typeid(void)` if it uses none.
  [[nodiscard]] std::type_index resources_type() const { return *resources_type_; }

  // Calls the function if it takes a Request, and does not wait.
  [[nodiscard]] Answer operator()(const Request& request, void* resources = nullptr) const {
    if (untyped_ != nullptr) return untyped_(request);
    return call_(function_, &request, resources);
  }
  // Calls a typed function that does not wait.
  [[nodiscard]] Answer call(const void* request, void* resources) const {
    return call_(function_, request, resources);
  }
  // Calls a function that waits. `request` is a Request or, with a table, its struct; it and the
  // resources must live until the end of the wait.
  [[nodiscard]] Awaitable<Answer> wait(const void* request, void* resources) const {
    return wait_(function_, request, resources);
  }

 private:
  template <class Other>
  struct IsAwaitable : std::false_type {};
  template <class Other>
  struct IsAwaitable<Awaitable<Other>> : std::true_type {};

  template <class Returned, class Seen, class... Resources>
  static Returned call(Any any, const void* request, [[maybe_unused]] void* resources) {
    const auto function = reinterpret_cast<Returned (*)(const Seen&, Resources&...)>(any);
    return function(*static_cast<const Seen*>(request), *static_cast<Resources*>(resources)...);
  }
  static Awaitable<Answer> answer_later(Awaitable<Answer> answer) { return answer; }
  // Returns the answer of a typed function.
  template <class Typed>
  static Awaitable<Answer> answer_later(Awaitable<Typed> typed) {
    Typed answer = co_await std::move(typed);
    co_return std::move(answer).untyped();
  }

  Untyped untyped_ = nullptr;
  const RequestTable* table_ = nullptr;
  Any function_ = nullptr;
  Call call_ = nullptr;
  Wait wait_ = nullptr;
  const std::type_info* resources_type_ = &typeid(void);
};

// Maps operationIds to handlers. Every operation of the contract that is served must have a
// handler, and every handler an operation: Api::make checks it. The function that makes the
// resources which they use comes with them.
class Handlers : public std::vector<std::pair<std::string_view, Handler>> {
 public:
  using vector::vector;

  // Sets the function that makes the resources, once at the start of the program.
  void make_resources_by(resources::Maker maker) { maker_ = std::move(maker); }
  [[nodiscard]] const resources::Maker& maker() const { return maker_; }

 private:
  resources::Maker maker_;
};

}  // namespace penstock::http
