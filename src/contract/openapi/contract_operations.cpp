// Reads one operation of the document: its parameters, body, responses and event.
#include <algorithm>
#include <cctype>

#include "base/topic_name.h"
#include "contract/openapi/contract_compiler.h"
#include "contract/openapi/not_served.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Operation ContractCompiler::read_operation(std::string_view method, const Target& at,
                                           const Target& item) {
  const Node& node = *at.node;
  Operation operation{.method = capitals(method), .strict = strict_, .where = node.where()};
  if (!node.is(Kind::object)) {
    sources_.problem(node, "an operation must be an object");
    return operation;
  }
  operation.security = security_reader_.read(node, security_);
  if (const Node* callbacks = node.find("callbacks");
      callbacks != nullptr && !callbacks->members.empty()) {
    sources_.problem(*callbacks, "callbacks are not supported; remove them");
  }
  elements_.refuse_other_keys(
      node, "operation",
      {"operationId", "summary", "description", "tags", "externalDocs", "parameters", "requestBody",
       "responses", "deprecated", "security", "callbacks"});
  operation.id = elements_.required_text(node, "operationId", "an operation");
  if (!operation.id.empty() && !ids_.insert(operation.id).second) {
    sources_.problem(*node.find("operationId"), "operationId '" + operation.id + "' is used twice");
  }
  operation.deprecated = elements_.flag(node, "deprecated", false);
  // The operation's own parameters come first, because they replace those of the path with the same
  // name (OpenAPI 3.0.3 section 4.7.10).
  operation.parameters = read_parameters(elements_.member(at, "parameters"));
  for (Parameter& parameter : read_parameters(elements_.member(item, "parameters"))) {
    const bool replaced = std::any_of(
        operation.parameters.begin(), operation.parameters.end(),
        [&](const auto& own) { return own.in == parameter.in && own.name == parameter.name; });
    if (!replaced) operation.parameters.push_back(std::move(parameter));
  }
  refuse_repeated_headers(node, operation);
  if (const Target body = elements_.member(at, "requestBody"); body.node != nullptr) {
    const Target resolved = elements_.resolve(body);
    if (resolved.node != nullptr) operation.body = elements_.read_body(resolved);
  }
  read_responses(at, operation);
  operation.not_served = why_not_served(operation);
  if (!operation.not_served.empty()) {
    sources_.remark(node, "operation-not-served",
                    "a request for this operation gets 501. " + operation.not_served);
  }
  if (const Target event = elements_.member(at, "x-event"); event.node != nullptr) {
    operation.event = elements_.read_event(event);
    refuse_other_event_schema(*event.node, *operation.event);
    refuse_colliding_topic(*event.node);
  }
  return operation;
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
        at, "events of type '" + event.type + "' have a different schema in another operation");
  }
}

// Kafka creates only the first of two topics that its metrics cannot tell apart.
void ContractCompiler::refuse_colliding_topic(const Node& event) {
  const Node* topic = event.is(Kind::object) ? event.find("topic") : nullptr;
  if (topic == nullptr || topics_.contains(topic->text)) return;
  for (const auto& [name, first] : topics_) {
    if (base::topics_collide(name, topic->text)) {
      sources_.problem(*topic, "x-event: Kafka cannot have topic '" + topic->text + "' beside '" +
                                   name + "' of " + first->where() +
                                   ", because its metrics show '.' and '_' alike; rename one of "
                                   "them");
    }
  }
  topics_.emplace(topic->text, topic);
}

std::vector<Parameter> ContractCompiler::read_parameters(const Target& list) {
  std::vector<Parameter> all;
  if (list.node == nullptr) return all;
  if (!list.node->is(Kind::array)) sources_.problem(*list.node, "parameters must be a list");
  for (const Node* one : list.node->elements) {
    const Target at = elements_.resolve({one, list.resource});
    if (at.node == nullptr) continue;
    Parameter parameter = elements_.read_parameter(at);
    for (const Parameter& other : all) {
      if (other.in == parameter.in && other.name == parameter.name) {
        sources_.problem(*one, "parameter '" + parameter.name + "' is declared twice");
      }
    }
    all.push_back(std::move(parameter));
  }
  return all;
}

// Header names are case-insensitive. An operation has few parameters, so comparing all pairs is
// cheap.
void ContractCompiler::refuse_repeated_headers(const Node& at, const Operation& operation) {
  for (size_t i = 0; i < operation.parameters.size(); ++i) {
    for (size_t j = i + 1; j < operation.parameters.size(); ++j) {
      const Parameter& one = operation.parameters[i];
      const Parameter& other = operation.parameters[j];
      if (one.in == In::header && other.in == In::header &&
          equal_ignoring_case(one.name, other.name)) {
        sources_.problem(at, "the header '" + one.name + "' is declared twice");
      }
    }
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
    if (std::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) !=
        wanted.begin() + static_cast<std::ptrdiff_t>(i)) {
      return sources_.problem(name, "the path has '{" + wanted[i] + "}' twice");
    }
    const auto from = operation.parameters.begin() + static_cast<std::ptrdiff_t>(i);
    const auto found =
        std::find_if(from, operation.parameters.end(), [&](const Parameter& parameter) {
          return parameter.in == In::path && parameter.name == wanted[i];
        });
    if (found == operation.parameters.end()) {
      return sources_.problem(name, "operation '" + operation.id +
                                        "' does not declare the path's parameter '" + wanted[i] +
                                        "'");
    }
    std::rotate(from, found, found + 1);
  }
  for (size_t i = wanted.size(); i < operation.parameters.size(); ++i) {
    if (operation.parameters[i].in == In::path) {
      sources_.problem(*operation.parameters[i].node,
                       "the path has no '{" + operation.parameters[i].name + "}'");
    }
  }
}

void ContractCompiler::read_responses(const Target& at, Operation& operation) {
  const Target list = elements_.member(at, "responses");
  if (list.node == nullptr || !list.node->is(Kind::object) || list.node->members.empty()) {
    return sources_.problem(list.node != nullptr ? *list.node : *at.node,
                            "an operation needs responses");
  }
  for (const Member& entry : list.node->members) {
    if (entry.key->text.starts_with("x-")) continue;
    const Target described = elements_.resolve({entry.value, list.resource});
    if (described.node != nullptr) {
      operation.responses.push_back(elements_.read_response(*entry.key, described));
    }
  }
  if (operation.responses.empty()) sources_.problem(*list.node, "an operation needs responses");
}

}  // namespace penstock::contract
