#include "http/request_validator.h"

#include <algorithm>

#include "base/check.h"
#include "base/utf8.h"
#include "contract/parameters/percent.h"
#include "contract/schema/schema.h"
#include "http/access_log.h"
#include "http/answer_writer.h"
#include "http/server/problem.h"
#include "http/server/request_target.h"

namespace penstock::http {

using contract::MediaType;
using contract::Operation;
using contract::Violations;

namespace {

ResponseMessage no_content() {
  ResponseMessage response;
  response.status = 204;
  return response;
}

ResponseMessage wrong_method(const RequestMessage& request, std::string_view allow) {
  ResponseMessage response =
      request.verb == Verb::options ? no_content() : problem_response({.status = 405});
  response.add_header("allow", allow);
  return response;
}

// Redirects to the same path with, or without, a slash at its end, on the host that the client
// named: a target in absolute-form names it, whatever the Host header says (RFC 9112
// section 3.2.2). The service that Penstock replaces did so, and its clients rely on it.
ResponseMessage redirect_to_other_slash(const RequestMessage& request,
                                        const RequestTarget& target) {
  const std::string_view host = target.absolute ? target.authority : request.header(Field::host);
  std::string location;
  if (!host.empty()) {
    location += request.header("x-forwarded-proto") == "https" ? "https://" : "http://";
    location += host;
  }
  if (target.path.ends_with('/')) {
    location.append(target.path.substr(0, target.path.size() - 1));
  } else {
    location.append(target.path) += '/';
  }
  location.append(target.question);
  ResponseMessage response;
  response.status = 307;
  response.add_header("location", location);
  return response;
}

// Says whether the operation can answer with a media type that the client accepts (RFC 9110 section
// 12.5.1): with 0 if it can, with 501 if it only declares one that is not served yet, and otherwise
// with 406. Only successes count: errors are sent as they are.
unsigned refusal_of(std::string_view accept, const Operation& operation) {
  if (accept.empty() || accept == "*/*") return 0;
  const auto is_success = [](const contract::Response& response) {
    return response.first / 100 == 2 || response.first / 100 == 3;
  };
  const auto& responses = operation.responses;
  const bool any_success = std::any_of(responses.begin(), responses.end(), is_success);
  bool any = false;
  unsigned refusal = 406;
  for (const contract::Response& response : responses) {
    if (any_success ? !is_success(response) : !response.is_default()) continue;
    if (response.content.empty()) return 0;
    any = true;
    for (const MediaType& media : response.content) {
      if (contract::acceptance(accept, media.type, media.parameters).quality == 0) continue;
      if (media.served) return 0;
      refusal = 501;
    }
  }
  return any ? refusal : 0;
}

ResponseMessage operation_problem(const Operation& operation, const Problem& problem) {
  ResponseMessage response = problem_response(problem);
  add_operation_headers(response, operation);
  return response;
}

ResponseMessage unsupported(const Operation& operation, const UnsupportedBody& body) {
  ResponseMessage response =
      operation_problem(operation, {.status = body.status, .detail = body.detail});
  if (body.has_content_coding) {
    response.add_header("accept-encoding", "identity");  // RFC 9110 section 12.5.3.
  }
  return response;
}

// Makes the reply to a request that needs more steps than it may take. It is not said to break the
// contract, because nobody knows. 413 would be about the size of the content (RFC 9110 section
// 15.5.14), but a smaller body can take more, and so can a parameter.
Reply too_many_steps(const Operation& operation, std::string_view route, uint64_t steps_max) {
  const std::string limit = std::to_string(steps_max) + " steps";
  const std::string detail =
      "Reading and validating this request takes more than the " + limit +
      " that this API allows for one request of its size. The request may be valid. Send it in "
      "smaller parts, or ask the operator of the API to raise this limit.";
  return {.response = operation_problem(operation, {.status = 400, .detail = detail}),
          .route = route,
          .problem = "the request takes more than " + limit + ": see VALIDATION_STEPS_MAX"};
}

// The machinery answers these methods of the health check itself.
constexpr std::string_view kHealthAllow = "GET, HEAD, OPTIONS";

}  // namespace

RequestValidator::RequestValidator(const contract::Contract& contract, uint64_t steps_max,
                                   std::string_view health_path)
    : contract_(contract), steps_max_(steps_max) {
  if (health_path.empty()) return;
  const contract::Match match = contract_.match("GET", health_path, path_values_);
  // A concrete path comes before a template (OpenAPI 3.1.1 section 4.8.8.2), here, too: so a
  // parameter that takes any text does not take the health check.
  const bool answers =
      match.operation != nullptr && match.path->path.find('{') == std::string::npos;
  if (answers) {
    health_operation_ = match.operation;
  } else {
    health_path_ = health_path;
  }
}

std::variant<contract::Match, Reply, DecideLater> RequestValidator::route(
    const RequestMessage& request, RequestTarget& target) {
  // This asks about the server as a whole (RFC 9110 section 9.3.7). In absolute-form a proxy says
  // so by the authority alone (RFC 9112 section 3.2.4).
  const bool asks_server = target.path == "*" || (target.absolute && target.path.empty());
  if (request.verb == Verb::options && asks_server) {
    return Reply{.response = no_content()};
  }
  if (!contract::is_percent_encoded(target.path)) {
    static constexpr std::string_view kDetail =
        "The path has a '%' that is not followed by two hexadecimal digits.";
    return Reply{.response = problem_response({.status = 400, .detail = kDetail}),
                 .problem = std::string(kDetail)};
  }
  if (target.path.empty()) target.path = "/";
  const bool asks_health = target.path == health_path_;
  if (asks_health && (request.method() == "GET" || request.method() == "HEAD")) [[unlikely]] {
    return Reply{.response = {}, .route = health_path_};
  }
  const contract::Match match = contract_.match(request.method(), target.path, path_values_);
  if (match.path == nullptr) {
    if (asks_health) {
      return Reply{.response = wrong_method(request, kHealthAllow), .route = health_path_};
    }
    if (pages_ != nullptr) {
      if (auto page = pages_->answer(request, target.path)) return std::move(*page);
    }
    const contract::Path* meant = contract_.with_other_slash(target.path);
    if (meant == nullptr) return Reply{.response = problem_response({.status = 404})};
    return Reply{.response = redirect_to_other_slash(request, target), .route = meant->path};
  }
  const std::string_view route = match.path->path;
  if (request.verb == Verb::options && cors_ != nullptr && Cors::is_preflight(request)) {
    return Reply{.response = cors_->preflight(request, match.allow), .route = route};
  }
  if (match.operation == nullptr) {
    return Reply{.response = wrong_method(request, match.allow), .route = route};
  }
  const Operation& operation = *match.operation;
  // A client that may not call the operation learns nothing else of it. A load balancer has no
  // credentials, and ends the task if a limit of all its clients refuses the health check.
  if (guard_ != nullptr && &operation != health_operation_) [[unlikely]] {
    auto checked = guard_->check(operation, request);
    if (std::holds_alternative<DecideLater>(checked)) return DecideLater{};
    if (auto* reply = std::get_if<Reply>(&checked)) {
      add_operation_headers(reply->response, operation);
      reply->route = route;
      return std::move(*reply);
    }
  }
  const auto refuse = [&](unsigned status, const std::string& detail) {
    return Reply{.response = operation_problem(operation, {.status = status, .detail = detail}),
                 .route = route,
                 .problem = detail};
  };
  if (!operation.not_served.empty()) {
    return refuse(501, "This operation is not served yet. " + operation.not_served);
  }
  switch (refusal_of(request.list(Field::accept, accept_), operation)) {
    case 501:
      return refuse(501,
                    "The contract declares a response that the Accept header allows, but responses "
                    "of its media type are not served yet.");
    case 406:
      return refuse(
          406, "This operation has no response of a media type that the Accept header allows.");
    default:
      break;
  }
  return match;
}

Admission RequestValidator::admit(const RequestMessage& request) {
  RequestTarget target = split_target(request.target());
  auto routed = route(request, target);
  if (auto* reply = std::get_if<Reply>(&routed)) return std::move(*reply);
  if (std::holds_alternative<DecideLater>(routed)) [[unlikely]]
    return DecideLater{};
  const contract::Match& match = *std::get_if<contract::Match>(&routed);
  if (!match.operation->body) return DropBody{};
  const auto body_type = type_of_body(request, *match.operation);
  if (const auto* body = std::get_if<UnsupportedBody>(&body_type)) {
    return Reply{.response = unsupported(*match.operation, *body),
                 .route = match.path->path,
                 .problem = "body: " + std::string(body->detail)};
  }
  return KeepBody{bytes_max_of(*std::get_if<BodyType>(&body_type))};
}

Reply RequestValidator::too_large(const RequestMessage& request) {
  RequestTarget target = split_target(request.target());
  auto routed = route(request, target);
  if (auto* reply = std::get_if<Reply>(&routed)) return std::move(*reply);
  const auto* const found = std::get_if<contract::Match>(&routed);
  base::check(found != nullptr, "admit() is called before a body is too large, and has decided");
  const contract::Match& match = *found;
  static constexpr std::string_view kDetail = "The request's body is too large.";
  return {.response = operation_problem(*match.operation, {.status = 413, .detail = kDetail}),
          .route = match.path->path,
          .problem = std::string(kDetail)};
}

std::variant<ValidRequest, Reply, DecideLater> RequestValidator::validate(
    const RequestMessage& request) {
  RequestTarget target = split_target(request.target());
  auto routed = route(request, target);
  if (auto* reply = std::get_if<Reply>(&routed)) return std::move(*reply);
  if (std::holds_alternative<DecideLater>(routed)) [[unlikely]]
    return DecideLater{};
  const contract::Match& match = *std::get_if<contract::Match>(&routed);
  const std::string_view route = match.path->path;
  const Operation& operation = *match.operation;
  const auto body_type = body_type_of(request, operation);
  if (const auto* body = std::get_if<UnsupportedBody>(&body_type)) {
    return Reply{.response = unsupported(operation, *body),
                 .route = route,
                 .problem = "body: " + std::string(body->detail)};
  }
  const BodyType& type = *std::get_if<BodyType>(&body_type);

  const HandledOperation* const handled = find_handled(operation);
  if (filled_ != nullptr) filled_->clear();
  filled_ = handled != nullptr ? handled->typed.get() : nullptr;
  if (filled_ != nullptr) filled_->begin(request);
  Violations violations = read_parameters(operation, request, target.query);
  if (filled_ != nullptr && violations.empty()) filled_->take_parameters(arguments_, violations);
  const bool parameters_are_valid = violations.empty();
  bool body_is_readable = false;
  body_reader_.reset();
  if (type.media != nullptr) {
    body_is_readable =
        body_reader_.read(type, request.body, violations, arguments_.steps(), filled_);
  } else if (request.body.empty() && !request.body_dropped) {
    if (operation.body && operation.body->required) {
      violations.push_back({"body", "", "required", "is missing"});
    }
  } else if (operation.strict) {
    violations.push_back(
        {"body", "", "undeclared", "must be empty: the operation declares no body"});
  }
  if (arguments_.steps().exhausted()) {
    return too_many_steps(operation, route, arguments_.steps().max());
  }
  if (violations.empty()) {
    return ValidRequest{route, &operation, match.head, &arguments_, body_reader_.json(), handled};
  }
  // A body that can be read but breaks its schema gets 422 (RFC 9110 section 15.5.21) if the
  // contract declares that status.
  const bool is_422 = parameters_are_valid && body_is_readable && operation.declares(422);
  refused_ = {.violations = std::move(violations), .operation = &operation, .media = type.media};
  return Reply{
      .response = operation_problem(
          operation, {.status = is_422 ? 422U : 400U,
                      .detail = "The request does not match the contract; 'errors' says where.",
                      .errors = &refused_.violations}),
      .route = route,
      .problem = places_of(refused_.violations)};
}

const HandledOperation* RequestValidator::find_handled(const Operation& operation) const {
  if (operations_ == nullptr) return nullptr;
  const auto found = operations_->find(&operation);
  return found == operations_->end() ? nullptr : &found->second;
}

Violations RequestValidator::read_parameters(const Operation& operation,
                                             const RequestMessage& request,
                                             std::string_view query) {
  Violations violations;
  arguments_.reset(operation, steps_max_);
  arguments_.read_path(path_values_, violations);
  arguments_.read_query(query, violations);
  arguments_.read_headers(
      [&request](std::string_view name, std::string_view separator, std::string& out) {
        return request.join_header(name, separator, out);
      },
      violations);
  return violations;
}

}  // namespace penstock::http
