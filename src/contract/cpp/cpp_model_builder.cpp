#include "contract/cpp/cpp_model_builder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/printable_text.h"
#include "contract/cpp/cpp_order.h"
#include "contract/document/document.h"
#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

// The generated code and the headers that it includes have these names in the namespace of the
// service, or handlers use them without their namespace.
constexpr std::string_view kReserved[] = {
    "Answer",         "AnswerBody",      "AnswerOf",      "AnswerOneOf",
    "Context",        "Event",           "EventFunction", "EventHandler",
    "EventHandlerOf", "EventHandlers",   "Events",        "Handler",
    "HandlerOf",      "Handlers",        "JsonText",      "Operations",
    "Outcome",        "ParameterMember", "Received",      "Record",
    "Request",        "RequestParts",    "RequestTable",  "In"};

// These members of a request struct are no parameters.
constexpr std::string_view kRequestMembers[] = {"body", "conditions", "received", "received_at"};

// A handler is often a function with the name of its field, and calls these functions by their
// names alone. One of the same name would hide them.
constexpr std::string_view kCalledByHandlers[] = {"bytes", "empty", "json", "not_written", "text"};
constexpr std::string_view kCalledByEventHandlers[] = {"done", "poison", "retry"};

// The names are served in this order; the types of a contract have the ranks 0 to 2.
constexpr unsigned kOperationRank = 3;
constexpr unsigned kReplyRank = 4;

// Returns "order_placed" for "com.example.orders.order_placed", with as many segments as asked for.
std::string last_segments(const std::string& type, size_t count) {
  size_t begin = type.size();
  for (size_t i = 0; i < count && begin > 0; ++i) {
    const size_t dot = type.find_last_of("./", begin - 1);
    begin = dot == std::string::npos ? 0 : dot;
  }
  return type.substr(begin);
}

// Returns whether a segment is only a version, such as "v1".
bool is_version(std::string_view segment) {
  while (!segment.empty() && (segment.front() == '.' || segment.front() == '/')) {
    segment.remove_prefix(1);
  }
  if (segment.starts_with('v')) segment.remove_prefix(1);
  return std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Returns whether an event goes with the answer: with those below 400, or with each if none of them
// is declared.
bool may_publish(const CppOperation& operation, const Response& response) {
  const auto succeeds = [](const Response& one) { return one.first > 0 && one.first < 400; };
  const auto& all = operation.operation->responses;
  return succeeds(response) || std::none_of(all.begin(), all.end(), succeeds);
}

}  // namespace

void CppModelBuilder::fail(const Node* at, const std::string& sentence) {
  if (!result_) return;
  const std::string where = at == nullptr ? "" : at->where() + ": ";
  result_ = base::Error{.code = base::ErrorCode::invalid,
                        .message = base::printable(where + sentence, kSentenceBytesMax)};
}

void CppModelBuilder::check_chosen(const Node* chosen, CppLetter first) {
  if (chosen == nullptr || is_cpp_name(chosen->text, first)) return;
  fail(chosen, no_cpp_name(chosen->text, first));
}

base::Result<CppModel> CppModelBuilder::build() {
  const std::string& file = *contract_.document().file;
  model_.file = file.substr(file.find_last_of('/') + 1);
  add_events();
  add_operations();
  add_claims();
  if (auto filled = types_.fill(); !filled) return filled.error();
  if (auto possible = types_.replace_circles(); !possible) return possible.error();
  name_event_types();
  for (const std::string_view name : kReserved) scope_.reserve(name);
  name_operations();
  // The names of types are part of those of replies, so types have theirs first.
  if (auto named = types_.name(scope_); !named) return named.error();
  for (CppOperation& operation : model_.operations) {
    operation.name = scope_.name("operation " + operation.operation->id);
  }
  box_recursions(model_.all_types);
  name_event_fields();
  name_claims();
  add_replies();
  if (!result_) return result_.error();
  model_.types = in_order(model_.all_types);
  return std::move(model_);
}

