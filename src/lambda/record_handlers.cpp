#include "lambda/record_handlers.h"

#include <algorithm>
#include <utility>

#include "base/caught_text.h"
#include "base/check.h"
#include "json/object_writer.h"
#include "json/writer.h"
#include "typed/object.h"

namespace penstock::lambda {

HandlerCalls handler_calls(base::SystemTime deadline) {
  using std::chrono::steady_clock;
  constexpr steady_clock::duration kAnswerTimeMax = std::chrono::milliseconds(500);
  const auto left = std::chrono::duration_cast<steady_clock::duration>(
      deadline - std::chrono::system_clock::now());
  return {.deadline = deadline,
          .steady_deadline = steady_clock::now() + left - std::min(kAnswerTimeMax, left / 10)};
}

void Context::log(std::string_view type, const boost::json::value& value) {
  log_.write(log::Level::info, type, json::to_text(value));
}

void Context::read_value() const {
  const ReadValue& read = *std::exchange(read_, nullptr);
  auto value = read(record_.event_type(), record_.value.value());
  base::check(value.has_value(), "the value has passed its check");
  value_ = std::move(*value);
}

void Context::exception(std::string_view reason) {
  std::string json;
  json::ObjectWriter(json)
      .member("reason", reason)
      .member("topic", record_.topic)
      .member("partition", record_.partition.number)
      .member("offset", record_.offset.value)
      .end();
  log_.write(log::Level::error, "EXCEPTION", json);
}

base::Result<> check(const EventHandlers& handlers) {
  if (handlers.empty()) {
    return base::Error{base::ErrorCode::invalid, "there is no handler for any event type"};
  }
  for (auto it = handlers.begin(); it != handlers.end(); ++it) {
    if (it->type.empty()) {
      return base::Error{base::ErrorCode::invalid, "a handler has no event type"};
    }
    if (!it->handle && it->pointer.function == nullptr) {
      return base::Error{base::ErrorCode::invalid,
                         "the handler of event type " + it->type + " is empty"};
    }
    if (const std::type_index used = *it->pointer.resources;
        used != typeid(void) && used != handlers.maker().type()) {
      return base::Error{base::ErrorCode::invalid,
                         "the handler of event type " + it->type +
                             " uses resources, which handlers() must be given a function for that "
                             "makes them: handlers(Events{…}, make_resources)"};
    }
    const auto same = [&](const EventFunction& other) { return other.type == it->type; };
    if (std::any_of(handlers.begin(), it, same)) {
      return base::Error{base::ErrorCode::invalid, "event type " + it->type + " has two handlers"};
    }
  }
  return {};
}

MakeHandlerLoop loop_maker(const EventHandlers& handlers) {
  for (const EventFunction& handler : handlers) {
    if (handler.pointer.make_loop != nullptr) return handler.pointer.make_loop;
  }
  return nullptr;
}

const EventFunction* find(const EventHandlers& handlers, std::string_view type) {
  const EventFunction* any = nullptr;
  for (const EventFunction& candidate : handlers) {
    if (candidate.type == kAnyType) {
      any = &candidate;
    } else if (candidate.type == type) {
      return &candidate;
    }
  }
  return any;
}

namespace {

// Calls a handler that takes no struct.
Outcome call(const EventFunction& function, const Record& record, Context& context,
             const HandlerCalls& calls) {
  const EventFunctionPointer& pointer = function.pointer;
  if (pointer.function == nullptr) return function.handle(record, context);
  return pointer.call(pointer.function, nullptr, record, context, calls.loop);
}

}  // namespace

Outcome handle(const EventHandlers& handlers, const Record& record, const ValueReaders& readers,
               const HandlerCalls& calls, InvocationLog& log) {
  const EventFunction* function = find(handlers, record.event_type());
  if (function == nullptr) {
    return retry("there is no handler for events of type \"" + std::string(record.event_type()) +
                 "\"");
  }
  try {
    const EventFunctionPointer& pointer = function->pointer;
    if (pointer.make_loop != nullptr && calls.loop == nullptr) {
      return retry("the handler waits or uses resources, and nothing was made for it");
    }
    if (pointer.type != nullptr) {
      if (!record.value) return poison("the record has no value, which its handler needs");
      if (!readers.event) return poison("nothing reads the values of records");
      const typed::Object event(*pointer.type);
      if (auto read = readers.event(*function, *record.value, event.get()); !read) {
        return poison(read.error().message);
      }
      Context context(log, record, calls);
      return pointer.call(pointer.function, event.get(), record, context, calls.loop);
    }
    if (readers.value && record.value && readers.check && readers.check(*function, *record.value)) {
      Context context(log, record, calls, readers.value);
      return call(*function, record, context, calls);
    }
    boost::json::value value;
    if (readers.value && record.value) {
      auto read = readers.value(record.event_type(), *record.value);
      if (!read) return poison(read.error().message);
      value = std::move(*read);
    }
    Context context(log, record, calls, std::move(value));
    return call(*function, record, context, calls);
  } catch (...) {
    return retry(base::caught_text());
  }
}

}  // namespace penstock::lambda
