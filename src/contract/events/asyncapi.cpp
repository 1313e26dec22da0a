#include "contract/events/asyncapi.h"

#include <boost/json/array.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <set>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"
#include "contract/schema/schema.h"

namespace penstock::contract {

namespace {

constexpr size_t kSchemaValuesMax = 100'000;

// Replaces the characters that AsyncAPI does not allow in the name of a component: all but letters,
// digits, '.', '-' and '_'.
std::string component_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name += plain ? c : '_';
  }
  return name.empty() ? "_" : name;
}

// Makes copies of schemas for `components`, so that the document does not depend on other files.
class Schemas {
 public:
  Schemas(Sources& sources, std::string format) : sources_(sources), format_(std::move(format)) {}

  boost::json::value payload(const Schema& schema) {
    return boost::json::object{{"schemaFormat", format_},
                               {"schema", copy(*schema.node, *schema.resource, true)}};
  }

  // Returns all schemas that were referred to, with those that they refer to in turn.
  boost::json::object take() {
    boost::json::object all;
    while (!pending_.empty()) {
      const auto [name, target] = pending_.back();
      pending_.pop_back();
      all[name] = boost::json::object{{"schemaFormat", format_},
                                      {"schema", copy(*target.node, *target.resource, true)}};
    }
    return all;
  }

 private:
  boost::json::value copy(const Node& node, const Resource& from, bool is_schema) {
    const Resource& resource = sources_.resource_of(node, from);
    if (++values_ > kSchemaValuesMax) return nullptr;
    if (node.is(Node::Kind::array)) {
      boost::json::array array;
      for (const Node* element : node.elements) {
        array.push_back(copy(*element, resource, is_schema));
      }
      return array;
    }
    if (!node.is(Node::Kind::object)) return to_json(node).value_or(nullptr);
    boost::json::object object;
    for (const Member& member : node.members) {
      const std::string& key = member.key->text;
      const bool is_value = key == "enum" || key == "const" || key == "default" ||
                            key == "example" || key == "examples";
      const bool has_schemas = key == "properties" || key == "patternProperties" ||
                               key == "$defs" || key == "definitions" || key == "dependentSchemas";
      if (is_schema && has_schemas) {
        boost::json::object& schemas = object[key].emplace_object();
        for (const Member& named : member.value->members) {
          schemas[named.key->text] = copy(*named.value, resource, true);
        }
      } else if (is_schema && key == "mapping") {
        boost::json::object& names = object[key].emplace_object();
        for (const Member& name : member.value->members) {
          const bool is_name = name.value->text.find_first_of("/#.") == std::string::npos;
          names[name.key->text] = is_name ? name.value->text : reference(*name.value, resource);
        }
      } else if (is_schema && (key == "$ref" || key == "$dynamicRef") &&
                 member.value->is(Node::Kind::string)) {
        object["$ref"] = reference(*member.value, resource);
      } else if (is_schema && (key == "$id" || key == "$anchor" || key == "$dynamicAnchor" ||
                               key == "$schema")) {
        continue;  // The copied references do not use them.
      } else if (is_schema && is_value) {
        object[key] = to_json(*member.value).value_or(nullptr);
      } else {
        object[key] = copy(*member.value, resource, is_schema);
      }
    }
    return object;
  }

  std::string reference(const Node& at, const Resource& resource) {
    const Target target = sources_.resolve(at, at.text, resource);
    const auto [known, is_new] = names_.emplace(target.node, "");
    if (is_new) {
      const size_t slash = at.text.find_last_of("/#");
      std::string wanted =
          component_name(at.text.substr(slash == std::string::npos ? 0 : slash + 1));
      std::string name = wanted;
      for (int i = 2; !taken_.insert(name).second; ++i) name = wanted + "_" + std::to_string(i);
      known->second = name;
      pending_.emplace_back(name, target);
    }
    return "#/components/schemas/" + known->second + "/schema";
  }

  Sources& sources_;
  std::string format_;
  boost::unordered_flat_map<const Node*, std::string> names_;
  std::set<std::string> taken_;
  std::vector<std::pair<std::string, Target>> pending_;
  size_t values_ = 0;
};

boost::json::object reference(const std::string& pointer) {
  return {{"$ref", pointer}};
}

// A Senders says which of the events of one type have the headers that say who has sent the
// request.
struct Senders {
  bool in_some = false;
  bool in_all = true;
};

std::map<std::string, Senders> senders_of(const Contract& contract) {
  std::map<std::string, Senders> all;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      for (const EventDeclaration& event : operation.events) {
        Senders& senders = all[event.type];
        senders.in_some = senders.in_some || event.auth_context;
        senders.in_all = senders.in_all && event.auth_context;
      }
    }
  }
  return all;
}

