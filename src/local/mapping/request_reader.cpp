#include "local/mapping/request_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "aws/times.h"

namespace penstock::local {

const boost::json::value* RequestReader::raw(std::string_view name) {
  asked_for_.emplace(name);
  const auto* value = object_.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void RequestReader::add_problem(std::string_view name, const std::string& sentence) {
  std::string path = path_ + std::string(name);
  const bool known = std::any_of(problems_->begin(), problems_->end(),
                                 [&](const auto& problem) { return problem.first == path; });
  if (!known) problems_->emplace_back(std::move(path), sentence);
}

std::string RequestReader::problems() const {
  std::string text;
  for (const auto& [path, sentence] : *problems_) {
    if (!text.empty()) text += '\n';
    text += path + (sentence.starts_with(':') ? "" : " ") + sentence;
  }
  return text;
}

std::optional<std::string> RequestReader::text(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  add_problem(name, "must be a string");
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
  add_problem(name, "must be a list of strings");
  return std::nullopt;
}

std::optional<int64_t> RequestReader::whole(std::string_view name, int64_t min, int64_t max) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= min && value->get_int64() <= max) {
    return value->get_int64();
  }
  add_problem(name,
              "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<bool> RequestReader::boolean(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  add_problem(name, "must be true or false");
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
      return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch())
          .count();
    }
  }
  add_problem(name, "must be a number of seconds since 1970, or a time in the format of RFC 3339");
  return std::nullopt;
}

std::optional<RequestReader> RequestReader::object(std::string_view name) {
  const auto* value = raw(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) {
    return RequestReader(value->get_object(), path_ + std::string(name) + ".", problems_);
  }
  add_problem(name, "must be an object");
  return std::nullopt;
}

void RequestReader::refuse_unknown_members() {
  for (const auto& member : object_) {
    if (asked_for_.contains(std::string_view(member.key()))) continue;
    add_problem(std::string(member.key()), "is not a member of CreateEventSourceMapping's request");
  }
}

}  // namespace penstock::local