void CppModelBuilder::add_events() {
  std::map<std::string, CppEvent*> known;
  for (const Path& path : contract_.paths()) {
    for (const Operation& operation : path.operations) {
      for (const EventDeclaration& declared : operation.events) {
        CppEvent*& event = known[declared.type];
        if (event == nullptr) {
          event = &model_.all_events.emplace_back(CppEvent{.type = declared.type});
        }
        if (event->schema == nullptr) event->schema = declared.schema;
        const Node* chosen = chosen_name(declared.node);
        if (event->node == nullptr || chosen != nullptr) event->node = declared.node;
        check_chosen(chosen, CppLetter::capital);
      }
    }
  }
  for (CppEvent& event : model_.all_events) {
    event.use = types_.use_of(event.schema);
    model_.events.push_back(&event);
  }
}

// A schema of its own gives the struct of an event its name, if no other event type has it.
// Otherwise the struct is called after the event's type.
void CppModelBuilder::name_event_types() {
  name_event_fields();
  std::map<const CppType*, size_t> uses;
  for (const CppEvent* event : model_.events) ++uses[event->use.type];
  for (const CppEvent* pointer : model_.events) {
    CppEvent& event = const_cast<CppEvent&>(*pointer);  // The model owns it.
    const CppType& type = *event.use.type;
    if (type.kind != CppType::Kind::structure && type.kind != CppType::Kind::variant) continue;
    const Node* chosen = chosen_name(event.node);
    const Place& own = types_.place_of(type);
    const bool is_alone = uses[&type] == 1;
    if (is_alone && own.is_named() && chosen == nullptr) continue;
    Place place{.key = "event " + event.type,
                .wanted = chosen != nullptr ? chosen->text : cpp_type_name(event.field),
                .original = event.type,
                .chosen = chosen != nullptr};
    if (is_alone && !own.is_named()) {
      types_.rename(type, place);
    } else {
      event.use.type = types_.copy(type, place);
    }
  }
}

// A type's last segment is the name, with as many before it as are needed to tell it from others.
void CppModelBuilder::name_event_fields() {
  CppScope scope("_");
  scope.reserve("any");
  for (const std::string_view name : kCalledByEventHandlers) scope.reserve(name);
  std::map<std::string, size_t> counts;
  for (const CppEvent* event : model_.events) counts[event->type] = 1;
  for (auto& [type, count] : counts) {
    while (is_version(last_segments(type, count)) && count < 10) ++count;
  }
  for (bool again = true; again;) {
    again = false;
    std::map<std::string, std::vector<std::string>> same;
    for (const auto& [type, count] : counts) {
      same[cpp_member_name(last_segments(type, count))].push_back(type);
    }
    for (const auto& [name, types] : same) {
      if (types.size() < 2) continue;
      for (const std::string& type : types) {
        if (last_segments(type, counts[type]).size() == type.size()) continue;
        ++counts[type];
        again = true;
      }
    }
  }
  for (const CppEvent* event : model_.events) {
    const Node* chosen = chosen_name(event->node);
    const std::string name =
        chosen != nullptr ? chosen->text : last_segments(event->type, counts[event->type]);
    scope.add(event->type, name, cpp_member_name(name), 1);
  }
  scope.finish();
  for (const CppEvent* event : model_.events) {
    const_cast<CppEvent*>(event)->field = scope.name(event->type);  // The model owns it.
  }
}

void CppModelBuilder::add_operations() {
  std::vector<const Operation*> served;
  for (const Path& path : contract_.paths()) {
    const size_t begin = served.size();
    for (const Operation& operation : path.operations) {
      if (operation.not_served.empty()) served.push_back(&operation);
    }
    // A compiled path has its operations in the order of methods, and not in the document's.
    std::stable_sort(served.begin() + static_cast<std::ptrdiff_t>(begin), served.end(),
                     [](const Operation* a, const Operation* b) {
                       return std::tie(a->node->line, a->node->column) <
                              std::tie(b->node->line, b->node->column);
                     });
  }
  for (const Operation* operation : served) {
    CppOperation& own = model_.operations.emplace_back(CppOperation{.operation = operation});
    add_parameters(own);
    if (operation->body) own.body = request_body(*operation->body);
    add_responses(model_.operations.size() - 1);
    for (const EventDeclaration& declared : operation->events) {
      for (const CppEvent* event : model_.events) {
        if (event->type == declared.type) own.events.push_back(event);
      }
    }
  }
}

