#include <algorithm>
#include <cstdint>

#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_writers.h"
#include "contract/document/document.h"
#include "contract/openapi/contract.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;

// The types of a header's value, as a class of answers sets it.
std::string header_type(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::int64:
      return "int64_t";
    case Kind::number:
      return "double";
    default:
      return "std::string_view";
  }
}

std::string body_words(const CppBody& body) {
  switch (body.kind) {
    case CppBody::Kind::typed:
      return body.use.type->kind == Kind::json ? " with JSON" : " with " + cpp_spelling(body.use);
    case CppBody::Kind::text:
      return " with text";
    case CppBody::Kind::bytes:
      return " with bytes";
    default:
      return " without a body";
  }
}

std::string definition(const CppReply& reply) {
  const bool has_status = reply.status != 0;
  const bool is_typed = reply.body.kind == CppBody::Kind::typed;
  const bool has_body = reply.body.kind != CppBody::Kind::none;
  const std::string status = has_status ? std::to_string(reply.status) : "status";
  std::vector<std::string> parameters;
  std::vector<std::string> arguments;
  std::vector<std::string> base{status};
  if (!has_status) {
    parameters.emplace_back("unsigned status");
    arguments.emplace_back("status");
  }
  if (is_typed) {
    parameters.push_back("const " + cpp_spelling(reply.body.use) + "& body");
    arguments.emplace_back("body");
    base.emplace_back("body");
  } else if (has_body) {
    const bool is_text = reply.body.kind == CppBody::Kind::text;
    parameters.emplace_back("std::string body");
    arguments.emplace_back("std::move(body)");
    base.push_back(std::string("penstock::contract::BodyKind::") + (is_text ? "text" : "bytes"));
    base.emplace_back("std::move(body)");
  }
  const auto joined = [](const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
    return out;
  };
  std::string out;
  const std::string which = has_status ? "The answer " + status
                                       : "An answer with a status that is not declared by number,";
  out += cpp_comment(which + body_words(reply.body) + '.', 0);
  out += cpp_derived(0, "class " + reply.name, "public penstock::http::AnswerOf", {reply.name});
  out += " public:\n";
  const std::string is_explicit = parameters.size() == 1 ? "explicit " : "";
  const std::string constructor = is_explicit + reply.name + '(' + joined(parameters) + ')';
  const std::string initialised = ": AnswerOf(" + joined(base) + ") {}";
  if (2 + constructor.size() <= kCppColumns) {
    out += cpp_broken(2, constructor, initialised);
  } else {
    out += cpp_call(2, is_explicit + reply.name, parameters, "") + "      " + initialised + '\n';
  }

  if (!reply.headers.empty() || !reply.events.empty()) out += '\n';
  const auto setter = [&](const std::string& head, const std::string& body) {
    const std::string line = "  " + head + " { " + body + " }\n";
    out += line.size() - 1 <= kCppColumns ? line : "  " + head + " {\n    " + body + "\n  }\n";
  };
  for (const CppHeader& header : reply.headers) {
    out += cpp_comment("Sets the header " + header.header + '.', 2);
    setter(reply.name + "&& " + header.name + '(' + header_type(header.kind) + " value) &&",
           "return set_header(" + cpp_literal(header.header) + ", value);");
  }
  if (!reply.events.empty()) out += "  using AnswerOf::publish;\n";
  for (const auto& [event, says_type] : reply.events) {
    out += cpp_comment("Publishes the event " + event->type + " before the answer is sent.", 2);
    setter(reply.name + "&& publish(const " + cpp_spelling(event->use) + "& event) &&",
           says_type ? "return publish_event(" + cpp_literal(event->type) + ", event);"
                     : "return publish_event(event);");
  }
  out += "};\n";
  out += cpp_call(0, "[[nodiscard]] inline " + reply.name + ' ' + reply.function, parameters, " {");
  if (arguments.size() == 1) {
    out += cpp_call(2, "return " + reply.name, arguments, ";");
  } else {
    out += "  return {" + joined(arguments) + "};\n";
  }
  return out + "}\n";
}

