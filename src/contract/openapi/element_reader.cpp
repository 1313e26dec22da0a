#include "contract/openapi/element_reader.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "base/topic_name.h"
#include "contract/schema/schema.h"
#include "contract/structure/object_rules.h"

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
    sources_.problem(*member.key, "unknown-field",
                     std::string(what) + ": '" + key + "' is not supported; correct or remove it");
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

// The schema of a body that is not JSON must allow a string; for bytes only the size is enforced.
void ElementReader::complete(const MediaType& media) {
  if (media.schema == nullptr || media.kind == BodyKind::json || media.is_range()) return;
  if ((media.schema->allowed & type::string) == 0) {
    sources_.problem(*media.schema->node,
                     "the schema of a body of type " + media.type + " must allow a string");
  } else if (media.kind == BodyKind::bytes && !size_rules(media.schema)) {
    sources_.problem(*media.schema->node, "the schema of a body of type " + media.type +
                                              " may only have minLength and maxLength");
  }
}

Examples ElementReader::read_examples(const Target& at) {
  Examples all;
  if (const Node* example = at.node->find("example")) all.emplace_back("", example);
  const Target list = member(at, "examples");
  if (list.node == nullptr) return all;
  if (!list.node->is(Kind::object)) {
    sources_.problem(*list.node, "wrong-type", "examples must be an object of examples");
  }
  for (const Member& entry : list.node->members) {
    const Target example = resolve({entry.value, list.resource});
    if (example.node == nullptr) continue;
    check_example(*example.node);
    if (const Node* value = example.node->find("value")) all.emplace_back(entry.key->text, value);
  }
  return all;
}

// Returns the media type in lower case and without parameters. If it is not a media type, records a
// problem and returns "".
std::string ElementReader::read_media_type_name(const Node& key) {
  const auto type = parse_content_type(key.text);
  if (!type) {
    sources_.problem(key, "'" + key.text + "' is not a media type");
    return "";
  }
  if (type->has_more || !(type->charset.empty() || equal_ignoring_case(type->charset, "utf-8"))) {
    sources_.problem(key, "the only parameter that a media type may have is charset=utf-8");
  }
  std::string name(type->type);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.find('*') != std::string::npos && !name.ends_with("/*")) {
    sources_.problem(key, "a range of media types must be 'type/*' or '*/*'");
  }
  for (const std::string_view refused :
       {"multipart/", "application/x-www-form-urlencoded", "application/xml"}) {
    if (name.starts_with(refused) || name.ends_with("+xml")) {
      sources_.problem(key, "bodies of type " + name + " are not supported");
      break;
    }
  }
  return name;
}

std::vector<MediaType> ElementReader::read_content(const Target& at) {
  std::vector<MediaType> all;
  if (!at.node->is(Kind::object)) {
    sources_.problem(*at.node, "content must be an object of media types");
    return all;
  }
  for (const Member& entry : at.node->members) {
    std::string name = read_media_type_name(*entry.key);
    if (name.empty()) continue;
    if (std::any_of(all.begin(), all.end(),
                    [&](const MediaType& other) { return other.type == name; })) {
      sources_.problem(*entry.key, "the media type is declared twice");
    }
    MediaType& media = all.emplace_back(MediaType{.type = std::move(name)});
    media.kind = kind_of(media.type);
    media.header = media.kind == BodyKind::text ? media.type + "; charset=utf-8" : media.type;
    const Target described = resolve({entry.value, at.resource});
    if (described.node == nullptr) continue;
    refuse_other_keys(*described.node, media.type, {"schema", "example", "examples"});
    media.examples = read_examples(described);
    if (const Target schema = member(described, "schema"); schema.node != nullptr) {
      media.schema = schemas_.compile(*schema.node, *schema.resource);
    }
  }
  return all;
}

RequestBody ElementReader::read_body(const Target& at) {
  RequestBody body{.required = flag(*at.node, "required", false), .content = {}};
  objects_.check(*at.node, object_rules::kRequestBody);
  if (const Target content = member(at, "content"); content.node != nullptr) {
    body.content = read_content(content);
  }
  return body;
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
  if (text.size() != 3 || number < 100 || number > 599) {
    sources_.problem(status, "response-status",
                     "a response's status must be 100 to 599, 1XX to 5XX, or default (OpenAPI, "
                     "Responses Object)");
  }
  response.first = number;
  response.last = range ? number + 99 : number;
}

Response ElementReader::read_response(const Node& status, const Target& at) {
  Response response;
  read_status(status, response);
  objects_.check(*at.node, object_rules::kResponse);
  if (const Target headers = member(at, "headers"); headers.node != nullptr) {
    read_headers(headers, response);
  }
  if (const Target content = member(at, "content"); content.node != nullptr) {
    response.content = read_content(content);
  }
  if (const Target links = member(at, "links"); links.node != nullptr) {
    for (const Member& entry : links.node->members) {
      if (entry.key->text.starts_with("x-")) continue;
      const Target link = resolve({entry.value, links.resource});
      if (link.node != nullptr) read_link(link);
    }
  }
  return response;
}

void ElementReader::read_headers(const Target& headers, Response& response) {
  for (const Member& entry : headers.node->members) {
    const std::string& name = entry.key->text;
    if (equal_ignoring_case(name, "content-type")) {
      sources_.remark(*entry.key, "ignored-header",
                      "the header '" + name +
                          "' is ignored, because media types declare it (OpenAPI, Response "
                          "Object)");
      continue;
    }
    if (!is_token(name)) {
      sources_.problem(*entry.key, "header-name", "'" + name + "' is not a valid header name");
    }
    for (const Parameter& other : response.headers) {
      if (equal_ignoring_case(other.name, name)) {
        sources_.problem(*entry.key, "header-twice", "the header " + name + " is declared twice");
      }
    }
    response.headers.push_back(read_header(entry.key->text, {entry.value, headers.resource}));
  }
}

void ElementReader::read_link(const Target& at) {
  if (!objects_.check(*at.node, object_rules::kLink)) return;
  const Node* id = at.node->find("operationId");
  const Node* reference = at.node->find("operationRef");
  if ((id == nullptr) == (reference == nullptr)) {
    sources_.problem(*at.node, "link-target",
                     "a link needs either 'operationId' or 'operationRef' (OpenAPI, Link Object)");
  } else if (id != nullptr) {
    linked_ids_.push_back(id);
  }
}

void ElementReader::check_example(const Node& example) {
  objects_.check(example, object_rules::kExample);
  if (example.find("value") == nullptr) return;
  if (const Node* external = example.find("externalValue")) {
    sources_.problem(*external, "two-example-values",
                     "an example has either 'value' or 'externalValue' (OpenAPI, Example Object); "
                     "remove one");
  }
}

EventDeclaration ElementReader::read_event(const Target& at) {
  EventDeclaration event;
  const Node& node = *at.node;
  if (!node.is(Kind::object)) {
    sources_.problem(node, "wrong-type", "x-event must be an object");
    return event;
  }
  refuse_other_keys(node, "x-event", {"type", "topic", "key", "delivery", "schema"});
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
  if (const Target schema = member(at, "schema"); schema.node != nullptr) {
    event.schema = schemas_.compile(*schema.node, *schema.resource);
  }
  return event;
}

}  // namespace penstock::contract