void CppModelBuilder::add_parameters(CppOperation& operation) {
  for (const Parameter& parameter : operation.operation->parameters) {
    operation.parameters.push_back(
        {.parameter = &parameter,
         .use = types_.use_of(parameter.schema),
         .always = parameter.required || parameter.default_value.has_value()});
  }
  name_parameters(operation);
}

void CppModelBuilder::name_parameters(CppOperation& operation) {
  CppScope scope("_");
  for (const std::string_view name : kRequestMembers) scope.reserve(name);
  std::map<std::string, size_t> uses;
  for (const CppParameter& own : operation.parameters) ++uses[cpp_member_name(own.parameter->name)];
  const auto key_of = [](const Parameter& parameter) {
    return parameter.name + ' ' + std::string(name_of(parameter.in));
  };
  for (const CppParameter& own : operation.parameters) {
    const Parameter& parameter = *own.parameter;
    const Node* chosen = chosen_name(parameter.node);
    check_chosen(chosen, CppLetter::small);
    std::string name = cpp_member_name(parameter.name);
    // The path's parameter keeps the name that others have, too.
    if (uses[name] > 1 && parameter.in != In::path) {
      name = cpp_member_name(std::string(name_of(parameter.in)) + '_' + parameter.name);
    }
    scope.add(key_of(parameter), parameter.name, chosen != nullptr ? chosen->text : name,
              chosen != nullptr ? 0 : 1);
  }
  scope.finish();
  if (!scope.clash().second.empty()) {
    fail(operation.operation->node,
         "x-penstock-name: two parameters have the same name; choose another");
  }
  for (CppParameter& own : operation.parameters) own.name = scope.name(key_of(*own.parameter));
}

// A body that is not always JSON of one type is text or bytes.
CppBody CppModelBuilder::request_body(const RequestBody& body) {
  CppBody out{.required = body.required};
  bool is_json = true;
  bool is_text = true;
  size_t count = 0;
  for (const MediaType& media : body.content) {
    if (!media.served) continue;
    const bool may_be_json = media.kind == BodyKind::json && !media.is_range();
    is_text = is_text && media.kind == BodyKind::text && !media.is_range();
    is_json = is_json && may_be_json;
    if (may_be_json) {
      const CppUse use = types_.use_of(media.schema);
      is_json =
          is_json && (count == 0 || (use.type == out.use.type && use.nullable == out.use.nullable));
      if (count == 0) out.use = use;
    }
    ++count;
  }
  if (count == 0) return {};
  out.kind = is_json ? CppBody::Kind::typed : is_text ? CppBody::Kind::text : CppBody::Kind::bytes;
  if (!is_json) out.use = {};
  return out;
}

std::vector<CppBody> CppModelBuilder::response_bodies(const Response& response) {
  std::vector<CppBody> out;
  const auto add = [&](const CppBody& body) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const CppBody& other) {
      return other.kind == body.kind && other.use.type == body.use.type &&
             other.use.nullable == body.use.nullable;
    });
    if (!known) out.push_back(body);
  };
  for (const MediaType& media : response.content) {
    if (!media.served) continue;
    if (media.kind == BodyKind::json) {
      add({.kind = CppBody::Kind::typed, .use = types_.use_of(media.schema)});
    }
    // What a range has may be anything.
    if (media.kind == BodyKind::text || media.is_range()) add({.kind = CppBody::Kind::text});
    if (media.kind == BodyKind::bytes || media.is_range()) add({.kind = CppBody::Kind::bytes});
  }
  if (out.empty()) out.push_back({});
  return out;
}