// Returns the default of a parameter as C++, or "{}" where the runtime alone knows it.
std::string initialiser(const CppParameter& own) {
  const auto& otherwise = own.parameter->default_value;
  const CppType& type = *own.use.type;
  const bool has_default = own.always && !own.parameter->required && otherwise && !own.use.nullable;
  if (own.always && !own.use.nullable) {
    switch (type.kind) {
      case Kind::boolean:
        return has_default && otherwise->is_bool() && otherwise->get_bool() ? "true" : "false";
      case Kind::int32:
      case Kind::int64:
        if (has_default && otherwise->is_int64() && otherwise->get_int64() != INT64_MIN) {
          return std::to_string(otherwise->get_int64());
        }
        return "0";
      case Kind::number:
        return has_default && otherwise->is_number() ? json::to_text(*otherwise) : "0";
      case Kind::string:
        if (has_default && otherwise->is_string()) return cpp_literal(otherwise->get_string());
        return "{}";
      case Kind::enumeration:
        if (has_default && otherwise->is_string()) {
          for (const CppEnumerator& one : type.enumerators) {
            if (one.text == std::string_view(otherwise->get_string())) {
              return type.name + "::" + one.name;
            }
          }
        }
        return "{}";
      default:
        return "{}";
    }
  }
  return "{}";
}

std::string body_type(const CppBody& body) {
  return body.kind == CppBody::Kind::typed ? cpp_spelling(body.use) : "std::string";
}

std::string text_of(const Node* node, std::string_view name) {
  const Node* text = node == nullptr ? nullptr : node->find(name);
  return text != nullptr && text->is(Node::Kind::string) ? text->text : "";
}

std::string definition(const CppOperation& own) {
  const Operation& operation = *own.operation;
  std::string summary = text_of(operation.node, "summary");
  if (summary.empty()) summary = text_of(operation.node, "description");
  std::string out = cpp_comment(
      operation.method + ' ' + operation.path + (summary.empty() ? "" : ": " + summary), 0);
  out += "struct " + own.name + " {\n";
  std::vector<std::string> names;
  for (const CppReply* reply : own.replies) names.push_back(reply->name);
  out += cpp_derived(2, "class Answer", "public penstock::http::AnswerOneOf", names);
  out += "   public:\n    using AnswerOneOf::AnswerOneOf;\n  };\n\n";
  for (const CppParameter& parameter : own.parameters) {
    const std::string spelling = cpp_spelling(parameter.use);
    out += cpp_comment(text_of(parameter.parameter->node, "description"), 2);
    out += cpp_member(2, parameter.always ? spelling : "std::optional<" + spelling + '>',
                      parameter.name, initialiser(parameter));
  }
  if (own.body.kind != CppBody::Kind::none) {
    const std::string spelling = body_type(own.body);
    const bool is_number = spelling == "int32_t" || spelling == "int64_t" || spelling == "double";
    const std::string value = !own.body.required   ? "{}"
                              : spelling == "bool" ? "false"
                              : is_number          ? "0"
                                                   : "{}";
    out += cpp_member(2, own.body.required ? spelling : "std::optional<" + spelling + '>', "body",
                      value);
  }
  if (!own.parameters.empty() || own.body.kind != CppBody::Kind::none) out += '\n';
  // Services may have a parameter of this name: the function is younger than they are.
  const bool has_deadline =
      std::any_of(own.parameters.begin(), own.parameters.end(),
                  [](const CppParameter& parameter) { return parameter.name == "deadline"; });
  return out +
         "  // Returns when the request was complete.\n"
         "  [[nodiscard]] penstock::base::SystemTime received_at() const { return received.at; }\n"
         "  // Returns on which version of the resource the client wants to act.\n"
         "  [[nodiscard]] penstock::http::Conditions conditions() const { "
         "return received.conditions; }\n" +
         (has_deadline ? ""
                       : "  // Returns when the client gets 504 if a handler that waits has not "
                         "answered.\n"
                         "  [[nodiscard]] penstock::async::SteadyTime deadline() const { "
                         "return received.deadline; }\n") +
         "  penstock::http::Received received = {};\n"
         "};\n";
}

