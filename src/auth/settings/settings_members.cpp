#include "auth/settings/settings_members.h"

#include <algorithm>

#include "base/printable_text.h"

namespace penstock::auth {
namespace {

// A place in a message has at most so many bytes: names are the deployer's.
constexpr size_t kPlaceBytesMax = 200;

}  // namespace

void SettingsMistakes::add(std::string_view pointer, std::string_view sentence) {
  if (++count_ > kMax) return;
  if (!text_.empty()) text_ += '\n';
  text_ += base::printable(pointer, kPlaceBytesMax);
  text_ += pointer.empty() ? "" : ": ";
  text_ += sentence;
}

std::string SettingsMembers::at(std::string_view name) const {
  std::string pointer = pointer_;
  if (name.empty()) return pointer;
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::optional<std::string> SettingsMembers::text(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string() || value->get_string().empty()) {
    mistake(name, "must be a text that is not empty");
    return std::nullopt;
  }
  if (value->get_string().size() > kTextBytesMax) {
    mistake(name, "must have at most " + std::to_string(kTextBytesMax) + " bytes");
    return std::nullopt;
  }
  return std::string(value->get_string());
}

std::optional<int64_t> SettingsMembers::whole(std::string_view name, int64_t min,
                                              int64_t max) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64() || value->get_int64() < min || value->get_int64() > max) {
    mistake(name,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return value->get_int64();
}

const boost::json::object* SettingsMembers::object(std::string_view name) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) mistake(name, "must be an object");
  return value->if_object();
}

const boost::json::array* SettingsMembers::array(std::string_view name, size_t max) const {
  const boost::json::value* value = find(name);
  if (value == nullptr) return nullptr;
  const boost::json::array* array = value->if_array();
  if (array == nullptr) {
    mistake(name, "must be a list");
  } else if (array->size() > max) {
    mistake(name, "must have at most " + std::to_string(max) + " elements");
    return nullptr;
  }
  return array;
}

std::vector<std::string> SettingsMembers::texts(std::string_view name) const {
  const boost::json::value* value = find(name);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  if (value->is_string()) {
    if (auto one = text(name)) all.push_back(*std::move(one));
    return all;
  }
  const boost::json::array* list = array(name, kListMax);
  if (list == nullptr) return all;
  if (list->empty()) mistake(name, "must not be empty; give a value, or leave the member out");
  for (size_t i = 0; i < list->size(); ++i) {
    const boost::json::value& element = (*list)[i];
    if (!element.is_string() || element.get_string().size() > kTextBytesMax) {
      mistakes_.add(at(name) + '/' + std::to_string(i),
                    "must be a text of at most " + std::to_string(kTextBytesMax) + " bytes");
    } else {
      all.emplace_back(element.get_string());
    }
  }
  return all;
}

void SettingsMembers::refuse_others(std::initializer_list<std::string_view> names) const {
  for (const auto& member : object_) {
    const std::string_view key = member.key();
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    std::string sentence = "is not a member of this object, which may have ";
    for (const std::string_view name : names) {
      sentence += (name == *names.begin() ? "" : ", ") + std::string(name);
    }
    mistake(key.empty() ? std::string_view("\"\"") : key, sentence + "; remove or correct it");
  }
}

void SettingsMembers::mistake(std::string_view name, std::string_view sentence) const {
  mistakes_.add(at(name), sentence);
}

}  // namespace penstock::auth
