#include "contract/examples/request_sample.h"

#include <algorithm>

#include "contract/arguments/arguments.h"
#include "contract/parameters/parameter_writer.h"

namespace penstock::contract {
namespace {

// So many requests are tried, each with other values. A path can match another operation, too, or a
// text can be read as a number.
constexpr unsigned kVariantsMax = 32;

// A request with any value of these would be read otherwise than the value says.
constexpr std::string_view kNotWritten[] = {"transfer-encoding", "content-encoding", "expect"};

base::Error not_found(std::string sentence) {
  return base::Error{.code = base::ErrorCode::not_found, .message = std::move(sentence)};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// Writes the required parameters.
base::Result<RequestSample> write_parameters(const Operation& operation, SampleSource& samples,
                                             unsigned variant) {
  RequestSample made{.method = operation.method,
                     .target = operation.base_paths->front() + operation.path};
  std::string query;
  std::string cookies;
  for (const Parameter& parameter : operation.parameters) {
    if (!parameter.required) continue;
    const std::string name = std::string(name_of(parameter.in)) + " parameter '" + parameter.name;
    const auto value = samples.value(parameter, variant);
    if (!value) return not_found("no value was found for the " + name + "'");
    const auto text = write_parameter(parameter, *value);
    if (!text) return not_found("the " + name + "': " + text.error().message);
    switch (parameter.in) {
      case In::path:
        replace_all(made.target, '{' + parameter.name + '}', *text);
        break;
      case In::query:
        query += (query.empty() ? "?" : "&") + *text;
        break;
      case In::header:
        for (const std::string_view other : kNotWritten) {
          if (equal_ignoring_case(parameter.name, other)) {
            return not_found("the " + name +
                             "' says how the request is sent, and must not be made up");
          }
        }
        made.headers.emplace_back(parameter.name, *text);
        break;
      case In::cookie:
        cookies += (cookies.empty() ? "" : "; ") + *text;
        break;
    }
  }
  made.target += query;
  if (made.target.empty() || made.target.front() != '/') made.target.insert(0, "/");
  if (!cookies.empty()) made.headers.emplace_back("Cookie", cookies);
  return made;
}

// Reads the request as the server would.
base::Result<> check(const Contract& contract, const Operation& operation,
                     const RequestSample& request) {
  const std::string_view target = request.target;
  const size_t mark = std::min(target.find('?'), target.size());
  PathValues values;
  const Match match = contract.match(request.method, target.substr(0, mark), values);
  if (match.operation != &operation) return not_found("its path belongs to another operation");
  Arguments arguments(operation);
  Violations violations;
  arguments.read_path(values, violations);
  arguments.read_query(mark == target.size() ? "" : target.substr(mark + 1), violations);
  arguments.read_headers(
      [&](std::string_view name, std::string_view separator, std::string& out) {
        size_t lines = 0;
        out.clear();
        for (const auto& [key, value] : request.headers) {
          if (!equal_ignoring_case(key, name)) continue;
          if (lines++ > 0) out += separator;
          out += value;
        }
        return lines;
      },
      violations);
  if (violations.empty()) return {};
  const Violation& first = violations.front();
  return not_found(std::string(first.in) + ' ' + first.where + ' ' + first.message);
}

// Adds a body: JSON rather than text, and text rather than bytes. Returns whether there is one.
bool add_body(const RequestBody& body, SampleSource& samples, RequestSample& request) {
  std::vector<const MediaType*> all;
  for (const MediaType& media : body.content) {
    if (media.served) all.push_back(&media);
  }
  std::stable_sort(all.begin(), all.end(), [](const MediaType* one, const MediaType* other) {
    return one->kind < other->kind;
  });
  for (const MediaType* media : all) {
    if (!is_own_type(body.content, *media, type_of(*media))) continue;
    const auto sample = samples.body(*media, {}, {});
    if (!sample) continue;
    request.headers.emplace_back("Content-Type", sample->type);
    request.body = sample->text();
    return true;
  }
  return false;
}

// Gives a declared Content-Length its true value.
void set_length(RequestSample& request) {
  for (auto& [name, text] : request.headers) {
    if (equal_ignoring_case(name, "content-length")) {
      text = std::to_string(request.body ? request.body->size() : 0);
    }
  }
}

}  // namespace

base::Result<RequestSample> request_sample(const Contract& contract, const Operation& operation,
                                           SampleSource& samples) {
  std::string obstacle;
  for (unsigned variant = 0; variant < kVariantsMax; ++variant) {
    auto request = write_parameters(operation, samples, variant);
    if (!request) {
      if (obstacle.empty()) obstacle = request.error().message;
      continue;
    }
    if (operation.body && !add_body(*operation.body, samples, *request) &&
        operation.body->required) {
      return not_found("no valid body was found for '" + operation.id + "'; give it an example");
    }
    set_length(*request);
    const auto valid = check(contract, operation, *request);
    if (valid) return request;
    if (obstacle.empty()) obstacle = valid.error().message;
  }
  return not_found("no valid request was found for '" + operation.id + "': " + obstacle);
}

}  // namespace penstock::contract