std::string code_of(const CppOperation& own) {
  std::string out =
      cpp_call(0, "const http::RequestTable& describe", {"const " + own.name + '*'}, " {");
  std::string parts;
  const auto add_part = [&](const std::string& part) { parts += "      " + part + ",\n"; };
  if (!own.parameters.empty()) {
    std::vector<std::string> members;
    for (const CppParameter& parameter : own.parameters) {
      const std::string function = parameter.always ? "parameter" : "optional_parameter";
      members.push_back("http::" + function + "<&" + own.name + "::" + parameter.name +
                        ">(In::" + std::string(name_of(parameter.parameter->in)) + ", " +
                        cpp_literal(parameter.parameter->name) + ')');
    }
    out += cpp_table(2, "static constexpr http::ParameterMember kParameters[]", members);
    add_part(".parameters = kParameters");
  }
  if (own.body.kind != CppBody::Kind::none) {
    const std::string function = own.body.required ? "body" : "optional_body";
    const bool is_typed = own.body.kind == CppBody::Kind::typed;
    add_part(".body = http::" + function + "<&" + own.name + "::body>(" +
             (is_typed ? "" : "http::BodyMember::Form::bytes") + ')');
  }
  if (!own.answers.empty()) {
    std::vector<std::string> bodies;
    for (const CppAnswerBody& answer : own.answers) {
      bodies.push_back('{' + std::to_string(answer.first) + ", " + std::to_string(answer.last) +
                       ", typed::type_of<" + cpp_spelling(answer.use) + ">}");
    }
    out += cpp_table(2, "static constexpr http::AnswerBody kAnswers[]", bodies);
    add_part(".answers = kAnswers");
  }
  if (own.operation->several_events) {
    std::vector<std::string> types;
    for (const CppEvent* event : own.events) {
      types.push_back('{' + cpp_literal(event->type) + ", typed::type_of<" +
                      cpp_spelling(event->use) + ">}");
    }
    out += cpp_table(2, "static constexpr http::NamedEvent kEvents[]", types);
    add_part(".events = kEvents");
  } else if (!own.events.empty()) {
    add_part(".event = typed::type_of<" + cpp_spelling(own.events.front()->use) + '>');
  }
  out += parts.empty() ? "  static constexpr http::RequestParts kParts = {};\n"
                       : "  static constexpr http::RequestParts kParts = {\n" + parts + "  };\n";
  return out +
         cpp_assigned(2, "static constexpr auto kTable", "http::request_table<" + own.name + '>',
                      {cpp_literal(own.name), "kParts"}) +
         "  return kTable;\n}\n";
}

std::string definition(const CppClaims& claims) {
  const std::string type = cpp_spelling(claims.use);
  return cpp_comment(
             "Returns the claims of the token with which the client has authenticated by '" +
                 claims.scheme + "', or nothing if it has not used that scheme.",
             0) +
         cpp_call(0, "[[nodiscard]] inline std::optional<" + type + "> " + claims.function,
                  {"const penstock::auth::Caller& caller"}, " {") +
         cpp_call(2, "return penstock::http::claims_of<" + type + '>',
                  {"caller", cpp_literal(claims.scheme)}, ";") +
         "}\n";
}

