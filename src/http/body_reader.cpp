#include "http/body_reader.h"

#include "base/utf8.h"
#include "contract/schema/schema.h"
#include "contract/schema/steps.h"

namespace penstock::http {

using contract::BodyCheck;
using contract::BodyKind;
using contract::MediaType;
using contract::Operation;
using contract::Violations;

namespace {

// Says how the body is held against its schema.
BodyCheck check_of(const BodyType& type) {
  return type.media->check_of(type.kind);
}

BodyType declared_type(const Operation& operation, const contract::ContentType& type) {
  const MediaType* media = contract::find_media_type(operation.body->content, type);
  if (media == nullptr) return {};
  return {media, media->is_range() ? contract::kind_of(type.type) : media->kind};
}

// An empty body counts as a body if the client sends a Content-Type of text or bytes.
BodyType type_of_empty_body(const RequestMessage& request, const Operation& operation) {
  const auto header = contract::parse_content_type(request.header(Field::content_type));
  if (!header) return {};
  const BodyType type = declared_type(operation, *header);
  const bool may_be_empty = type.media != nullptr && type.media->served &&
                            type.kind != BodyKind::json && check_of(type) != BodyCheck::unfit;
  return may_be_empty ? type : BodyType{};
}

void check_size(std::string_view body, const contract::SizeRules& sizes, Violations& violations) {
  if (body.size() > sizes.max) {
    violations.push_back(
        {"body", "", "maxLength", "must have at most " + std::to_string(sizes.max) + " bytes"});
  }
  if (body.size() < sizes.min) {
    violations.push_back(
        {"body", "", "minLength", "must have at least " + std::to_string(sizes.min) + " bytes"});
  }
}

bool read_text(std::string_view body, const contract::Schema* schema, Violations& violations,
               contract::Steps& steps) {
  if (!base::is_utf8(body)) {
    violations.push_back({"body", "", "encoding", "is not UTF-8"});
    return false;
  }
  contract::validate_body_text(schema, body, contract::Direction::request, violations, steps);
  return true;
}

}  // namespace

uint64_t bytes_max_of(const BodyType& type) {
  constexpr uint64_t kBytesOfCharacter = 4;  // In UTF-8, at most.
  const contract::Schema* schema = type.media->schema;
  uint64_t characters = UINT64_MAX;
  if (check_of(type) == BodyCheck::size) {
    characters = type.media->sizes.max;
  } else if (check_of(type) == BodyCheck::text && schema != nullptr && schema->string &&
             (schema->allowed & ~(contract::type::string | contract::type::null)) == 0) {
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
  const bool fits = check_of(type) != BodyCheck::unfit;
  if (!type.media->served || (!fits && contract::is_not_served(parsed->type))) {
    return UnsupportedBody{
        .detail = "The contract declares bodies of this Content-Type, but they are not served yet.",
        .status = 501};
  }
  if (!fits) {
    return UnsupportedBody{
        "A body of this Content-Type cannot be checked against the contract's schema."};
  }
  if (type.kind != BodyKind::bytes && !contract::is_utf8_charset(parsed->charset)) {
    return UnsupportedBody{"The body must be UTF-8."};
  }
  const std::string_view coding = request.header(Field::content_encoding);
  if (!coding.empty() && !contract::equal_ignoring_case(coding, "identity")) {
    return UnsupportedBody{.detail = "The body must not have a content coding.",
                           .has_content_coding = true};
  }
  return type;
}

void BodyReader::reset() {
  json_.reset();
  memory_.reset();
}

bool BodyReader::read(const BodyType& type, std::string_view text, Violations& violations,
                      contract::Steps& steps, TypedOperation* typed) {
  const contract::Schema* schema = type.media->schema;
  steps.allow_text(text.size());
  if (typed != nullptr) typed->take_body_text(text);
  switch (check_of(type)) {
    case BodyCheck::value: {
      if (typed != nullptr && typed->read_body(typed_reader_, *type.media, text, steps)) {
        return true;
      }
      const size_t before = violations.size();
      if (!read_json(text, schema, violations, steps)) return false;
      if (typed != nullptr && violations.size() == before) {
        typed->take_body(*json_, violations, steps);
      }
      return true;
    }
    case BodyCheck::text:
      return read_text(text, schema, violations, steps);
    case BodyCheck::size:
      check_size(text, type.media->sizes, violations);
      return true;
    case BodyCheck::none:
    case BodyCheck::unfit:  // type_of_body() refuses it.
      break;
  }
  return type.kind != BodyKind::text || read_text(text, nullptr, violations, steps);
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
