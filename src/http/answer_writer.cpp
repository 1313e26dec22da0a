#include "http/answer_writer.h"

#include <algorithm>

#include "base/utf8.h"
#include "contract/openapi/response_status.h"
#include "contract/schema/steps.h"
#include "http/representation/conditions.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::http {

using contract::BodyCheck;
using contract::BodyKind;
using contract::MediaType;
using contract::Violations;

namespace {

// The connection writes these headers itself, or they are about the connection (RFC 9110 section
// 7.6.1), of which a handler knows nothing.
constexpr std::string_view kOwnHeaders[] = {
    "content-length",   "content-type", "connection", "date",    "server", "transfer-encoding",
    "proxy-connection", "keep-alive",   "trailer",    "upgrade", "te"};

// Returns the media type of an answer for which the contract declares a range and the handler names
// no type. It is empty if the range does not include it: then the handler must name one.
std::string_view type_of_range(const MediaType& range, BodyKind kind) {
  const std::string_view type = kind == BodyKind::json   ? kJson
                                : kind == BodyKind::text ? "text/plain; charset=utf-8"
                                                         : "application/octet-stream";
  return contract::quality(range.type, type.substr(0, type.find(';'))) > 0 ? type
                                                                           : std::string_view();
}

// Says whether a text can be a header's value: it must have no line ends, above all (RFC 9110
// section 5.5).
bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

// Returns the contract's entry for the media type that the handler names. It is null if that is not
// a media type, is not declared or not served, or is not JSON for an answer that is.
const MediaType* named_media_type(const contract::Response& declared, const Answer& answer) {
  const auto type = contract::parse_content_type(answer.type());
  if (!type || !is_header_text(answer.type())) return nullptr;
  if (answer.body() && contract::kind_of(type->type) != BodyKind::json) return nullptr;
  const MediaType* media = contract::find_media_type(declared.content, *type);
  return media != nullptr && media->served ? media : nullptr;
}

// Returns the declared type that fits the answer and has the highest quality in the client's Accept
// header. Of several equal ones the first is chosen, but for errors application/problem+json (RFC
// 9457 section 3). It is null if none fits the answer.
const MediaType* choose_media_type(const contract::Response& declared, const Answer& answer,
                                   std::string_view accept) {
  if (!answer.type().empty()) return named_media_type(declared, answer);
  const MediaType* best = nullptr;
  std::pair<contract::Acceptance, bool> best_rank;
  for (const MediaType& media : declared.content) {
    if (!media.served || (!media.is_range() && media.kind != answer.kind())) continue;
    std::string_view type = media.is_range() ? type_of_range(media, answer.kind()) : media.type;
    type = type.substr(0, type.find(';'));
    // A type that has an entry of its own does not match a range.
    if (type.empty() ||
        (media.is_range() && contract::find_media_type(declared.content, {type, {}}) != &media)) {
      continue;
    }
    const std::pair rank{contract::acceptance(accept, type, media.parameters),
                         answer.status() >= 400 && media.type == kProblemJson};
    if (best == nullptr || rank > best_rank) {
      best_rank = rank;
      best = &media;
    }
  }
  return best;
}

void check_raw_body(const MediaType& media, BodyKind kind, const std::string& body,
                    Violations& violations, contract::Steps& steps) {
  using contract::Direction;
  const BodyCheck check = media.check_of(kind);
  if (check == BodyCheck::value) {
    auto read = json::Reader().read(body, {});
    if (!read) {
      violations.push_back({"body", "", "content", std::string(read.error().reason)});
    } else if (media.schema != nullptr) {
      contract::validate(*media.schema, *read, "body", "", Direction::response, violations, steps);
    }
  } else if ((check == BodyCheck::text || kind == BodyKind::text) && !base::is_utf8(body)) {
    violations.push_back({"body", "", "encoding", "is not UTF-8"});
  } else if (check == BodyCheck::text) {
    contract::validate_body_text(media.schema, body, Direction::response, violations, steps);
  } else if (check == BodyCheck::size &&
             (body.size() > media.sizes.max || body.size() < media.sizes.min)) {
    violations.push_back(
        {"body", "", "maxLength", "has more or fewer bytes than the contract allows"});
  } else if (check == BodyCheck::unfit) {
    violations.push_back(
        {"body", "", "content", "is of a media type that the contract's schema does not describe"});
  }
}

void check_header(const contract::Parameter& header, const std::string& text,
                  Violations& violations, contract::Steps& steps) {
  if (header.plain) {
    return contract::validate_text(*header.schema, text, "header", header.name, violations, steps);
  }
  if (const auto read =
          contract::value_of(header, text, contract::Direction::response, {}, steps)) {
    return contract::validate(*header.schema, *read, "header", header.name,
                              contract::Direction::response, violations, steps);
  }
  violations.push_back(
      {"header", header.name, "type", "does not have the type that the contract declares"});
}

void write_headers(const contract::Response& declared, const Answer& answer,
                   bool (*is_left_out)(std::string_view name), ResponseMessage& response,
                   Violations& violations, contract::Steps& steps) {
  for (const auto& [name, text] : answer.headers()) {
    if (is_own_header(name) || !is_header_text(text) || !contract::is_token(name)) {
      violations.push_back(
          {"header", name, "content",
           "cannot be set: the server sets it itself, or its name or value is not valid HTTP"});
    } else {
      response.add_header(name, text);
    }
  }
  for (const contract::Parameter& header : declared.headers) {
    if (is_left_out(header.name)) continue;
    size_t lines = 0;
    for (const auto& [name, text] : answer.headers()) {
      if (!contract::equal_ignoring_case(name, header.name)) continue;
      ++lines;
      check_header(header, text, violations, steps);
    }
    if (lines > 1 && header.shape.kind == contract::Shape::Kind::scalar) {
      violations.push_back({"header", header.name, "repeated", "must be given once"});
    }
    if (header.required && lines == 0) {
      violations.push_back({"header", header.name, "required", "is missing"});
    }
  }
}

void write_raw_body(const MediaType& media, const Answer& answer, ResponseMessage& response,
                    Violations& violations, contract::Steps& steps) {
  const bool by_type = media.is_range() && !answer.type().empty();
  const std::string_view type = std::string_view(answer.type()).substr(0, answer.type().find(';'));
  const BodyKind kind = by_type            ? contract::kind_of(type)
                        : media.is_range() ? answer.kind()
                                           : media.kind;
  check_raw_body(media, kind, *answer.raw(), violations, steps);
  response.body = *answer.raw();
}

void write_json_body(const MediaType& media, const value& body, ResponseMessage& response,
                     Violations& violations, contract::Steps& steps) {
  if (media.schema != nullptr) {
    contract::validate(*media.schema, body, "body", "", contract::Direction::response, violations,
                       steps);
  }
  if (violations.empty() && !json::append_value(response.body, body)) {
    violations.push_back(
        {"body", "", "encoding",
         "contains a string that is not UTF-8 or a number that JSON cannot represent"});
  }
}

void write_body(const contract::Response& declared, const Answer& answer,
                const RequestMessage& request, ResponseMessage& response, Violations& violations,
                contract::Steps& steps) {
  const bool is_declared = !declared.content.empty() && !contract::has_no_content(answer.status());
  if (!answer.has_body()) {
    if (is_declared) {
      violations.push_back({"body", "", "content", "has no body, but the contract declares one"});
    }
    return;
  }
  if (!is_declared) {
    violations.push_back({"body", "", "content", "has a body, but the contract declares none"});
    return;
  }
  std::string scratch;
  const MediaType* media =
      choose_media_type(declared, answer, request.list(Field::accept, scratch));
  if (media == nullptr) {
    violations.push_back(
        {"body", "", "content", "is of a media type that the contract does not declare"});
    return;
  }
  if (!media->is_range()) {
    response.set_content_type(media->header);
  } else if (answer.type().empty()) {
    response.set_content_type(type_of_range(*media, answer.kind()));
  } else {
    response.copy_content_type(answer.type());
  }
  if (answer.raw()) {
    write_raw_body(*media, answer, response, violations, steps);
  } else {
    write_json_body(*media, *answer.body(), response, violations, steps);
  }
}

}  // namespace

