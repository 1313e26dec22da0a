// The classes of answers: their names, functions and headers.
#include <algorithm>
#include <map>

#include "contract/cpp/cpp_model_builder.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;

// Every class of answers has these functions.
constexpr std::string_view kReplyMembers[] = {"as",   "header",     "publish", "publish_event",
                                              "self", "set_header", "untyped"};

bool same_header(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    return lower(x) == lower(y);
  });
}

Kind kind_of_header(const Schema& schema) {
  switch (schema.allowed) {
    case type::boolean:
      return Kind::boolean;
    case type::integer:
      return Kind::int64;
    case type::number:
    case type::number | type::integer:
      return Kind::number;
    default:
      return Kind::string;
  }
}

// Returns what a type is called as a part of a name: "OrderList".
std::string word_of(const CppUse& use) {
  const std::string null = use.nullable ? "OrNull" : "";
  switch (use.type->kind) {
    case Kind::json:
      return "Value" + null;
    case Kind::string:
      return "String" + null;
    case Kind::boolean:
      return "Boolean" + null;
    case Kind::int32:
      return "Int32" + null;
    case Kind::int64:
      return "Int64" + null;
    case Kind::number:
      return "Number" + null;
    case Kind::date:
      return "Date" + null;
    case Kind::date_time:
      return "DateTime" + null;
    case Kind::list:
      return word_of(use.type->element) + "List" + null;
    case Kind::map:
      return word_of(use.type->element) + "Map" + null;
    default:
      return use.type->name + null;
  }
}

std::string word_of(const CppBody& body) {
  switch (body.kind) {
    case CppBody::Kind::typed:
      return word_of(body.use);
    case CppBody::Kind::text:
      return "Text";
    case CppBody::Kind::bytes:
      return "Bytes";
    default:
      return "";
  }
}

// Returns what the name of the function has at its end, so that no call fits two of them.
std::string suffix_of(const CppBody& body) {
  if (body.kind == CppBody::Kind::bytes) return "_bytes";
  if (body.kind != CppBody::Kind::typed) return "";
  const Kind kind = body.use.type->kind;
  return kind > Kind::json && kind < Kind::list ? "_json" : "";
}

}  // namespace

std::string cpp_spelling(const CppUse& use) {
  const CppType& type = *use.type;
  std::string out;
  switch (type.kind) {
    case Kind::json:
      out = "boost::json::value";
      break;
    case Kind::string:
      out = "std::string";
      break;
    case Kind::boolean:
      out = "bool";
      break;
    case Kind::int32:
      out = "int32_t";
      break;
    case Kind::int64:
      out = "int64_t";
      break;
    case Kind::number:
      out = "double";
      break;
    case Kind::date:
      out = "penstock::typed::Date";
      break;
    case Kind::date_time:
      out = "penstock::typed::DateTime";
      break;
    case Kind::list:
      out = "std::vector<" + cpp_spelling(type.element) + '>';
      break;
    case Kind::map:
      out = "std::map<std::string, " + cpp_spelling(type.element) + '>';
      break;
    default:
      out = type.name;
  }
  if (use.boxed) out = "penstock::typed::Box<" + out + '>';
  return use.nullable ? "std::optional<" + out + '>' : out;
}

CppReply& CppModelBuilder::reply_of(unsigned status, const CppBody& body) {
  const std::string spelling =
      body.kind == CppBody::Kind::typed ? cpp_spelling(body.use) : std::string();
  CppReply*& reply = replies_[{status, body.kind, spelling}];
  if (reply != nullptr) return *reply;
  const std::string function = status == 0 ? "answer" : cpp_status_name(status);
  reply = &model_.all_replies.emplace_back(CppReply{.status = status, .body = body});
  reply->function = function + suffix_of(body);
  reply->name = cpp_type_name(function + '_' + word_of(body));
  if (status == 0 && body.kind == CppBody::Kind::none) reply->name = "AnswerWithoutBody";
  return *reply;
}

void CppModelBuilder::add_headers(const Response& response, CppReply& reply) {
  for (const Parameter& header : response.headers) {
    const Kind kind = kind_of_header(*header.schema);
    const auto same = std::find_if(
        reply.headers.begin(), reply.headers.end(),
        [&](const CppHeader& known) { return same_header(known.header, header.name); });
    if (same == reply.headers.end()) {
      reply.headers.push_back({.header = header.name, .kind = kind});
    } else {
      // Operations may write it differently, and not in an order that counts.
      same->header = std::min(same->header, header.name);
      if (same->kind != kind) same->kind = Kind::string;
    }
  }
}

void CppModelBuilder::finish_reply(CppReply& reply) {
  std::sort(reply.headers.begin(), reply.headers.end(),
            [](const CppHeader& a, const CppHeader& b) { return a.header < b.header; });
  std::sort(
      reply.events.begin(), reply.events.end(),
      [](const CppPublished& a, const CppPublished& b) { return a.event->type < b.event->type; });
  // Events with one type of C++, such as an enum, are told apart by their type's name alone.
  std::map<std::string, size_t> uses;
  for (const CppPublished& published : reply.events) ++uses[cpp_spelling(published.event->use)];
  std::erase_if(reply.events, [&](const CppPublished& published) {
    return uses[cpp_spelling(published.event->use)] > 1;
  });
  CppScope scope("_");
  for (const std::string_view name : kReplyMembers) scope.reserve(name);
  for (const CppHeader& header : reply.headers) {
    scope.add(header.header, header.header, cpp_member_name(header.header), 1);
  }
  scope.finish();
  for (CppHeader& header : reply.headers) header.name = scope.name(header.header);
}

}  // namespace penstock::contract
