#include "local/mapping/request_reader.h"

#include <cmath>
#include <utility>

#include "aws/times.h"

namespace penstock::local {

const boost::json::value* RequestReader::raw(std::string_view name) {
  read_.emplace(name);
  const auto* value = object_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void RequestReader::wrong(std::string_view name, const std::string& sentence) {
  if (!problem_->empty()) return;
  *problem_ = path_ + std::string(name) + (sentence.starts_with(':') ? "" : " ") + sentence;
}

std::optional<std::string> RequestReader::text(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  wrong(name, "is a string");
  return std::nullopt;
}

std::optional<std::vector<std::string>> RequestReader::texts(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> all;
  bool sound = value->is_array();
  if (sound) {
    for (const auto& element : value->get_array()) {
      sound = sound && element.is_string();
      if (sound) all.emplace_back(element.get_string());
    }
  }
  if (sound) return all;
  wrong(name, "is a list of strings");
  return std::nullopt;
}

std::optional<int64_t> RequestReader::whole(std::string_view name, int64_t min, int64_t max) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= min && value->get_int64() <= max) return value->get_int64();
  wrong(name, "is a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<bool> RequestReader::boolean(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  wrong(name, "is true or false");
  return std::nullopt;
}

std::optional<int64_t> RequestReader::time(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const double seconds = value->to_number<double>();
    if (seconds >= 0 && seconds < 1e11) return std::llround(seconds * 1000);
  } else if (value->is_string()) {
    if (const auto time = aws::parse_timestamp(value->get_string())) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch()).count();
    }
  }
  wrong(name, "is a number of seconds since 1970, or a time of RFC 3339");
  return std::nullopt;
}

std::optional<RequestReader> RequestReader::object(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_object())
    return RequestReader(value->get_object(), path_ + std::string(name) + ".", problem_);
  wrong(name, "is an object");
  return std::nullopt;
}

void RequestReader::refuse_the_rest() {
  for (const auto& member : object_) {
    if (read_.contains(std::string_view(member.key()))) continue;
    return wrong(std::string(member.key()), "is no member of CreateEventSourceMapping's request");
  }
}

}  // namespace penstock::local
