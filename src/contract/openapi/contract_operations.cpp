// Reads one operation of the document: its parameters, body, responses and event.
#include <algorithm>
#include <array>
#include <cctype>

#include "base/topic_name.h"
#include "contract/openapi/contract_compiler.h"
#include "contract/openapi/not_served.h"
#include "contract/openapi/response_status.h"
#include "contract/schema/schema.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

using Names = boost::unordered_flat_set<std::string>;

// Returns what no two parameters of an operation may have in common: the place and the name.
std::string key_of(const Parameter& parameter) {
  return std::string(name_of(parameter.in)) + ' ' + parameter.name;
}

// Returns whether OpenAPI wants the header parameter to be ignored (OpenAPI 3.0.3 section 4.7.12).
bool is_ignored(const Parameter& parameter) {
  constexpr std::array<std::string_view, 3> kIgnored = {"accept", "content-type", "authorization"};
  return parameter.in == In::header &&
         std::any_of(kIgnored.begin(), kIgnored.end(), [&](std::string_view name) {
           return equal_ignoring_case(parameter.name, name);
         });
}

}  // namespace

// `shared_parameters` are those of the path.
Operation ContractCompiler::read_operation(std::string_view method, const Target& at,
                                           const Target& shared_parameters) {
  const Node& node = *at.node;
  Operation operation{
      .method = capitals(method), .strict = strict_, .where = node.where(), .node = &node};
  // A member of a wrong type is a problem, and is read as one that is missing or empty.
  objects_.check(node, object_rules::kOperation);
  if (!node.is(Kind::object)) return operation;
  operation.security = security_reader_.read(node, security_);
  queue_callbacks(elements_.member(at, "callbacks"));
  if (const Node* id = node.find("operationId"); id != nullptr && id->is(Kind::string)) {
    operation.id = id->text;
    if (operation.id.empty()) {
      sources_.remark(*id, "empty-operation-id",
                      "the operationId is empty, so a name is made from the method and the path");
    } else {
      names_.declare(node, *id);
    }
  }
  operation.deprecated = elements_.flag(node, "deprecated", false);
  // The operation's own parameters come first, because they replace those of the path with the same
  // name (OpenAPI 3.0.3 section 4.7.10).
  operation.parameters = read_parameters(elements_.member(at, "parameters"));
  Names own;
  for (const Parameter& parameter : operation.parameters) own.insert(key_of(parameter));
  for (Parameter& parameter : read_parameters(shared_parameters)) {
    if (!own.contains(key_of(parameter))) operation.parameters.push_back(std::move(parameter));
  }
  refuse_repeated_headers(node, operation);
  if (const Target body = elements_.member(at, "requestBody"); body.node != nullptr) {
    const Target resolved = elements_.resolve(body);
    if (resolved.node != nullptr) operation.body = elements_.read_body(resolved);
  }
  read_responses(at, operation);
  if (operation.not_served.empty()) operation.not_served = why_not_served(operation);
  read_events(at, operation);
  return operation;
}

void ContractCompiler::read_events(const Target& at, Operation& operation) {
  const Target one = elements_.member(at, "x-event");
  const Target several = elements_.member(at, "x-events");
  if (one.node != nullptr) operation.events.push_back(elements_.read_event(one));
  if (several.node != nullptr && one.node != nullptr) {
    sources_.problem(*several.node, "exclusive-fields",
                     "'x-event' and 'x-events' exclude one another; write all events in x-events");
  } else if (several.node != nullptr) {
    elements_.read_events(several, operation);
  }
  for (const EventDeclaration& event : operation.events) {
    refuse_other_event_schema(*event.node, event);
    refuse_colliding_topic(*event.node);
  }
}

// A consumer relies on the event's type, so all events of a type must have the same schema.
void ContractCompiler::refuse_other_event_schema(const Node& at, const EventDeclaration& event) {
  if (event.schema == nullptr) return;
  Target schema{event.schema->node, event.schema->resource};
  const Node* reference = schema.node->find("$ref");
  if (reference != nullptr && schema.node->members.size() == 1) {
    schema = sources_.resolve(*reference, reference->text, *schema.resource);
  }
  const auto [known, is_new] = events_.emplace(event.type, schema.node);
  if (!is_new && known->second != schema.node) {
    sources_.problem(
        at, "event-schema",
        "events of type '" + event.type + "' have a different schema in another operation");
  }
}

// Kafka creates only the first of two topics that its metrics cannot tell apart.
void ContractCompiler::refuse_colliding_topic(const Node& event) {
  const Node* topic = event.is(Kind::object) ? event.find("topic") : nullptr;
  if (topic == nullptr || topics_.contains(topic->text)) return;
  for (const auto& [name, first] : topics_) {
    if (base::topics_collide(name, topic->text)) {
      sources_.problem(*topic, "colliding-topic",
                       "x-event: Kafka cannot have topic '" + topic->text + "' beside '" + name +
                           "' of " + first->where() +
                           ", because its metrics show '.' and '_' alike; rename one of "
                           "them");
    }
  }
  topics_.emplace(topic->text, topic);
}

