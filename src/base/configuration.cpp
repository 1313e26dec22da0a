#include "base/configuration.h"

#include <algorithm>
#include <utility>

#include "base/number_text.h"

extern char** environ;

namespace penstock::base {
namespace {

std::string as_seconds(std::chrono::milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (const auto rest = time.count() % 1000; rest != 0) {
    std::string decimals = std::to_string(1000 + rest).substr(1);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    text += '.' + decimals;
  }
  return text;
}

}  // namespace

Environment process_environment() {
  Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const size_t equals = text.find('='); equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

Configuration::Configuration(std::string prefix, Environment environment)
    : prefix_(std::move(prefix)), environment_(std::move(environment)) {}

const std::string* Configuration::value_of(std::string_view name) const {
  const auto found = environment_.find(prefix_ + std::string(name));
  return found == environment_.end() || found->second.empty() ? nullptr : &found->second;
}

void Configuration::wrong(std::string_view name, const std::string& value,
                          const std::string& expected) {
  refuse(prefix_ + std::string(name) + " is '" + value + "', but must be " + expected + ".");
}

void Configuration::integer(std::string_view name, int64_t& place, int64_t low, int64_t high,
                            std::string_view meaning) {
  const std::string range = std::to_string(low) + " to " + std::to_string(high);
  rows_.push_back(
      {prefix_ + std::string(name), std::to_string(place), range, std::string(meaning)});
  const std::string* value = value_of(name);
  if (value == nullptr) return;
  const auto number = whole_number<int64_t>(*value);
  if (!number || *number < low || *number > high) {
    wrong(name, *value, "a whole number from " + range);
    return;
  }
  place = *number;
}

void Configuration::duration(std::string_view name, std::chrono::milliseconds& place,
                             std::chrono::milliseconds low, std::chrono::milliseconds high,
                             std::string_view meaning) {
  const std::string range = as_seconds(low) + " to " + as_seconds(high) + " s";
  rows_.push_back({prefix_ + std::string(name), as_seconds(place), range, std::string(meaning)});
  const std::string* value = value_of(name);
  if (value == nullptr) return;
  const auto time = decimal_seconds(*value);
  if (!time || *time < low || *time > high) {
    wrong(name, *value,
          "seconds from " + as_seconds(low) + " to " + as_seconds(high) +
              ", with three decimals at most");
    return;
  }
  place = *time;
}

void Configuration::text(std::string_view name, std::string& place, std::string_view meaning) {
  rows_.push_back({prefix_ + std::string(name), place, "", std::string(meaning)});
  if (const std::string* value = value_of(name)) place = *value;
}

void Configuration::secret(std::string_view name, WipedText& place, std::string_view meaning) {
  rows_.push_back({prefix_ + std::string(name), "", "a secret", std::string(meaning)});
  if (const std::string* value = value_of(name)) place.assign(*value);
}

void Configuration::boolean(std::string_view name, bool& place, std::string_view meaning) {
  choice(
      name, place ? "true" : "false",
      [&place](std::string_view value) {
        if (value != "true" && value != "false") return false;
        place = value == "true";
        return true;
      },
      "true or false", meaning);
}

void Configuration::choice(std::string_view name, std::string_view standard,
                           const std::function<bool(std::string_view)>& parse,
                           std::string_view choices, std::string_view meaning) {
  rows_.push_back({prefix_ + std::string(name), std::string(standard), std::string(choices),
                   std::string(meaning)});
  const std::string* value = value_of(name);
  if (value != nullptr && !parse(*value)) wrong(name, *value, std::string(choices));
}

bool Configuration::has(std::string_view name) const {
  return std::any_of(rows_.begin(), rows_.end(),
                     [&](const Row& row) { return row.name == prefix_ + std::string(name); });
}

void Configuration::refuse(const std::string& sentence) {
  problems_ += (problems_.empty() ? "" : "\n") + sentence;
}

Result<> Configuration::check() const {
  if (problems_.empty()) return {};
  return Error{.code = ErrorCode::invalid, .message = problems_};
}

std::vector<std::string> Configuration::unknown() const {
  std::vector<std::string> names;
  for (const auto& [variable, value] : environment_) {
    if (!variable.starts_with(prefix_)) continue;
    if (!has(std::string_view(variable).substr(prefix_.size()))) names.push_back(variable);
  }
  return names;
}

}  // namespace penstock::base
