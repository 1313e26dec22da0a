#include "local/mapping/request_reader.h"

namespace penstock::local {

const boost::json::value* RequestReader::raw(std::string_view path) const {
  const boost::json::object* object = &object_;
  while (object != nullptr) {
    const size_t dot = path.find('.');
    const auto* value = object->if_contains(path.substr(0, dot));
    if (value == nullptr || value->is_null()) return nullptr;
    if (dot == std::string_view::npos) return value;
    object = value->if_object();
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::optional<std::string> RequestReader::text(std::string_view path) const {
  const auto* value = raw(path);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::vector<std::string> RequestReader::texts(std::string_view path) const {
  std::vector<std::string> all;
  const auto* value = raw(path);
  if (value == nullptr || !value->is_array()) return all;
  for (const auto& element : value->get_array()) {
    if (element.is_string()) all.emplace_back(element.get_string());
  }
  return all;
}

std::optional<int64_t> RequestReader::whole(std::string_view path) const {
  const auto* value = raw(path);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<bool> RequestReader::boolean(std::string_view path) const {
  const auto* value = raw(path);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

}  // namespace penstock::local