std::vector<Parameter> ContractCompiler::read_parameters(const Target& list) {
  std::vector<Parameter> all;
  Names known;
  if (list.node == nullptr || !elements_.take(*list.node)) return all;
  for (const Node* one : list.node->elements) {
    const Target at = elements_.resolve({one, list.resource});
    if (at.node == nullptr) continue;
    Parameter parameter = elements_.read_parameter(at);
    if (!known.insert(key_of(parameter)).second) {
      sources_.problem(*one, "parameter-twice",
                       "parameter '" + parameter.name +
                           "' is declared twice (OpenAPI, Operation Object); remove one");
    }
    if (is_ignored(parameter)) {
      sources_.remark(*at.node, "ignored-header",
                      "the header parameter '" + parameter.name +
                          "' is ignored, because media types and security declare it (OpenAPI, "
                          "Parameter Object)");
      unreferenced_.parameters.push_back(std::move(parameter));
    } else {
      all.push_back(std::move(parameter));
    }
  }
  return all;
}

// Header names are case-insensitive.
void ContractCompiler::refuse_repeated_headers(const Node& at, const Operation& operation) {
  Names known;
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.in != In::header || known.insert(capitals(parameter.name)).second) continue;
    sources_.problem(at, "parameter-twice",
                     "the header '" + parameter.name +
                         "' is declared twice, for its case does not count (RFC 9110 section "
                         "5.1); remove one");
  }
}

// Moves the path parameters to the front, in the order of the template: the order in which the
// router gives their values.
void ContractCompiler::order_path_parameters(const Node& name, Operation& operation) {
  const auto segments = parse_template(name.text);
  if (!segments) return;
  std::vector<std::string> wanted;
  for (const Segment& segment : *segments) {
    wanted.insert(wanted.end(), segment.names.begin(), segment.names.end());
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto place = wanted.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(wanted.begin(), place, wanted[i]) != place) {
      return sources_.problem(name, "path-parameter-twice",
                              "the path has '{" + wanted[i] +
                                  "}' twice (OpenAPI 3.2, Paths Object); rename one of them");
    }
    const auto from = operation.parameters.begin() + static_cast<std::ptrdiff_t>(i);
    const auto found =
        std::find_if(from, operation.parameters.end(), [&](const Parameter& parameter) {
          return parameter.in == In::path && parameter.name == wanted[i];
        });
    if (found == operation.parameters.end()) {
      return sources_.problem(name, "path-parameter",
                              operation.method + " does not declare the path's parameter '" +
                                  wanted[i] +
                                  "'; add it with 'in: path' (OpenAPI, Path Templating)");
    }
    std::rotate(from, found, found + 1);
  }
  for (size_t i = wanted.size(); i < operation.parameters.size(); ++i) {
    if (operation.parameters[i].in == In::path) {
      sources_.problem(*operation.parameters[i].node, "path-parameter",
                       "the path '" + name.text + "' has no '{" + operation.parameters[i].name +
                           "}' (OpenAPI, Parameter Object); remove the parameter");
    }
  }
}

// The callbacks are read later.
void ContractCompiler::queue_callbacks(const Target& list) {
  if (list.node == nullptr || !elements_.take(*list.node)) return;
  for (const Member& entry : list.node->members) {
    if (entry.key->text.starts_with("x-")) continue;
    callbacks_.push_back({entry.key->text, {entry.value, list.resource}});
  }
}

void ContractCompiler::read_responses(const Target& at, Operation& operation) {
  const Target list = elements_.member(at, "responses");
  if (list.node == nullptr && !objects_.is_3_0()) {
    // Nothing is declared, so no status is wrong, and no body is right.
    sources_.remark(*at.node, "no-responses",
                    "the operation declares no responses, so that an answer may have any status "
                    "and no body");
    operation.responses.push_back({.first = 0, .last = 999, .headers = {}, .content = {}});
    return;
  }
  bool any = false;
  if (list.node != nullptr) {
    if (!elements_.take(*list.node)) return;
    for (const Member& entry : list.node->members) {
      if (entry.key->text.starts_with("x-")) continue;
      any = true;
      const Target described = elements_.resolve({entry.value, list.resource});
      if (described.node == nullptr) continue;
      add_response(*entry.key, elements_.read_response(*entry.key, described), operation);
    }
  }
  if (!any) {
    sources_.problem(list.node != nullptr ? *list.node : *at.node, "no-responses",
                     "an operation needs at least one response (OpenAPI, Responses Object), such "
                     "as 'default'");
  } else if (operation.responses.empty()) {
    operation.not_served = "All of its answers are informational (1XX).";
  }
}

// Adds the response without what handlers never send, which is only checked.
void ContractCompiler::add_response(const Node& status, Response response, Operation& operation) {
  if (response.first >= 100 && response.last < 200) {
    sources_.remark(status, "informational-status",
                    "an answer with status " + status.text +
                        " is only checked, because handlers do not send informational answers");
    unreferenced_.responses.push_back(std::move(response));
    return;
  }
  if (has_no_content(response.first) && !response.content.empty()) {
    sources_.remark(status, "content-never-sent",
                    "an answer with status " + status.text +
                        " has no body (RFC 9110 section 15), so its content is only checked");
    for (MediaType& media : response.content) {
      unreferenced_.body->content.push_back(std::move(media));
    }
    response.content.clear();
  } else if (operation.method == "HEAD" && !response.content.empty()) {
    sources_.remark(status, "content-never-sent",
                    "an answer to HEAD has no body (RFC 9110 section 9.3.2), so its content only "
                    "says what its headers are about");
  }
  operation.responses.push_back(std::move(response));
}

}  // namespace penstock::contract
