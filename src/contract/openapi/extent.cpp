#include "contract/openapi/extent.h"

#include <algorithm>

#include "base/number_text.h"
#include "contract/document/document.h"
#include "contract/parameters/parameter_writer.h"
#include "contract/schema/schema.h"

namespace penstock::contract {

namespace {

// Removes one character or class of characters from the front of a pattern, and returns whether
// there was one that this function knows.
bool take_atom(std::string_view& pattern) {
  if (pattern.empty()) return false;
  if (pattern.front() == '\\') {
    static constexpr std::string_view kKnown = "dDwWsS.-/_+*?()[]{}|^$\\";
    if (pattern.size() < 2 || kKnown.find(pattern[1]) == std::string_view::npos) return false;
    pattern.remove_prefix(2);
    return true;
  }
  if (pattern.front() == '[') {
    // A ']' in the first place, or a '[' in a class, means different things in different engines.
    const size_t end = pattern.find_first_of("[]\\", 1);
    if (end == std::string_view::npos || pattern[end] != ']' || end < 2) return false;
    if (end == 2 && pattern[1] == '^') return false;
    pattern.remove_prefix(end + 1);
    return true;
  }
  if (std::string_view("^$*+?(){}|]").find(pattern.front()) != std::string_view::npos) return false;
  const auto byte = static_cast<unsigned char>(pattern.front());
  if (byte >= 0x80) return false;
  pattern.remove_prefix(1);
  return true;
}

// Returns the number of characters that each match of a simple pattern has, such as "^\d{4}$", or 0
// if that is not known.
size_t pattern_length(std::string_view pattern) {
  if (pattern.size() < 2 || !pattern.starts_with('^') || !pattern.ends_with('$')) return 0;
  pattern = pattern.substr(1, pattern.size() - 2);
  size_t length = 0;
  while (!pattern.empty()) {
    if (!take_atom(pattern)) return 0;
    size_t times = 1;
    if (pattern.starts_with('{')) {
      const size_t end = pattern.find('}');
      const auto count = base::whole_number<uint16_t>(pattern.substr(1, end == 0 ? 0 : end - 1));
      if (end == std::string_view::npos || !count) return 0;
      times = *count;
      pattern.remove_prefix(end + 1);
    }
    length += times;
  }
  return length;
}

size_t length_of(const Schema& schema) {
  if (!schema.string) return 0;
  const StringRules& rules = *schema.string;
  if (rules.min_length && rules.min_length == rules.max_length) return *rules.min_length;
  const Node* format = schema.node->find("format");
  if (rules.format != nullptr && format != nullptr) {
    if (format->text == "uuid") return 36;
    if (format->text == "date") return 10;
  }
  return rules.pattern ? pattern_length(rules.pattern->text()) : 0;
}

// Adds what a schema says, with those that always apply to the same value. Schemas do not contain
// themselves in this way.
void add_extent(const Parameter& parameter, const Schema& schema, Extent& extent) {
  if (const Enumeration* values =
          schema.enumeration ? schema.enumeration.get() : schema.constant.get()) {
    extent.texts.clear();
    for (const boost::json::value& value : values->values) {
      extent.texts.push_back(text_of(parameter, value));
    }
  }
  if (extent.characters == 0) extent.characters = length_of(schema);
  if (!schema.composition) return;
  if (schema.composition->reference != nullptr) {
    add_extent(parameter, *schema.composition->reference, extent);
  }
  for (const Schema* part : schema.composition->all_of) add_extent(parameter, *part, extent);
}

// Returns whether a text is the start or the end of another, so that a longer one might be meant.
bool has_part_of_another(const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& part) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& whole) {
      return &part != &whole && (whole.starts_with(part) || whole.ends_with(part));
    });
  });
}

}  // namespace

Extent extent_of(const Parameter& parameter) {
  Extent extent;
  if (parameter.reading != Reading::whole || parameter.shape.kind != Shape::Kind::scalar) {
    return extent;
  }
  add_extent(parameter, *parameter.schema, extent);
  if (!extent.texts.empty()) extent.characters = 0;
  if (has_part_of_another(extent.texts)) extent.texts.clear();
  return extent;
}

std::string set_extents(Segment& segment, const Operation& operation) {
  segment.extents.clear();
  if (!segment.has_neighbours()) return "";
  const std::string* unknown = nullptr;  // In the present run of neighbours.
  for (size_t i = 0; i < segment.names.size(); ++i) {
    const auto parameter = std::find_if(
        operation.parameters.begin(), operation.parameters.end(),
        [&](const Parameter& one) { return one.in == In::path && one.name == segment.names[i]; });
    if (parameter == operation.parameters.end()) return "";  // That is a problem already.
    segment.extents.push_back(extent_of(*parameter));
    if (!segment.texts[i].empty()) unknown = nullptr;
    if (segment.extents.back().is_known()) continue;
    if (unknown != nullptr) {
      return "nothing shows where '{" + *unknown + "}' ends and '{" + segment.names[i] +
             "}' begins; write a text between them, or give one of them an enum, a minLength that "
             "equals its maxLength, or a pattern of one length such as '^[0-9]{4}$'";
    }
    unknown = &segment.names[i];
  }
  return "";
}

}  // namespace penstock::contract
