#include "lambda/handlers.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/utf8.h"
#include "json/text.h"

namespace penstock::lambda {
namespace {

// Bytes of a handler's strings that are not UTF-8 become U+FFFD, so that they cannot break the line.
std::string as_utf8(std::string text) {
  if (base::is_utf8(text)) return text;
  std::string clean;
  for (size_t i = 0; i < text.size();) {
    const int length = base::utf8_length(std::string_view(text).substr(i));
    clean += length > 0 ? std::string_view(text).substr(i, static_cast<size_t>(length)) : "\xef\xbf\xbd";
    i += static_cast<size_t>(std::max(length, 1));
  }
  return clean;
}

}  // namespace

void Context::log(std::string_view type, const boost::json::value& value) {
  log_.write(log::Level::info, type, as_utf8(boost::json::serialize(value)));
}

void Context::exception(std::string_view reason) {
  std::string json = "{\"reason\":";
  json::append_string(json, reason);
  json += ",\"topic\":";
  json::append_string(json, record_.topic);
  json += ",\"partition\":" + std::to_string(record_.partition);
  json += ",\"offset\":" + std::to_string(record_.offset) + "}";
  log_.write(log::Level::error, "EXCEPTION", json);
}

base::Result<> check(const EventHandlers& handlers) {
  if (handlers.empty()) return base::Error{base::ErrorCode::invalid, "no event type has a function"};
  for (auto it = handlers.begin(); it != handlers.end(); ++it) {
    if (it->type.empty()) return base::Error{base::ErrorCode::invalid, "a function has no event type"};
    if (!it->handle)
      return base::Error{base::ErrorCode::invalid, "event type " + it->type + " has no function"};
    const auto same = [&](const EventFunction& other) { return other.type == it->type; };
    if (std::any_of(handlers.begin(), it, same)) {
      return base::Error{base::ErrorCode::invalid, "event type " + it->type + " has two functions"};
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
