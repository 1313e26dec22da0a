#include "lambda/record_handlers.h"

#include <algorithm>

#include "base/caught_text.h"
#include "json/object_writer.h"
#include "json/writer.h"
#include "typed/object.h"

namespace penstock::lambda {
void Context::log(std::string_view type, const boost::json::value& value) {
  log_.write(log::Level::info, type, json::to_text(value));
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
    if (!it->handle && it->typed.type == nullptr) {
      return base::Error{base::ErrorCode::invalid,
                         "the handler of event type " + it->type + " is empty"};
    }
    const auto same = [&](const EventFunction& other) { return other.type == it->type; };
    if (std::any_of(handlers.begin(), it, same)) {
      return base::Error{base::ErrorCode::invalid, "event type " + it->type + " has two handlers"};
    }
  }
  return {};
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

Outcome handle(const EventHandlers& handlers, const Record& record, const ValueReaders& readers,
               base::SystemTime deadline, std::string_view trace_id, InvocationLog& log) {
  const EventFunction* function = find(handlers, record.event_type());
  if (function == nullptr) {
    return retry("there is no handler for events of type \"" + std::string(record.event_type()) +
                 "\"");
  }
  try {
    if (function->typed.type != nullptr) {
      if (!record.value) return poison("the record has no value, which its handler needs");
      if (!readers.event) return poison("nothing reads the values of records");
      const typed::Object event(*function->typed.type);
      if (auto read = readers.event(*function, *record.value, event.get()); !read) {
        return poison(read.error().message);
      }
      Context context(log, record, deadline, {}, trace_id);
      return function->typed.call(function->typed.function, event.get(), record, context);
    }
    boost::json::value value;
    if (readers.value && record.value) {
      auto read = readers.value(record.event_type(), *record.value);
      if (!read) return poison(read.error().message);
      value = std::move(*read);
    }
    Context context(log, record, deadline, std::move(value), trace_id);
    return function->handle(record, context);
  } catch (...) {
    return retry(base::caught_text());
  }
}

}  // namespace penstock::lambda