std::string header(const CppModel& model, const CppWriting& writing) {
  const std::string types = writing.name_space + "/types.h";
  std::string out =
      cpp_first_line(model.file) +
      "#pragma once\n\n"
      "#include <boost/json/value.hpp>\n"
      "#include <cstdint>\n"
      "#include <map>\n"
      "#include <optional>\n"
      "#include <string>\n"
      "#include <string_view>\n"
      "#include <utility>\n"
      "#include <vector>\n\n" +
      cpp_includes(model.claims.empty() ? std::vector<std::string>{"http/typed_handler.h", types}
                                        : std::vector<std::string>{"http/typed_claims.h",
                                                                   "http/typed_handler.h", types}) +
      "\nnamespace " + writing.name_space + " {\n\n";
  for (const CppClaims& claims : model.claims) out += definition(claims) + '\n';
  for (const CppReply* reply : model.replies) out += definition(*reply) + '\n';
  for (const CppOperation& operation : model.operations) out += definition(operation) + '\n';
  for (const CppOperation& operation : model.operations) {
    out += cpp_call(0, "const penstock::http::RequestTable& describe",
                    {"const " + operation.name + '*'}, ";");
  }
  if (!model.operations.empty()) out += '\n';
  out +=
      "// Has a handler for each operation. Each takes the operation's struct, or a Request.\n"
      "struct Operations {\n";
  for (const CppOperation& operation : model.operations) {
    out +=
        cpp_broken(2, "penstock::http::HandlerOf<" + operation.name + '>', operation.field + ';');
  }
  return out +
         "};\n"
         "// Returns the handlers by their operationIds. `make` makes the resources that they "
         "use.\n"
         "[[nodiscard]] penstock::http::Handlers handlers(const Operations& operations,\n"
         "                                                penstock::resources::Maker make = {});"
         "\n\n"
         "// The handlers of the service, which handlers.cpp defines.\n"
         "extern const penstock::http::Handlers kHandlers;\n\n"
         "}  // namespace " +
         writing.name_space + '\n';
}

std::string handlers_function(const CppModel& model) {
  if (model.operations.empty()) {
    return "penstock::http::Handlers handlers(const Operations&, penstock::resources::Maker) {\n"
           "  return {};\n}\n\n";
  }
  // Each call of emplace_back() would be a template of its own, which takes most of the time and of
  // the memory that the compiler needs for many operations.
  std::string out =
      "http::Handlers handlers(const Operations& operations, penstock::resources::Maker make) {\n"
      "  http::Handlers all;\n"
      "  all.make_resources_by(std::move(make));\n"
      "  const auto add = [&all](std::string_view id, const http::Handler& handler) {\n"
      "    all.emplace_back(id, handler);\n"
      "  };\n";
  for (const CppOperation& own : model.operations) {
    out += cpp_call(2, "add", {cpp_literal(own.operation->id), "operations." + own.field}, ";");
  }
  return out + "  return all;\n}\n\n";
}

size_t weight_of(const CppOperation& operation) {
  return 10 + operation.parameters.size() + operation.answers.size();
}

}  // namespace

std::vector<CppFile> cpp_operations(const CppModel& model, const CppWriting& writing) {
  std::vector<CppFile> files{{writing.name_space + "/operations.h", header(model, writing)}};
  size_t weight = 0;
  for (const CppOperation& operation : model.operations) weight += weight_of(operation);
  size_t next = 0;
  size_t written = 0;
  for (size_t part = 1; part <= writing.parts; ++part) {
    std::string text = cpp_first_line(model.file) + "#include \"" + writing.name_space +
                       "/operations.h\"\n\nnamespace " + writing.name_space + " {\n\n";
    const size_t end = weight * part / writing.parts;
    const bool has_code = next < model.operations.size() && written < end;
    if (has_code) {
      text += "namespace http = penstock::http;\n";
      text += "namespace typed = penstock::typed;\n";
      text += "using In = penstock::contract::In;\n\n";
    }
    for (; next < model.operations.size() && written < end; ++next) {
      text += code_of(model.operations[next]) + '\n';
      written += weight_of(model.operations[next]);
    }
    if (part == 1) text += handlers_function(model);
    text += "}  // namespace " + writing.name_space + '\n';
    files.push_back(
        {writing.name_space + "/operations_" + std::to_string(part) + ".cpp", std::move(text)});
  }
  return files;
}

}  // namespace penstock::contract