bool is_own_header(std::string_view name) {
  return std::any_of(std::begin(kOwnHeaders), std::end(kOwnHeaders), [&](std::string_view own) {
    return contract::equal_ignoring_case(own, name);
  });
}

void add_operation_headers(ResponseMessage& response, const contract::Operation& operation) {
  // RFC 9745 asks for a date, for which OpenAPI has no member. Its drafts had "true".
  if (operation.deprecated) response.add_header("deprecation", "true");
}

boost::system::result<ResponseMessage, Violations> write_answer(
    const contract::Operation& operation, const Answer& answer, const RequestMessage& request,
    bool (*is_left_out)(std::string_view name)) {
  const contract::Response* declared = operation.response(answer.status());
  if (declared == nullptr) {
    return Violations{
        {"body", "", "responses", "has a status that the operation does not declare"}};
  }
  boost::system::result<ResponseMessage, Violations> written(boost::system::in_place_value);
  ResponseMessage& response = *written;
  Violations violations;
  contract::Steps steps(contract::Steps::kTrustedMax);
  response.status = answer.status();
  add_operation_headers(response, operation);
  write_body(*declared, answer, request, response, violations, steps);
  if (!answer.headers().empty() || !declared->headers.empty()) {
    write_headers(*declared, answer, is_left_out, response, violations, steps);
    if (violations.empty()) answer_conditionally(request, response);
  }
  if (!violations.empty()) written = std::move(violations);
  return written;
}

}  // namespace penstock::http
