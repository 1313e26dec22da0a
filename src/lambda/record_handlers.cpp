#include "lambda/record_handlers.h"

#include <algorithm>

#include "json/object_writer.h"
#include "json/writer.h"

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
    if (!it->handle) {
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

}  // namespace penstock::lambda
