#include "http/request_validator.h"

#include <algorithm>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include "base/utf8.h"
#include "contract/schema/schema.h"
#include "http/problem.h"

namespace penstock::http {

using contract::BodyKind;
using contract::MediaType;
using contract::Operation;
using contract::Violations;

namespace {

struct Target {
  std::string_view path;
  std::string_view query;
  std::string_view rest;  // "?query", or nothing.
};

// RFC 9112 section 3.2: origin-form, or absolute-form, whose scheme and authority say nothing to us.
Target split(std::string_view target) {
  if (!target.starts_with('/')) {
    const size_t scheme = target.find("://");
    const size_t slash = scheme == std::string_view::npos ? scheme : target.find_first_of("/?", scheme + 3);
    target = scheme == std::string_view::npos  ? target
             : slash == std::string_view::npos ? std::string_view("/")
                                               : target.substr(slash);
  }
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}, {}};
  return {target.substr(0, mark), target.substr(mark + 1), target.substr(mark)};
}

bool is_utf8_charset(std::string_view charset) {
  using contract::equal_ignoring_case;
  return charset.empty() || equal_ignoring_case(charset, "utf-8") || equal_ignoring_case(charset, "us-ascii");
}

void unsupported(Exchange& exchange, std::string_view detail) {
  set_problem(exchange.response, {.status = 415, .detail = detail});
}

}  // namespace

std::optional<ValidRequest> RequestValidator::validate(Exchange& exchange) {
  const RequestMessage& request = exchange.request;
  const Target target = split(request.target());
  if (request.method() == "OPTIONS" &&
      target.path == "*") {  // The server as a whole (RFC 9110 section 9.3.7).
    exchange.response.status = 204;
    return std::nullopt;
  }
  const contract::Match match = contract_.match(request.method(), target.path, path_values_);
  if (match.path == nullptr) {
    no_such_path(exchange, target.path, target.rest);
    return std::nullopt;
  }
  exchange.route = match.path->path;
  if (match.operation == nullptr) {
    exchange.response.add_header("allow", match.path->allow);
    if (request.method() == "OPTIONS") {
      exchange.response.status = 204;
    } else {
      set_problem(exchange.response, {.status = 405});
    }
    return std::nullopt;
  }
  const Operation& operation = *match.operation;
  // RFC 9745 wants a date, which OpenAPI has no place for; this is what its drafts said.
  if (operation.deprecated) exchange.response.add_header("deprecation", "true");
  if (!is_negotiable(exchange, operation)) return std::nullopt;
  body_.reset();
  memory_.reset();
  is_readable_ = true;
  const MediaType* media = nullptr;
  if (operation.body && !request.body.empty()) {
    media = media_type(exchange, operation);
    if (media == nullptr) return std::nullopt;
  } else if (operation.body) {
    media = empty_body(request, operation);
  }

  Violations violations;
  arguments_.reset(operation);
  arguments_.read_path(path_values_, violations);
  arguments_.read_query(target.query, violations);
  arguments_.read_headers([&request](std::string_view name, std::string_view separator,
                                     std::string& out) { return request.join_header(name, separator, out); },
                          violations);
  const bool arguments_are_valid = violations.empty();
  if (media != nullptr) {
    read_body(exchange, *media, violations);
  } else if (request.body.empty()) {
    if (operation.body && operation.body->required)
      violations.push_back({"body", "", "required", "is missing"});
  } else if (operation.strict) {
    violations.push_back({"body", "", "undeclared", "is not expected: the operation declares no body"});
  }
  if (violations.empty()) return ValidRequest{&operation, match.head, &arguments_, body_ ? &*body_ : nullptr};
  // A body that can be read and breaks its schema is 422 (RFC 9110 section 15.5.21), where the contract knows
  // that.
  const bool is_422 = arguments_are_valid && is_readable_ && media != nullptr && operation.declares(422);
  set_problem(exchange.response, {.status = is_422 ? 422U : 400U,
                                  .detail = "The request does not match the contract; 'errors' says where.",
                                  .errors = &violations});
  return std::nullopt;
}

// As the original does: to the route with, or without, the slash, on the host that the client named.
void RequestValidator::no_such_path(Exchange& exchange, std::string_view path, std::string_view rest) {
  const contract::Path* meant = contract_.with_other_slash(path);
  if (meant == nullptr) {
    set_problem(exchange.response, {.status = 404});
    return;
  }
  exchange.route = meant->path;
  const std::string_view host = exchange.request.header(Field::host);
  std::string location;
  if (boost::urls::parse_authority(host) && !host.empty()) {
    location += exchange.request.header("x-forwarded-proto") == "https" ? "https://" : "http://";
    location += host;
  }
  if (path.ends_with('/')) {
    location.append(path.substr(0, path.size() - 1));
  } else {
    location.append(path) += '/';
  }
  location.append(rest);
  exchange.response.status = 307;
  exchange.response.add_header("location", location);
}

