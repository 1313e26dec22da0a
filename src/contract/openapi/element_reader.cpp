#include "contract/openapi/element_reader.h"

#include <algorithm>
#include <array>

#include "base/topic_name.h"
#include "contract/schema/schema.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// This bounds a chain of references from one `$ref` to the next. A longer one is taken for a
// circle.
constexpr int kReferencesMax = 20;

// A list of parts may have so many entries, because each is compared with the others.
constexpr size_t kListMax = 1000;
// This is how many parts a contract may have, with references and aliases followed. Each takes up
// to 1 KB.
constexpr size_t kPartsMax = 200'000;

}  // namespace

void ElementReader::refuse_other_keys(const Node& object, std::string_view what,
                                      std::initializer_list<std::string_view> keys) {
  for (const Member& member : object.members) {
    const std::string& key = member.key->text;
    if (key.starts_with("x-") || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    sources_.problem(*member.key, "unknown-field",
                     std::string(what) + ": '" + key + "' is not supported; correct or remove it");
  }
}

void ElementReader::refuse_other_extensions(const Node& object,
                                            std::initializer_list<std::string_view> keys) {
  for (const Member& member : object.members) {
    const std::string& key = member.key->text;
    if (!key.starts_with("x-penstock-") || std::find(keys.begin(), keys.end(), key) != keys.end()) {
      continue;
    }
    std::string known;
    for (const std::string_view one : keys) (known += known.empty() ? "" : " and ") += one;
    sources_.problem(
        *member.key, "unknown-extension",
        "'" + key + "' is not known here; " +
            (keys.size() == 0 ? "there is no such extension at this place"
                              : (keys.size() == 1 ? "the only extension at this place is "
                                                  : "the extensions at this place are ") +
                                    known));
  }
}

std::string ElementReader::required_text(const Node& object, std::string_view key,
                                         std::string_view what) {
  const Node* node = object.find(key);
  if (node != nullptr && node->is_scalar() && !node->text.empty()) return node->text;
  sources_.problem(node != nullptr ? *node : object, "missing-field",
                   std::string(what) + " needs '" + std::string(key) + "'");
  return "";
}

bool ElementReader::flag(const Node& object, std::string_view key, bool otherwise) {
  const Node* node = object.find(key);
  if (node == nullptr) return otherwise;
  if (node->is(Kind::boolean)) return node->boolean;
  sources_.problem(*node, "wrong-type", std::string(key) + " must be true or false");
  return otherwise;
}

Target ElementReader::member(const Target& of, std::string_view key) const {
  const Node* node = of.node->find(key);
  return node == nullptr ? Target{} : Target{node, &sources_.resource_of(*node, *of.resource)};
}

Target ElementReader::resolve(Target at) {
  for (int i = 0; i < kReferencesMax; ++i) {
    if (!at.node->is(Kind::object)) {
      sources_.problem(*at.node, "wrong-type", "this must be an object");
      return {};
    }
    const Node* reference = at.node->find("$ref");
    if (reference == nullptr) return at;
    for (const Member& beside : at.node->members) {
      const std::string& key = beside.key->text;
      if (key == "$ref" || key == "summary" || key == "description" || key.starts_with("x-")) {
        continue;
      }
      sources_.remark(*beside.key, "beside-reference",
                      "'" + key + "' has no effect beside $ref (OpenAPI, Reference Object)");
    }
    const Target next = sources_.resolve(*reference, reference->text, *at.resource);
    if (next.node == nullptr) return {};
    at = next;
  }
  sources_.problem(
      *at.node, "circular-reference",
      "$ref leads in a circle, or through more than " + std::to_string(kReferencesMax) + " others");
  return {};
}

bool ElementReader::take(const Node& list) {
  const size_t count = list.elements.size() + list.members.size();
  if (count <= kListMax) return take(list, count);
  sources_.problem(list, "too-many-parts",
                   "a list of parameters, responses, headers, links, examples, callbacks or media "
                   "types may have at most " +
                       std::to_string(kListMax) + " entries");
  return false;
}

bool ElementReader::take(const Node& at, size_t count) {
  if (parts_ > kPartsMax) return false;
  parts_ += count;
  if (parts_ <= kPartsMax) return true;
  sources_.problem(at, "too-many-parts",
                   "the operations, parameters, responses, headers, links, examples, callbacks and "
                   "media types are more than " +
                       std::to_string(kPartsMax) + " together, with references followed");
  return false;
}

Examples ElementReader::read_examples(const Target& at) {
  Examples all;
  const Node* alone = at.node->find("example");
  if (alone != nullptr) all.emplace_back("", alone);
  const Target list = member(at, "examples");
  if (list.node == nullptr) return all;
  if (alone != nullptr) {
    sources_.problem(*alone, "exclusive-fields",
                     "'example' and 'examples' exclude one another (OpenAPI, Media Type Object and "
                     "Parameter Object); remove one");
  }
  if (!list.node->is(Kind::object)) {
    sources_.problem(*list.node, "wrong-type", "examples must be an object of examples");
  }
  if (!take(*list.node)) return all;
  for (const Member& entry : list.node->members) {
    const Target example = resolve({entry.value, list.resource});
    if (example.node == nullptr) continue;
    objects_.check(*example.node, object_rules::kExample);
    if (const Node* value = example.node->find("value")) all.emplace_back(entry.key->text, value);
  }
  return all;
}

EventDeclaration ElementReader::read_event(const Target& at) {
  EventDeclaration event{.node = at.node};
  const Node& node = *at.node;
  if (!node.is(Kind::object)) {
    sources_.problem(node, "wrong-type", "x-event must be an object");
    return event;
  }
  refuse_other_keys(node, "x-event",
                    {"type", "topic", "key", "delivery", "schema", "auth_context"});
  event.type = required_text(node, "type", "x-event");
  event.topic = required_text(node, "topic", "x-event");
  if (const std::string problem = base::problem_of_topic(event.topic);
      !event.topic.empty() && !problem.empty()) {
    sources_.problem(*node.find("topic"), "topic-name", "x-event: " + problem);
  }
  if (const Node* key = node.find("key"); key != nullptr && key->text != "none") {
    event.key_pointer = key->text;
    if (!event.key_pointer.starts_with('/')) {
      sources_.problem(
          *key, "event-key",
          "x-event: key must be 'none' or a JSON Pointer into the event's value, such as '/id'");
    }
  }
  if (const Node* delivery = node.find("delivery")) {
    event.acknowledged = delivery->text == "acknowledged";
    if (!event.acknowledged && delivery->text != "best_effort") {
      sources_.problem(*delivery, "event-delivery",
                       "x-event: delivery must be acknowledged or best_effort");
    }
  }
  event.auth_context = flag(node, "auth_context", false);
  if (const Target schema = member(at, "schema"); schema.node != nullptr) {
    event.schema = schemas_.compile(*schema.node, *schema.resource);
  }
  return event;
}

void ElementReader::read_events(const Target& at, Operation& operation) {
  operation.several_events = true;
  const Node& node = *at.node;
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type", "x-events must be an object");
  }
  refuse_other_keys(node, "x-events", {"atomic", "events"});
  operation.atomic = flag(node, "atomic", false);
  const Target list = member(at, "events");
  if (list.node == nullptr || !list.node->is(Kind::array) || list.node->elements.empty()) {
    return sources_.problem(list.node != nullptr ? *list.node : node, "missing-field",
                            "x-events needs 'events', a list with an event or several");
  }
  if (list.node->elements.size() > kDeclaredEventsMax) {
    return sources_.problem(*list.node, "too-many-parts",
                            "x-events has " + std::to_string(list.node->elements.size()) +
                                " events, but may have at most " +
                                std::to_string(kDeclaredEventsMax));
  }
  for (const Node* one : list.node->elements) {
    EventDeclaration event = read_event({one, &sources_.resource_of(*one, *list.resource)});
    if (!event.type.empty() && operation.event(event.type) != nullptr) {
      sources_.problem(*one, "event-twice",
                       "x-events declares events of type '" + event.type +
                           "' twice; remove one: a handler may publish several events of a type");
    }
    if (operation.atomic && !event.acknowledged) {
      sources_.problem(*one, "event-delivery",
                       "x-events: with atomic the delivery must be acknowledged, since all events "
                       "of a request are stored or none is");
    }
    operation.events.push_back(std::move(event));
  }
}

}  // namespace penstock::contract
