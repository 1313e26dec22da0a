#include "http/body_reader.h"

#include "base/utf8.h"
#include "contract/schema/schema.h"
#include "contract/schema/steps.h"

namespace penstock::http {

using contract::BodyKind;
using contract::MediaType;
using contract::Operation;
using contract::Violations;

namespace {

bool is_utf8_charset(std::string_view charset) {
  using contract::equal_ignoring_case;
  return charset.empty() || equal_ignoring_case(charset, "utf-8") ||
         equal_ignoring_case(charset, "us-ascii");
}

// Says whether the body's schema can be checked: bytes have a size only, and a text must be allowed
// to be a string.
bool can_be_held_against_schema(const BodyType& type) {
  const contract::Schema* schema = type.media->schema;
  if (type.kind == BodyKind::bytes) return contract::size_rules(schema).has_value();
  const bool may_be_text = schema == nullptr || (schema->allowed & contract::type::string) != 0;
  return type.kind == BodyKind::json || may_be_text;
}

BodyType declared_type(const Operation& operation, const contract::ContentType& type) {
  const MediaType* media = contract::find_media_type(operation.body->content, type.type);
  if (media == nullptr) return {};
  return {media, media->is_range() ? contract::kind_of(type.type) : media->kind};
}

// An empty body counts as a body if the client sends a Content-Type of text or bytes.
BodyType type_of_empty_body(const RequestMessage& request, const Operation& operation) {
  const auto header = contract::parse_content_type(request.header(Field::content_type));
  if (!header) return {};
  const BodyType type = declared_type(operation, *header);
  if (type.media == nullptr || type.kind == BodyKind::json || !can_be_held_against_schema(type)) {
    return {};
  }
  return type;
}

void check_size(std::string_view body, const contract::Schema* schema, Violations& violations) {
  const auto sizes = contract::size_rules(schema);
  if (sizes && body.size() > sizes->max) {
    violations.push_back(
        {"body", "", "maxLength", "must have at most " + std::to_string(sizes->max) + " bytes"});
  }
  if (sizes && body.size() < sizes->min) {
    violations.push_back(
        {"body", "", "minLength", "must have at least " + std::to_string(sizes->min) + " bytes"});
  }
}

bool read_text(std::string_view body, const contract::Schema* schema, Violations& violations,
               contract::Steps& steps) {
  if (!base::is_utf8(body)) {
    violations.push_back({"body", "", "encoding", "is not UTF-8"});
    return false;
  }
  if (schema == nullptr) return true;
  if (contract::is_plain_string(*schema)) {
    contract::validate_text(*schema, body, "body", "", violations, steps);
  } else {
    contract::validate(*schema, boost::json::value(body), "body", "", contract::Direction::request,
                       violations, steps);
  }
  return true;
}

}  // namespace

uint64_t bytes_max_of(const BodyType& type) {
  constexpr uint64_t kBytesOfCharacter = 4;  // In UTF-8, at most.
  const contract::Schema* schema = type.media->schema;
  uint64_t characters = UINT64_MAX;
  if (type.kind == BodyKind::bytes) {
    if (const auto sizes = contract::size_rules(schema)) characters = sizes->max;
  } else if (type.kind == BodyKind::text && schema != nullptr && schema->string) {
    characters = schema->string->max_length.value_or(UINT64_MAX);
  }
  return characters > UINT64_MAX / kBytesOfCharacter ? UINT64_MAX : characters * kBytesOfCharacter;
}

std::variant<BodyType, UnsupportedBody> body_type_of(const RequestMessage& request,
                                                     const Operation& operation) {
  if (!operation.body) return BodyType{};
  if (request.body.empty()) return type_of_empty_body(request, operation);
  return type_of_body(request, operation);
}

std::variant<BodyType, UnsupportedBody> type_of_body(const RequestMessage& request,
                                                     const Operation& operation) {
  if (request.count(Field::content_type) > 1 || request.count(Field::content_encoding) > 1) {
    return UnsupportedBody{"Content-Type and Content-Encoding must not be repeated."};
  }
  const std::string_view header = request.header(Field::content_type);
  const auto parsed = contract::parse_content_type(header);
  const BodyType type = parsed ? declared_type(operation, *parsed) : BodyType{};
  if (type.media == nullptr) {
    return UnsupportedBody{header.empty()
                               ? "The body needs a Content-Type."
                               : "This operation does not accept the body's Content-Type."};
  }
  if (!can_be_held_against_schema(type)) {
    return UnsupportedBody{
        "A body of this Content-Type cannot be checked against the contract's schema."};
  }
  if (type.kind != BodyKind::bytes && !is_utf8_charset(parsed->charset)) {
    return UnsupportedBody{"The body must be UTF-8."};
  }
  const std::string_view coding = request.header(Field::content_encoding);
  if (!coding.empty() && !contract::equal_ignoring_case(coding, "identity")) {
    return UnsupportedBody{"The body must not have a content coding.", true};
  }
  return type;
}

void BodyReader::reset() {
  json_.reset();
  memory_.reset();
}

bool BodyReader::read(const BodyType& type, std::string_view text, Violations& violations,
                      contract::Steps& steps) {
  const contract::Schema* schema = type.media->schema;
  steps.allow_text(text.size());
  if (type.kind == BodyKind::json) return read_json(text, schema, violations, steps);
  if (type.kind == BodyKind::text) return read_text(text, schema, violations, steps);
  check_size(text, schema, violations);
  return true;
}

bool BodyReader::read_json(std::string_view text, const contract::Schema* schema,
                           Violations& violations, contract::Steps& steps) {
  auto read = contract::read_paid(json_reader_, text, memory_.storage(), steps);
  if (!read) {
    violations.push_back(
        {"body", "", "content",
         std::string(read.error().reason) + ", at byte " + std::to_string(read.error().offset)});
    return false;
  }
  json_.emplace(std::move(*read));
  if (schema != nullptr) {
    contract::validate(*schema, *json_, "body", "", contract::Direction::request, violations,
                       steps);
  }
  return true;
}

}  // namespace penstock::http