// RFC 9110 section 12.5.1: a client that says what it takes is not sent something else.
bool RequestValidator::is_negotiable(Exchange& exchange, const Operation& operation) {
  const std::string_view accept = exchange.request.list(Field::accept, accept_);
  if (accept.empty() || accept == "*/*") return true;
  const auto is_success = [](const contract::Response& response) {
    return response.first / 100 == 2 || response.first / 100 == 3;
  };
  const auto& responses = operation.responses;
  const bool any_success = std::any_of(responses.begin(), responses.end(), is_success);
  bool any = false;
  for (const contract::Response& response : responses) {
    if (any_success ? !is_success(response) : !response.is_default())
      continue;  // Errors are sent as they are.
    if (response.content.empty()) return true;
    any = true;
    for (const MediaType& media : response.content) {
      if (contract::quality(accept, media.type) > 0) return true;
    }
  }
  if (!any) return true;
  set_problem(
      exchange.response,
      {.status = 406, .detail = "None of the media types that Accept names is one of this operation."});
  return false;
}

// Of a range it shows only now how the body is read, and not everything can be told of every kind.
bool RequestValidator::can_be_held(const MediaType& media) const {
  if (kind_ == BodyKind::bytes) return contract::size_rules(media.schema).has_value();
  const bool may_be_text = media.schema == nullptr || (media.schema->allowed & contract::type::string) != 0;
  return kind_ == BodyKind::json || may_be_text;
}

// No bytes, and yet a body: an empty text is one, if the client says that it is a text.
const MediaType* RequestValidator::empty_body(const RequestMessage& request, const Operation& operation) {
  const auto type = contract::parse_content_type(request.header(Field::content_type));
  const MediaType* media = type ? contract::find_media_type(operation.body->content, type->type) : nullptr;
  if (media == nullptr) return nullptr;
  kind_ = media->is_range() ? contract::kind_of(type->type) : media->kind;
  return kind_ != BodyKind::json && can_be_held(*media) ? media : nullptr;
}

const MediaType* RequestValidator::media_type(Exchange& exchange, const Operation& operation) {
  const std::string_view header = exchange.request.header(Field::content_type);
  const auto type = contract::parse_content_type(header);
  if (exchange.request.count(Field::content_type) > 1 ||
      exchange.request.count(Field::content_encoding) > 1) {
    unsupported(exchange, "Content-Type and Content-Encoding may be there once.");
    return nullptr;
  }
  const MediaType* media = type ? contract::find_media_type(operation.body->content, type->type) : nullptr;
  if (media == nullptr) {
    unsupported(exchange, header.empty() ? "The body needs a Content-Type."
                                         : "The body's Content-Type is none that this operation takes.");
    return nullptr;
  }
  kind_ = media->is_range() ? contract::kind_of(type->type) : media->kind;
  if (!can_be_held(*media)) {
    unsupported(exchange, "The body's Content-Type is none that can be held against the contract's schema.");
    return nullptr;
  }
  if (kind_ != BodyKind::bytes && !is_utf8_charset(type->charset)) {
    unsupported(exchange, "The body must be UTF-8.");
    return nullptr;
  }
  const std::string_view coding = exchange.request.header(Field::content_encoding);
  if (!coding.empty() && !contract::equal_ignoring_case(coding, "identity")) {
    exchange.response.add_header("accept-encoding", "identity");  // RFC 9110 section 12.5.3
    unsupported(exchange, "The body must not have a content coding.");
    return nullptr;
  }
  return media;
}

void RequestValidator::read_body(const Exchange& exchange, const MediaType& media, Violations& violations) {
  const std::string& body = exchange.request.body;
  const contract::Schema* schema = media.schema;
  if (kind_ == BodyKind::json) return read_json(body, schema, violations);
  if (kind_ == BodyKind::text) {
    if (!base::is_utf8(body)) {
      is_readable_ = false;
      violations.push_back({"body", "", "encoding", "is not UTF-8"});
    } else if (schema != nullptr && contract::is_plain_string(*schema)) {
      contract::validate_text(*schema, body, "body", "", violations);
    } else if (schema != nullptr) {
      contract::validate(*schema, boost::json::value(body), "body", "", contract::Direction::request,
                         violations);
    }
    return;
  }
  const auto sizes = contract::size_rules(schema);
  if (sizes && body.size() > sizes->max)
    violations.push_back(
        {"body", "", "maxLength", "must have at most " + std::to_string(sizes->max) + " bytes"});
  if (sizes && body.size() < sizes->min)
    violations.push_back(
        {"body", "", "minLength", "must have at least " + std::to_string(sizes->min) + " bytes"});
}

void RequestValidator::read_json(std::string_view text, const contract::Schema* schema,
                                 Violations& violations) {
  auto read = json_reader_.read(text, memory_.storage());
  if (!read) {
    is_readable_ = false;
    violations.push_back(
        {"body", "", "content",
         std::string(read.error().reason) + ", at byte " + std::to_string(read.error().offset)});
    return;
  }
  body_.emplace(std::move(*read));
  if (schema != nullptr) {
    contract::validate(*schema, *body_, "body", "", contract::Direction::request, violations);
  }
}

}  // namespace penstock::http
