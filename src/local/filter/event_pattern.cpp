#include "local/filter/event_pattern.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "json/text.h"

namespace penstock::local {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kValue = "value";
constexpr std::string_view kOr = "$or";

// Says whether event-ruler reserves the name, for an operator that it has or may get.
bool is_reserved_name(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kNames = {"<",
                                                              "<=",
                                                              "=",
                                                              ">",
                                                              ">=",
                                                              "anything-but",
                                                              "cidr",
                                                              "date-after",
                                                              "date-before",
                                                              "date-on-or-after",
                                                              "date-on-or-before",
                                                              "equals-ignore-case",
                                                              "exactly",
                                                              "exists",
                                                              "in-date-range",
                                                              "ip-address-in-range",
                                                              "ip-address-not-in-range",
                                                              "not-equals-ignore-case",
                                                              "not-wildcard",
                                                              "numeric",
                                                              "prefix",
                                                              "regex",
                                                              "suffix",
                                                              "wildcard"};
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
    if (in_or_ > 0 && is_reserved_name(member.key)) {
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
  explicit Matcher(const EventPattern& pattern) : pattern_(pattern) {
    for (const Leaf& leaf : pattern.leaves_) absent_.emplace_back(leaf.path.size());
  }

  bool match(const JsonNode& record) {
    return match_object(0, {&record, 0}, {&record, 0}) != Match::none;
  }

 private:
  // In `absent`, no field has been found, and none had to be.
  enum class Match : uint8_t { none, absent, found };
  // Is a part of the record, and the number of steps that lead to it. The node is null if the
  // record has no such part, so that only absent fields can match.
  struct Place {
    const JsonNode* node = nullptr;
    size_t depth = 0;
  };
  struct Absence {
    const JsonNode* node = nullptr;
    bool absent = false;
  };

  // An absent field must be absent in all of `scope`. That becomes the object itself as soon as a
  // field has been found in it: the fields of one object must match in the same element of an
  // array.
  Match match_object(Index index, Place place, Place scope) {
    const Object& object = pattern_.objects_[index];
    Match result = Match::absent;
    const auto goes_on = [&](Match match) {
      if (match == Match::found) {
        result = Match::found;
        scope = place;
      }
      return match != Match::none;
    };
    for (const Field& field : object.fields) {
      if (!goes_on(match_field(field, place, scope))) return Match::none;
    }
    for (const std::vector<Index>& alternatives : object.alternatives) {
      Match match = Match::none;
      for (size_t i = 0; i < alternatives.size() && match == Match::none; ++i) {
        match = match_object(alternatives[i], place, scope);
      }
      if (!goes_on(match)) return Match::none;
    }
    return result;
  }

  Match match_field(const Field& field, Place object, Place scope) {
    const Place value{object.node ? object.node->find(field.name) : nullptr, object.depth + 1};
    if (field.is_leaf) {
      if (value.node && match_leaf(field.target, *value.node)) return Match::found;
      return is_absent(field.target, scope) ? Match::absent : Match::none;
    }
    if (!value.node || value.node->is(Kind::object)) {
      return match_object(field.target, value, scope);
    }
    bool any_object = false;
    const Match match = match_element(field.target, value, scope, any_object);
    return any_object ? match : match_object(field.target, {nullptr, value.depth}, scope);
  }

  Match match_element(Index index, Place array, Place scope, bool& any_object) {
    Match best = Match::none;
    for (const JsonNode& element : array.node->children) {
      if (element.is(Kind::array)) {
        best = std::max(best, match_element(index, {&element, array.depth}, scope, any_object));
      } else if (element.is(Kind::object)) {
        any_object = true;
        best = std::max(best, match_object(index, {&element, array.depth}, scope));
      }
      if (best == Match::found) break;
    }
    return best;
  }

  bool match_leaf(Index index, const JsonNode& value) const {
    if (value.is_scalar()) return pattern_.leaves_[index].rules.match(value);
    return value.is(Kind::array) &&
           std::any_of(value.children.begin(), value.children.end(),
                       [&](const JsonNode& element) { return match_leaf(index, element); });
  }

  // Looks once for all elements of an array that ask about the same place, so that the time stays
  // in proportion to the record.
  bool is_absent(Index index, Place scope) {
    const Leaf& leaf = pattern_.leaves_[index];
    if (!leaf.rules.match_absence()) return false;
    Absence& known = absent_[index][scope.depth];
    if (known.node != scope.node) {
      known = {scope.node, !has_leaf(*scope.node, leaf.path, scope.depth)};
    }
    return known.absent;
  }

  const EventPattern& pattern_;
  std::vector<std::vector<Absence>> absent_;  // By the leaf, and the depth of the place.
};

base::Result<EventPattern> EventPattern::compile(const JsonNode& pattern) {
  return Compiler().compile(pattern);
}

bool EventPattern::match(const JsonNode& record) const {
  return Matcher(*this).match(record);
}

}  // namespace penstock::local
