#include "contract/openapi/element_reader.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "base/topic_name.h"
#include "contract/openapi/response_status.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// This bounds a chain of references from one `$ref` to the next. A longer one is taken for a
// circle.
constexpr int kReferencesMax = 20;

}  // namespace

void ElementReader::refuse_other_keys(const Node& object, std::string_view what,
                                      std::initializer_list<std::string_view> keys) {
  for (const Member& member : object.members) {
    const std::string& key = member.key->text;
    if (key.starts_with("x-") || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    sources_.problem(*member.key,
                     std::string(what) + ": '" + key + "' is not supported; correct or remove it");
  }
}

std::string ElementReader::required_text(const Node& object, std::string_view key,
                                         std::string_view what) {
  const Node* node = object.find(key);
  if (node != nullptr && node->is_scalar() && !node->text.empty()) return node->text;
  sources_.problem(node != nullptr ? *node : object,
                   std::string(what) + " needs '" + std::string(key) + "'");
  return "";
}

bool ElementReader::flag(const Node& object, std::string_view key, bool otherwise) {
  const Node* node = object.find(key);
  if (node == nullptr) return otherwise;
  if (node->is(Kind::boolean)) return node->boolean;
  sources_.problem(*node, std::string(key) + " must be true or false");
  return otherwise;
}

Target ElementReader::member(const Target& of, std::string_view key) const {
  const Node* node = of.node->find(key);
  return node == nullptr ? Target{} : Target{node, &sources_.resource_of(*node, *of.resource)};
}

Target ElementReader::resolve(Target at) {
  for (int i = 0; i < kReferencesMax; ++i) {
    if (!at.node->is(Kind::object)) {
      sources_.problem(*at.node, "this must be an object");
      return {};
    }
    const Node* reference = at.node->find("$ref");
    if (reference == nullptr) return at;
    refuse_other_keys(*at.node, "beside $ref", {"$ref", "summary", "description"});
    const Target next = sources_.resolve(*reference, reference->text, *at.resource);
    if (next.node == nullptr) return {};
    at = next;
  }
  sources_.problem(*at.node, "$ref leads in a circle, or through more than " +
                                 std::to_string(kReferencesMax) + " others");
  return {};
}

Examples ElementReader::read_examples(const Target& at) {
  Examples all;
  if (const Node* example = at.node->find("example")) all.emplace_back("", example);
  const Target list = member(at, "examples");
  if (list.node == nullptr) return all;
  if (!list.node->is(Kind::object)) {
    sources_.problem(*list.node, "examples must be an object of examples");
  }
  for (const Member& entry : list.node->members) {
    const Target example = resolve({entry.value, list.resource});
    if (example.node == nullptr) continue;
    refuse_other_keys(*example.node, "example",
                      {"summary", "description", "value", "externalValue"});
    if (const Node* value = example.node->find("value")) all.emplace_back(entry.key->text, value);
  }
  return all;
}

void ElementReader::read_status(const Node& status, Response& response) {
  const std::string& text = status.text;
  if (text == "default") {
    response.first = 0;
    response.last = 999;
    return;
  }
  const bool range = text.size() == 3 && text.ends_with("XX");
  const std::string_view digits = std::string_view(text).substr(0, range ? 1 : text.size());
  unsigned number = base::whole_number<unsigned>(digits).value_or(0);
  if (range) number *= 100;
  if (text.size() != 3 || number < 200 || number > 599) {
    sources_.problem(status, "a response's status must be 200 to 599, 2XX to 5XX, or default");
  }
  response.first = number;
  response.last = range ? number + 99 : number;
}

Response ElementReader::read_response(const Node& status, const Target& at) {
  Response response;
  read_status(status, response);
  refuse_other_keys(*at.node, "response", {"description", "headers", "content", "links"});
  if (const Target headers = member(at, "headers"); headers.node != nullptr) {
    if (!headers.node->is(Kind::object)) {
      sources_.problem(*headers.node, "headers must be an object");
    }
    for (const Member& entry : headers.node->members) {
      const std::string& name = entry.key->text;
      // This header must be ignored (OpenAPI 3.0.3 section 4.7.17).
      if (equal_ignoring_case(name, "content-type")) continue;
      if (!is_token(name)) {
        sources_.problem(*entry.key, "'" + name + "' is not a valid header name");
      }
      for (const Parameter& other : response.headers) {
        if (equal_ignoring_case(other.name, name)) {
          sources_.problem(*entry.key, "the header " + name + " is declared twice");
        }
      }
      response.headers.push_back(read_header(entry.key->text, {entry.value, headers.resource}));
    }
  }
  if (const Target content = member(at, "content"); content.node != nullptr) {
    response.content = read_content(content);
  }
  if (has_no_content(response.first) && !response.content.empty()) {
    sources_.problem(status, "an answer with status " + status.text +
                                 " cannot have a body (RFC 9110 section 15)");
  }
  return response;
}

EventDeclaration ElementReader::read_event(const Target& at) {
  EventDeclaration event;
  const Node& node = *at.node;
  if (!node.is(Kind::object)) {
    sources_.problem(node, "x-event must be an object");
    return event;
  }
  refuse_other_keys(node, "x-event", {"type", "topic", "key", "delivery", "schema"});
  event.type = required_text(node, "type", "x-event");
  event.topic = required_text(node, "topic", "x-event");
  if (const std::string problem = base::problem_of_topic(event.topic);
      !event.topic.empty() && !problem.empty()) {
    sources_.problem(*node.find("topic"), "x-event: " + problem);
  }
  if (const Node* key = node.find("key"); key != nullptr && key->text != "none") {
    event.key_pointer = key->text;
    if (!event.key_pointer.starts_with('/')) {
      sources_.problem(
          *key,
          "x-event: key must be 'none' or a JSON Pointer into the event's value, such as '/id'");
    }
  }
  if (const Node* delivery = node.find("delivery")) {
    event.acknowledged = delivery->text == "acknowledged";
    if (!event.acknowledged && delivery->text != "best_effort") {
      sources_.problem(*delivery, "x-event: delivery must be acknowledged or best_effort");
    }
  }
  if (const Target schema = member(at, "schema"); schema.node != nullptr) {
    event.schema = schemas_.compile(*schema.node, *schema.resource);
  }
  return event;
}

}  // namespace penstock::contract
