#include "local/lines/json_line.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "json/reader.h"
#include "json/view.h"
#include "json/writer.h"

namespace penstock::local {
namespace {

// This bounds the time for a line: a thread that serves others reads it.
constexpr size_t kValuesMax = 2'000;

constexpr std::string_view kLevels[] = {"level", "severity", "logLevel"};
constexpr std::string_view kTitles[] = {"message", "msg", "type", "eventType"};
constexpr std::string_view kTimes[] = {"time", "timestamp", "@timestamp", "ts"};

Tone tone_of(std::string_view level) {
  std::string name(level);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (name == "WARN" || name == "WARNING") return Tone::warning;
  for (const std::string_view fault : {"ERROR", "FATAL", "CRITICAL", "ALERT", "EMERGENCY"}) {
    if (name == fault) return Tone::fault;
  }
  return Tone::plain;
}

JsonLine::Field field_of(std::string_view name, const boost::json::value& value) {
  const auto text = json::text(&value);
  return {.name = std::string(name),
          .value = text ? std::string(*text) : json::to_text(value),
          .is_text = text.has_value()};
}

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::optional<JsonLine> JsonLine::read(std::string_view line) {
  if (!line.starts_with('{') || line.size() > kBytesMax) return std::nullopt;
  // Each new one would ask the system for a random number, which takes longer than most lines.
  thread_local json::Reader reader(json::kLenient);
  auto value = reader.read(line, {}, kValuesMax);
  if (!value || !value->is_object()) return std::nullopt;
  JsonLine result;
  result.object_ = std::move(value->as_object());
  for (const std::string_view name : kLevels) {
    if (const auto level = result.text(name); !level.empty()) {
      result.level_ = level;
      result.taken_.push_back(name);
      break;
    }
  }
  for (const std::string_view name : kTitles) {
    if (const auto title = result.text(name); !title.empty()) {
      result.title_ = title;
      result.taken_.push_back(name);
      break;
    }
  }
  if (result.level_.empty() && result.title_.empty()) return std::nullopt;
  result.tone_ = tone_of(result.level_);
  return result;
}

std::string_view JsonLine::text(std::string_view name) const {
  return json::text(object_.if_contains(name)).value_or("");
}

std::optional<int64_t> JsonLine::number(std::string_view name) const {
  return json::number(object_.if_contains(name));
}

std::vector<JsonLine::Field> JsonLine::fields(const std::vector<std::string_view>& left_out) const {
  std::vector<Field> fields;
  for (const auto& [name, value] : object_) {
    if (contains(taken_, name) || contains(left_out, name)) continue;
    // A time that no logger writes, such as an object, is shown.
    if (contains(kTimes, name) && value.is_primitive()) continue;
    if (name == "value" && value.is_object() && !type().empty()) {
      for (const auto& [inner_name, inner] : value.as_object()) {
        fields.push_back(field_of(inner_name, inner));
      }
      continue;
    }
    fields.push_back(field_of(name, value));
  }
  return fields;
}

}  // namespace penstock::local
