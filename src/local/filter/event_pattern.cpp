#include "local/filter/event_pattern.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "json/text.h"

namespace penstock::local {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kValue = "value";
constexpr std::string_view kOr = "$or";

bool is_operator_name(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "anything-but", "cidr",    "equals-ignore-case", "exactly", "exists", "numeric", "prefix",
      "suffix",       "wildcard"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Says whether there is a scalar at the path's steps from `step` on.
bool has_leaf(const JsonNode& node, const std::vector<std::string>& path, size_t step) {
  if (node.is(Kind::array)) {
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const JsonNode& element) { return has_leaf(element, path, step); });
  }
  if (step == path.size()) return node.is_scalar();
  const JsonNode* member = node.find(path[step]);
  return member != nullptr && has_leaf(*member, path, step + 1);
}

}  // namespace

class EventPattern::Compiler {
 public:
  base::Result<EventPattern> compile(const JsonNode& pattern) {
    if (!pattern.is(Kind::object)) {
      return fail("the pattern must be a JSON object, as {\"value\": {…}}");
    }
    if (const auto object = add_object(pattern); !object) return object.error();
    if (json_ && text_) {
      return fail(
          "\"value\" is an object in one place and an array in another, but no record is both JSON "
          "and a plain string. Split the pattern into two filters");
    }
    result_.format_ = text_ ? Format::text : Format::json;
    return std::move(result_);
  }

 private:
  base::Error fail(std::string_view sentence) const {
    std::string message;
    for (const std::string& name : path_) {
      if (!message.empty()) message += '.';
      json::append_string(message, name);
    }
    if (!message.empty()) message += ": ";
    return base::Error{base::ErrorCode::invalid, message.append(sentence)};
  }

  base::Result<Index> add_object(const JsonNode& node) {
    if (node.children.empty()) {
      return fail(path_.empty()
                      ? "the pattern is empty. Say what \"value\" must be, or leave the filter out"
                      : "the object is empty. Name a field, or leave the object out");
    }
    const Index index = result_.objects_.size();
    result_.objects_.emplace_back();
    for (const JsonNode& member : node.children) {
      if (member.key == kOr) {
        if (auto added = add_alternatives(index, member); !added) return added.error();
        continue;
      }
      if (path_.empty() && member.key != kValue) {
        path_.push_back(member.key);
        return fail(
            "Kafka event source mappings support filtering by the key \"value\" only. Remove this "
            "one");
      }
      path_.push_back(member.key);
      const auto field = add_field(member);
      path_.pop_back();
      if (!field) return field.error();
      result_.objects_[index].fields.push_back(*field);
    }
    return index;
  }

  base::Result<Field> add_field(const JsonNode& member) {
    if (in_or_ > 0 && is_operator_name(member.key)) {
      return fail(
          "the name of an operator cannot be a field inside \"$or\". Put the operator into the "
          "array of a field");
    }
    if (member.is(Kind::object)) {
      if (path_.size() == 1) json_ = true;
      const auto object = add_object(member);
      if (!object) return object.error();
      return Field{member.key, false, *object};
    }
    if (!member.is(Kind::array)) {
      return fail("a field must have an array of values, as [\"a\"], or an object of fields");
    }
    if (path_.size() == 1) text_ = true;
    auto rules = ValueRules::compile(member);
    if (!rules) return fail(rules.error().message);
    result_.leaves_.push_back({std::move(*rules), path_});
    return Field{member.key, true, result_.leaves_.size() - 1};
  }

  base::Result<void> add_alternatives(Index index, const JsonNode& branches) {
    const auto is_object = [](const JsonNode& node) { return node.is(Kind::object); };
    if (!branches.is(Kind::array) || branches.children.size() < 2 ||
        !std::all_of(branches.children.begin(), branches.children.end(), is_object)) {
      return fail(
          "\"$or\" must have an array of at least two objects, as [{\"a\": [1]}, {\"b\": [2]}]");
    }
    std::vector<Index> alternatives;
    ++in_or_;
    for (const JsonNode& branch : branches.children) {
      const auto object = add_object(branch);
      if (!object) return object.error();
      alternatives.push_back(*object);
    }
    --in_or_;
    result_.objects_[index].alternatives.push_back(std::move(alternatives));
    return {};
  }

  EventPattern result_;
  std::vector<std::string> path_;
  size_t in_or_ = 0;
  bool json_ = false;
  bool text_ = false;
};

class EventPattern::Matcher {
 public:
  Matcher(const EventPattern& pattern, const JsonNode& record) : pattern_(pattern) {
    // Absence is found out once, because it is about the whole record, and is needed again for each
    // element of its arrays.
    for (const Leaf& leaf : pattern.leaves_) {
      absent_.push_back(leaf.rules.match_absence() && !has_leaf(record, leaf.path, 0));
    }
  }

  // If the node is null, only fields that must be absent can match.
  bool match_object(Index index, const JsonNode* node) const {
    const Object& object = pattern_.objects_[index];
    const auto field_matches = [&](const Field& field) {
      const JsonNode* value = node ? node->find(field.name) : nullptr;
      if (field.is_leaf) {
        return (value && match_leaf(field.target, *value)) || absent_[field.target];
      }
      if (!value) return match_object(field.target, nullptr);
      if (value->is(Kind::object)) return match_object(field.target, value);
      bool any_object = false;
      return match_element(field.target, *value, any_object) ||
             (!any_object && match_object(field.target, nullptr));
    };
    const auto any_matches = [&](const std::vector<Index>& alternatives) {
      return std::any_of(alternatives.begin(), alternatives.end(),
                         [&](Index alternative) { return match_object(alternative, node); });
    };
    return std::all_of(object.fields.begin(), object.fields.end(), field_matches) &&
           std::all_of(object.alternatives.begin(), object.alternatives.end(), any_matches);
  }

 private:
  bool match_element(Index index, const JsonNode& array, bool& any_object) const {
    return std::any_of(array.children.begin(), array.children.end(), [&](const JsonNode& element) {
      if (element.is(Kind::array)) return match_element(index, element, any_object);
      if (!element.is(Kind::object)) return false;
      any_object = true;
      return match_object(index, &element);
    });
  }
  bool match_leaf(Index index, const JsonNode& value) const {
    if (value.is_scalar()) return pattern_.leaves_[index].rules.match(value);
    return value.is(Kind::array) &&
           std::any_of(value.children.begin(), value.children.end(),
                       [&](const JsonNode& element) { return match_leaf(index, element); });
  }

  const EventPattern& pattern_;
  std::vector<bool> absent_;  // For each leaf, whether it is absent and may be.
};

base::Result<EventPattern> EventPattern::compile(const JsonNode& pattern) {
  return Compiler().compile(pattern);
}

bool EventPattern::match(const JsonNode& record) const {
  return Matcher(*this, record).match_object(0, &record);
}

}  // namespace penstock::local
