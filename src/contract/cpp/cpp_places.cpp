#include "contract/cpp/cpp_places.h"

#include <algorithm>

#include "base/number_text.h"
#include "contract/document/sources.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// A pointer to a schema has at most so many parts in its name.
constexpr size_t kStepsMax = 2 * kDocumentDepthMax + 10;

// Returns "schemas" for "our/schemas.openapi.yaml".
std::string stem(const std::string& file) {
  const std::string name = file.substr(file.find_last_of('/') + 1);
  return name.substr(0, name.find('.'));
}

std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

// Returns what an answer with the status of a document is called: "NotFound", "Default", "N4XX".
std::string answer_name(std::string_view status) {
  const auto number = base::whole_number<unsigned>(status);
  return cpp_type_name(number ? cpp_status_name(*number) : std::string(status));
}

constexpr std::string_view kClaims = "x-penstock-claims";

// Returns what the step to a schema inside another adds to its name.
std::string part_of(std::string_view keyword) {
  if (keyword == "items" || keyword == "contains" || keyword == "unevaluatedItems") return "Item";
  if (keyword == "additionalProperties" || keyword == "unevaluatedProperties") return "Value";
  if (keyword == "propertyNames") return "Name";
  if (keyword == kClaims) return "Claims";
  return cpp_type_name(keyword);
}

}  // namespace

const Node* chosen_name(const Node* node) {
  return node != nullptr ? node->find("x-penstock-name") : nullptr;
}

std::string no_cpp_name(std::string_view chosen, CppLetter first) {
  const std::string letter = first == CppLetter::capital ? "a capital letter"
                             : first == CppLetter::small ? "a small letter"
                                                         : "a letter";
  return "x-penstock-name: '" + std::string(chosen) +
         "' is no name of C++ here; use letters, digits and single underscores, " + letter +
         " first, no keyword, and at most " + std::to_string(kCppNameMax) + " characters";
}

CppPlaces::CppPlaces(const Contract& contract) : root_(&contract.document()) {
  for (const Document& document : contract.sources().documents()) add(document.root());
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      const Node* chosen = chosen_name(operation.node);
      operations_.emplace(operation.node, chosen != nullptr ? chosen->text : operation.id);
    }
  }
}

void CppPlaces::add(const Node& root) {
  parents_.emplace(&root, Parent{});
  std::vector<const Node*> pending{&root};
  while (!pending.empty()) {
    const Node& node = *pending.back();
    pending.pop_back();
    for (size_t i = 0; i < node.elements.size(); ++i) {
      const Node* element = node.elements[i];
      if (parents_.emplace(element, Parent{&node, {}, i}).second) pending.push_back(element);
    }
    for (const Member& member : node.members) {
      if (parents_.emplace(member.value, Parent{&node, member.key->text, 0}).second) {
        pending.push_back(member.value);
      }
    }
  }
}

