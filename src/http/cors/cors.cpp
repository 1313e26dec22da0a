#include "http/cors/cors.h"

#include <algorithm>
#include <vector>

#include "base/ascii_case.h"
#include "http/server/request_target.h"

namespace penstock::http {
namespace {

using contract::CorsPolicy;
using contract::Operation;
using contract::Path;

constexpr std::string_view kMethodHeader = "access-control-request-method";

// Adds a name to a list, unless it is there in any case of letters.
void add_name(std::vector<std::string>& names, std::string_view name) {
  const bool known = std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return base::same_in_any_case(one, name);
  });
  if (!known) names.emplace_back(name);
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

// Returns the methods of the path that have this policy. A browser remembers every method of a
// preflight's answer, so those of other policies must not be there. The server answers HEAD
// wherever there is GET.
std::string methods_of(const Path& path, const CorsPolicy* policy) {
  std::vector<std::string> methods;
  for (const Operation& operation : path.operations) {
    if (operation.cors != policy) continue;
    add_name(methods, operation.method);
    if (operation.method == "GET") add_name(methods, "HEAD");
  }
  return joined(methods);
}

void add_security_headers(const Operation& operation, std::vector<std::string>& names) {
  using SchemeKind = contract::SecurityScheme::Kind;
  for (const contract::SecurityRequirement& requirement : operation.security->requirements) {
    for (const contract::SecurityNeed& need : requirement) {
      const contract::SecurityScheme& scheme = *need.scheme;
      if (scheme.kind == SchemeKind::api_key) {
        if (scheme.in == contract::In::header) add_name(names, scheme.parameter);
      } else if (scheme.kind != SchemeKind::mutual_tls) {
        add_name(names, "Authorization");
      }
    }
  }
}

std::string request_headers_of(const Operation& operation) {
  std::vector<std::string> names;
  if (operation.body) add_name(names, "Content-Type");
  for (const contract::Parameter& parameter : operation.parameters) {
    if (parameter.in == contract::In::header) add_name(names, parameter.name);
  }
  add_security_headers(operation, names);
  for (const std::string& name : operation.cors->headers) add_name(names, name);
  return joined(names);
}

std::string exposed_headers_of(const Operation& operation) {
  // These are for 503, 429 and 401, which the machinery answers.
  std::vector<std::string> names{"Retry-After"};
  if (operation.rate != nullptr) names.insert(names.end(), {"RateLimit-Policy", "RateLimit"});
  if (!operation.security->requirements.empty()) add_name(names, "WWW-Authenticate");
  for (const contract::Response& response : operation.responses) {
    for (const contract::Parameter& header : response.headers) add_name(names, header.name);
  }
  for (const std::string& name : operation.cors->exposed_headers) add_name(names, name);
  return joined(names);
}

}  // namespace

Cors::Cors(const contract::Contract& contract) : contract_(contract) {
  const auto count = [&](const CorsPolicy* policy) {
    if (policy == nullptr) return;
    used_ = true;
    varies_ = varies_ || (policy->allows_any() && !policy->any_origin);
  };
  count(contract.cors());
  for (const Path& path : contract.paths()) {
    count(path.cors);
    for (const Operation& operation : path.operations) {
      count(operation.cors);
      if (operation.cors == nullptr) continue;
      texts_.emplace(&operation, Texts{.methods = methods_of(path, operation.cors),
                                       .headers = request_headers_of(operation),
                                       .exposed = exposed_headers_of(operation)});
    }
  }
}

bool Cors::is_preflight(const RequestMessage& request) {
  return request.verb == Verb::options && request.count(Field::origin) > 0 &&
         !request.header(kMethodHeader).empty();
}

Cors::Found Cors::find(const RequestMessage& request) const {
  const std::string_view method =
      is_preflight(request) ? request.header(kMethodHeader) : request.method();
  const RequestTarget target = split_target(request.target());
  contract::PathValues values;
  const contract::Match match =
      contract_.match(method, target.path.empty() ? "/" : target.path, values);
  if (match.operation != nullptr) {
    return {.policy = match.operation->cors, .path = match.path, .operation = match.operation};
  }
  if (match.path != nullptr) return {.policy = match.path->cors, .path = match.path};
  return {.policy = contract_.cors()};
}

bool Cors::is_allowed(const CorsPolicy* policy, const RequestMessage& request) {
  return policy != nullptr && request.count(Field::origin) == 1 &&
         policy->allows(request.header(Field::origin));
}

ResponseMessage Cors::preflight(const RequestMessage& request, std::string_view allow) const {
  ResponseMessage response;
  response.status = 204;
  response.add_header("allow", allow);
  if (varies_) response.add_header("vary", kMethodHeader);
  const Found found = find(request);
  if (!is_allowed(found.policy, request)) return response;
  if (found.operation == nullptr) {
    // The browser looks for its method here, and says that it is missing.
    const std::string methods = methods_of(*found.path, found.policy);
    if (!methods.empty()) response.add_header("access-control-allow-methods", methods);
    return response;
  }
  const Texts& texts = texts_.find(found.operation)->second;
  response.add_header("access-control-allow-methods", texts.methods);
  if (!texts.headers.empty()) response.add_header("access-control-allow-headers", texts.headers);
  if (found.policy->max_age_s) {
    response.add_header("access-control-max-age", std::to_string(*found.policy->max_age_s));
  }
  return response;
}

void Cors::add_headers(const RequestMessage& request, ResponseMessage& response) const {
  // A cache must not give one origin what another one got, nor what a client without an origin got.
  if (varies_) response.add_header("vary", "origin");
  const Found found = find(request);
  if (found.policy == nullptr) return;
  if (found.policy->any_origin) {
    response.add_header("access-control-allow-origin", "*");
  } else if (is_allowed(found.policy, request)) {
    response.add_header("access-control-allow-origin", request.header(Field::origin));
  } else {
    return;
  }
  if (found.policy->credentials) response.add_header("access-control-allow-credentials", "true");
  if (is_preflight(request)) return;
  if (found.operation != nullptr) {
    response.add_header("access-control-expose-headers",
                        texts_.find(found.operation)->second.exposed);
  }
}

}  // namespace penstock::http