// Returns the schema of a record's headers. They carry all but the data of an event, as in the
// binary mode of the Kafka protocol binding for CloudEvents (section 3.2).
boost::json::object headers(const EventDeclaration& event, const Senders& senders) {
  const boost::json::object text{{"type", "string"}};
  boost::json::array required{"ce_specversion", "ce_id",   "ce_type",
                              "ce_source",      "ce_time", "content-type"};
  boost::json::object properties{{"ce_specversion", {{"const", "1.0"}}},
                                 {"ce_id", text},
                                 {"ce_type", {{"const", event.type}}},
                                 {"ce_source", text},
                                 {"ce_time", {{"type", "string"}, {"format", "date-time"}}},
                                 {"content-type", {{"const", "application/json"}}},
                                 {"traceparent", text},
                                 {"tracestate", text}};
  if (senders.in_some) {
    if (senders.in_all) required.emplace_back("ce_authtype");
    properties["ce_authtype"] = {{"enum",
                                  {"app_user", "user", "service_account", "api_key", "system",
                                   "unauthenticated", "unknown"}}};
    properties["ce_authid"] = text;
  }
  return {
      {"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

boost::json::object info_of(const Node& document) {
  boost::json::object info;
  const Node* node = document.find("info");
  for (const std::string_view key : {"title", "version", "description"}) {
    if (const Node* value = node == nullptr ? nullptr : node->find(key)) info[key] = value->text;
  }
  return info;
}

// Holds the parts of the document that the operations' events become.
struct Parts {
  boost::json::object channels = {};
  boost::json::object operations = {};
  boost::json::object messages = {};
};

// Adds the event's message and its channel, and returns the reference to the message there.
boost::json::object add_event(const EventDeclaration& event, const Senders& senders,
                              Schemas& schemas, Parts& parts) {
  const std::string channel = component_name(event.topic);
  const std::string message = component_name(event.type);
  boost::json::object body{{"name", event.type},
                           {"contentType", "application/json"},
                           {"headers", headers(event, senders)}};
  if (event.schema != nullptr) body["payload"] = schemas.payload(*event.schema);
  if (!event.key_pointer.empty()) {
    body["bindings"] = {
        {"kafka",
         {{"key", {{"type", "string"}, {"description", "The value's " + event.key_pointer + "."}}},
          {"bindingVersion", "0.5.0"}}}};
  }
  parts.messages[message] = std::move(body);
  if (!parts.channels.contains(channel)) {
    parts.channels[channel] = {
        {"address", event.topic},
        {"messages", boost::json::object()},
        {"bindings", {{"kafka", {{"topic", event.topic}, {"bindingVersion", "0.5.0"}}}}}};
  }
  parts.channels[channel].at("messages").get_object()[message] =
      reference("#/components/messages/" + message);
  return reference("#/channels/" + channel + "/messages/" + message);
}

// Adds the operations that send the events of an operation. An operation of AsyncAPI has one
// channel, so there is one for each topic; behind the first, the name has the topic.
void add_operations(const Operation& operation, const std::map<std::string, Senders>& senders,
                    Schemas& schemas, Parts& parts) {
  std::map<std::string, std::string> by_topic;  // The name of each topic's operation.
  for (const EventDeclaration& event : operation.events) {
    boost::json::object message = add_event(event, senders.at(event.type), schemas, parts);
    const std::string wanted = by_topic.empty() ? operation.id : operation.id + "." + event.topic;
    const auto [known, is_new] = by_topic.emplace(event.topic, component_name(wanted));
    boost::json::value& sends = parts.operations[known->second];
    if (is_new) {
      sends = {{"action", "send"},
               {"channel", reference("#/channels/" + component_name(event.topic))},
               {"summary", operation.method + " " + operation.path},
               {"messages", boost::json::array()}};
    }
    sends.at("messages").get_array().push_back(std::move(message));
  }
}

}  // namespace

boost::json::object asyncapi_of(const Contract& contract) {
  const std::string& version = contract.document().find("openapi")->text;
  Schemas schemas(contract.sources(), version.starts_with("3.0.")
                                          ? "application/vnd.oai.openapi+json;version=" + version
                                          : "application/schema+json;version=draft-2020-12");
  Parts parts;
  const auto senders = senders_of(contract);
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      add_operations(operation, senders, schemas, parts);
    }
  }
  return {{"asyncapi", "3.0.0"},
          {"info", info_of(contract.document())},
          {"defaultContentType", "application/json"},
          {"channels", std::move(parts.channels)},
          {"operations", std::move(parts.operations)},
          {"components", {{"messages", std::move(parts.messages)}, {"schemas", schemas.take()}}}};
}

}  // namespace penstock::contract