CppPlaces::Steps CppPlaces::steps_to(const Node& node, const Node*& root) const {
  Steps steps;
  root = &node;
  for (auto at = parents_.find(root); at != parents_.end() && at->second.node != nullptr;
       at = parents_.find(root)) {
    const Parent& parent = at->second;
    const bool is_element = parent.node->is(Kind::array);
    steps.push_back(
        {parent.node, is_element ? std::to_string(parent.index) : std::string(parent.key)});
    root = parent.node;
    if (steps.size() > kStepsMax) break;
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

std::string CppPlaces::operation_at(const Node& node) const {
  const auto found = operations_.find(&node);
  return found != operations_.end() ? cpp_type_name(found->second) : "";
}

// Returns what the place is called as far as OpenAPI's own objects lead, and sets `at` to the first
// step behind them.
std::string CppPlaces::after_document(const Steps& steps, const Node& root, size_t& at,
                                      Place& place) const {
  const auto key = [&](size_t i) { return i < steps.size() ? steps[i].key : std::string(); };
  std::string name;
  if (key(0) == "components" && steps.size() > 2) {
    at = 3;
    name = cpp_type_name(key(2));
    if (key(1) == "schemas") {
      place.original = key(2);
      return name;
    }
    if (key(1) == "responses" || key(1) == "requestBodies") name += "Body";
    if (key(1) == "headers") name += "Header";
  } else if (key(0) == "paths" && steps.size() > 3) {
    at = 3;
    name = operation_at(*steps[std::min<size_t>(3, steps.size() - 1)].from);
    if (name.empty()) {
      at = 2;
      name = cpp_type_name(key(1));
    }
  } else if (&root != root_ && !steps.empty() && key(0) != "components" && key(0) != "$defs" &&
             key(0) != "definitions") {
    const bool is_schema = root.find("type") != nullptr || root.find("properties") != nullptr ||
                           root.find("allOf") != nullptr;
    if (is_schema) return cpp_type_name(stem(*root.file));
    at = 1;
    place.original = key(0);
    return cpp_type_name(key(0));
  } else if (&root != root_ && steps.empty()) {
    place.original = stem(*root.file);
    return cpp_type_name(place.original);
  }
  // These are the steps through parameters, bodies, answers and events.
  while (at < steps.size()) {
    const std::string& step = key(at);
    if (step == "schema") {
      ++at;
      break;
    }
    if (step == kClaims) {
      name += part_of(step);
      ++at;
      break;
    }
    if (step == "parameters" && at + 1 < steps.size()) {
      const Node& list = *steps[at + 1].from;
      const size_t index = base::whole_number<size_t>(key(at + 1)).value_or(0);
      const Node* named =
          index < list.elements.size() ? list.elements[index]->find("name") : nullptr;
      name += cpp_type_name(named != nullptr ? named->text : key(at + 1));
      at += 2;
    } else if (step == "requestBody") {
      name += "Body";
      ++at;
    } else if (step == "responses" && at + 1 < steps.size()) {
      name += answer_name(key(at + 1));
      at += 2;
    } else if (step == "headers" && at + 1 < steps.size()) {
      name += cpp_type_name(key(at + 1));
      at += 2;
    } else if (step == "content" && at + 1 < steps.size()) {
      // The first media type is the usual one.
      const auto& members = steps[at + 1].from->members;
      if (members.size() > 1 && members.front().key->text != key(at + 1)) {
        name += cpp_type_name(key(at + 1));
      }
      at += 2;
    } else if (step == "x-event") {
      name += "Event";
      ++at;
    } else if (step == "x-events" && at + 2 < steps.size()) {
      // The schema's own name does not last: the event's struct is called after the event's type.
      name += "Event" + key(at + 2);
      at += 3;
    } else {
      name += cpp_type_name(step);
      ++at;
    }
  }
  return name;
}

Place CppPlaces::of(const Node& schema) const {
  Place place;
  const Node* root = nullptr;
  const Steps steps = steps_to(schema, root);
  place.key = *schema.file + '#';
  for (const Step& step : steps) place.key += '/' + escaped(step.key);
  size_t at = 0;
  std::string name = after_document(steps, *root, at, place);
  while (at < steps.size()) {
    place.original.clear();
    const std::string& step = steps[at].key;
    const bool has_next = at + 1 < steps.size();
    if (has_next && (step == "$defs" || step == "definitions")) {
      place.original = steps[at + 1].key;
      name = cpp_type_name(place.original);
      at += 2;
    } else if (has_next && (step == "properties" || step == "dependentSchemas")) {
      name += cpp_type_name(steps[at + 1].key);
      at += 2;
    } else if (has_next && step == "patternProperties") {
      name += "Value";
      at += 2;
    } else if (has_next && step == "allOf") {
      at += 2;  // A part of the whole.
    } else if (has_next && (step == "oneOf" || step == "anyOf")) {
      const Node* title = steps[at + 1].from->elements.empty() ? nullptr : nullptr;
      const size_t index = base::whole_number<size_t>(steps[at + 1].key).value_or(0);
      const auto& elements = steps[at + 1].from->elements;
      if (index < elements.size()) title = elements[index]->find("title");
      name += title != nullptr && title->is(Kind::string) ? cpp_type_name(title->text)
                                                          : "Option" + std::to_string(index + 1);
      at += 2;
    } else if (has_next && step == "prefixItems") {
      name += "Item";
      at += 2;
    } else {
      name += part_of(step);
      ++at;
    }
    if (name.size() > 2 * kCppNameMax) name = cpp_type_name(name);
  }
  if (name.empty()) name = "Root";
  place.wanted = cpp_type_name(name);
  // In a schema that is the value of a property, the chosen name is that of the member.
  const bool is_member =
      steps.size() > 1 && steps[steps.size() - 2].key == "properties" && !place.is_named();
  if (const Node* chosen = chosen_name(&schema); chosen != nullptr && !is_member) {
    place.wanted = chosen->text;
    place.chosen = true;
  }
  return place;
}

}  // namespace penstock::contract