void CppModelBuilder::add_responses(size_t index) {
  for (const Response& response : model_.operations[index].operation->responses) {
    for (const CppBody& body : response_bodies(response)) {
      declared_.push_back({index, &response, body});
    }
  }
}

void CppModelBuilder::name_operations() {
  CppScope fields("_");
  for (const std::string_view name : kCalledByHandlers) fields.reserve(name);
  for (const CppOperation& own : model_.operations) {
    const Node* chosen = chosen_name(own.operation->node);
    check_chosen(chosen, CppLetter::any);
    const std::string& name = chosen != nullptr ? chosen->text : own.operation->id;
    fields.add(own.operation->id, name, cpp_member_name(name), 1);
    std::string wanted = cpp_type_name(name);
    // A schema with this name keeps it.
    const bool taken =
        std::any_of(model_.all_types.begin(), model_.all_types.end(), [&](const CppType& type) {
          return type.has_name() && types_.place_of(type).wanted == wanted;
        });
    if (taken) wanted = cpp_type_name(name + "_request");
    scope_.add("operation " + own.operation->id, name, std::move(wanted),
               chosen != nullptr ? 0 : kOperationRank);
  }
  fields.finish();
  for (CppOperation& own : model_.operations) own.field = fields.name(own.operation->id);
}

void CppModelBuilder::add_published(const CppOperation& operation, CppReply& reply) {
  for (const CppEvent* event : operation.events) {
    if (!event->use.type->has_name()) continue;
    const auto known =
        std::find_if(reply.events.begin(), reply.events.end(),
                     [&](const CppPublished& published) { return published.event == event; });
    CppPublished& published =
        known != reply.events.end() ? *known : reply.events.emplace_back(CppPublished{event});
    published.says_type = published.says_type || operation.operation->several_events;
  }
}

void CppModelBuilder::add_replies() {
  for (const Declared& declared : declared_) {
    CppOperation& operation = model_.operations[declared.operation];
    const Response& response = *declared.response;
    CppReply& reply = reply_of(response.first == response.last ? response.first : 0, declared.body);
    add_headers(response, reply);
    const auto& known = operation.replies;
    if (std::find(known.begin(), known.end(), &reply) == known.end()) {
      operation.replies.push_back(&reply);
    }
    if (may_publish(operation, response)) add_published(operation, reply);
  }
  for (CppOperation& operation : model_.operations) {
    for (const Response& response : operation.operation->responses) {
      std::vector<CppUse> uses;
      for (const CppBody& body : response_bodies(response)) {
        if (body.kind == CppBody::Kind::typed) uses.push_back(body.use);
      }
      // With several types, the media type decides, which the handler chooses.
      if (uses.size() != 1 || uses.front().type->kind == CppType::Kind::json) continue;
      operation.answers.push_back({response.first, response.last, uses.front()});
    }
    std::stable_sort(operation.answers.begin(), operation.answers.end(),
                     [](const CppAnswerBody& a, const CppAnswerBody& b) {
                       return a.last - a.first < b.last - b.first;
                     });
  }
  for (CppReply& reply : model_.all_replies) finish_reply(reply);
  CppScope names("");
  for (const std::string_view name : kReserved) names.reserve(name);
  for (const CppType& type : model_.all_types) {
    if (type.has_name()) names.reserve(type.name);
  }
  for (const CppOperation& operation : model_.operations) names.reserve(operation.name);
  for (const auto& [key, reply] : replies_) {
    names.add(std::to_string(reply->status) + ' ' +
                  std::to_string(static_cast<int>(reply->body.kind)) + ' ' + std::get<2>(key),
              "", reply->name, kReplyRank);
  }
  names.finish();
  for (auto& [key, reply] : replies_) {
    reply->name =
        names.name(std::to_string(reply->status) + ' ' +
                   std::to_string(static_cast<int>(reply->body.kind)) + ' ' + std::get<2>(key));
    model_.replies.push_back(reply);
  }
}

base::Result<CppModel> cpp_model(const Contract& contract) {
  return CppModelBuilder(contract).build();
}

}  // namespace penstock::contract
