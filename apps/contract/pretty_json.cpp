#include "apps/contract/pretty_json.h"

#include "json/writer.h"

namespace penstock::apps {

std::string pretty_json(const boost::json::value& value, size_t level) {
  const std::string inner(2 * level + 2, ' ');
  const std::string outer(2 * level, ' ');
  std::string out;
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    for (const auto& member : *object) {
      out += out.empty() ? "{\n" : ",\n";
      out += inner + json::to_text(boost::json::string(member.key())) + ": " +
             pretty_json(member.value(), level + 1);
    }
    return out + "\n" + outer + "}";
  }
  if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    for (const auto& element : *array) {
      out += out.empty() ? "[\n" : ",\n";
      out += inner + pretty_json(element, level + 1);
    }
    return out + "\n" + outer + "]";
  }
  return json::to_text(value);
}

}  // namespace penstock::apps
