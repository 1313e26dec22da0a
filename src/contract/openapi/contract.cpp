#include "contract/openapi/contract.h"

#include <algorithm>

#include "base/printable_text.h"
#include "contract/document/sources.h"
#include "contract/openapi/contract_compiler.h"
#include "contract/schema/schema.h"
#include "contract/schema/steps.h"

namespace penstock::contract {
namespace {

constexpr size_t kPatternBytesMax = 1000;

}  // namespace

Contract::Contract() = default;
Contract::Contract(Contract&&) noexcept = default;
Contract& Contract::operator=(Contract&&) noexcept = default;
Contract::~Contract() = default;

const Response* Operation::response(unsigned status) const {
  const Response* best = nullptr;
  for (const Response& response : responses) {
    if (!response.is_for(status)) continue;
    // The response for the fewest statuses is the most specific one.
    if (best == nullptr || response.last - response.first < best->last - best->first) {
      best = &response;
    }
  }
  return best;
}

const EventDeclaration* Operation::event(std::string_view type) const {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const EventDeclaration& one) { return one.type == type; });
  return found != events.end() ? &*found : nullptr;
}

bool Operation::declares(unsigned status) const {
  const Response* response = this->response(status);
  return response != nullptr && response->first == status && response->last == status;
}

Compiled Contract::compile(std::string_view text, const std::string& file, const Loader& loader,
                           const ContractOptions& options) {
  Contract contract;
  contract.sources_ = std::make_unique<Sources>(loader);
  contract.schemas_ = std::make_unique<std::deque<Schema>>();
  contract.security_ = std::make_unique<SecurityDeclarations>();
  contract.cors_policies_ = std::make_unique<std::deque<CorsPolicy>>();
  contract.rates_ = std::make_unique<std::deque<RateLimit>>();
  contract.handler_limits_ = std::make_unique<std::deque<HandlerLimits>>();
  contract.idempotency_rules_ = std::make_unique<std::deque<IdempotencyRule>>();
  Sources& sources = *contract.sources_;
  const Target root = sources.add_root(text, file);
  if (root.node != nullptr) contract.compile_root(root, options);
  Compiled compiled{.problems = sources.problems().sorted(),
                    .readable = root.node != nullptr,
                    .paths = contract.paths_.size()};
  for (const Path& path : contract.paths_) {
    for (const Operation& operation : path.operations) {
      if (operation.not_served.empty()) {
        ++compiled.served;
      } else {
        ++compiled.not_served[operation.not_served];
      }
      if (operation.security->is_required()) ++compiled.secured;
      if (operation.rate != nullptr) ++compiled.limited;
      const CorsPolicy* cors = operation.cors;
      if (cors == nullptr || !cors->allows_any()) continue;
      ++compiled.cross_origin[cors->text() + (cors->credentials ? ", with credentials" : "")];
    }
  }
  if (sources.sound()) compiled.contract = std::move(contract);
  return compiled;
}

void Contract::compile_root(const Target& root, const ContractOptions& given) {
  Sources& sources = *sources_;
  if (!root.node->is(Node::Kind::object)) {
    return sources.problem(*root.node, "not-an-object", "an OpenAPI document must be an object");
  }
  document_ = root.node;
  const Node* version = root.node->find("openapi");
  const std::string number = version == nullptr ? "" : version->text;
  const bool is_3_0 = number.starts_with("3.0.");
  if (version == nullptr) {
    return sources.problem(*root.node, "openapi-version",
                           root.node->find("swagger") != nullptr
                               ? "Swagger 2.0 is not supported; use OpenAPI 3.0 or 3.1"
                               : "the document needs a version, such as 'openapi: 3.1.0'");
  }
  if (!is_3_0 && !number.starts_with("3.1.")) {
    return sources.problem(*version, "openapi-version",
                           "OpenAPI version '" + number + "' is not supported; use 3.0.x or 3.1.x");
  }
  sources.scan(root, is_3_0 ? Embedding::openapi_3_0 : Embedding::openapi_3_1);
  SchemaOptions options;
  options.patterns = given.patterns;
  options.dialect = is_3_0 ? Dialect::openapi_3_0 : Dialect::draft_2020_12;
  ContractCompiler(*this, root, options, given.separators_encoded).compile();
  remark_costly_patterns();
}

base::Result<Contract> Contract::parse(std::string_view text, const std::string& file,
                                       const Loader& loader, const ContractOptions& options) {
  Compiled compiled = compile(text, file, loader, options);
  if (compiled.contract) return std::move(*compiled.contract);
  return error_of(compiled.problems);
}

base::Result<Contract> Contract::parse(std::string_view text, const std::string& file) {
  return parse(text, file, [](const std::string&) -> base::Result<std::string> {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = "this document has no other files"};
  });
}

void Contract::remark_costly_patterns() {
  for (const Schema& schema : *schemas_) {
    const auto add = [&](const Pattern& pattern) {
      const uint64_t steps = pattern.steps_per_byte();
      if (steps == 1) return;
      sources_->remark(*schema.node, "costly-pattern",
                       "the pattern " + base::printable(pattern.text(), kPatternBytesMax) +
                           " takes up to " + std::to_string(steps) +
                           " steps for each byte; a text of more than " +
                           std::to_string(Steps::kMax / steps) +
                           " bytes is refused; write a simpler pattern, or an 'enum' for words");
    };
    if (schema.string && schema.string->pattern) add(*schema.string->pattern);
    if (!schema.object) continue;
    for (const auto& [pattern, of_pattern] : schema.object->patterns) add(pattern);
  }
}

std::map<std::string, size_t> Contract::remarks() const {
  std::map<std::string, size_t> counts;
  for (const Problem& problem : sources_->problems().sorted()) ++counts[problem.kind];
  return counts;
}

Match Contract::match(std::string_view method, std::string_view path, PathValues& values) const {
  Match match;
  const size_t found = router_.find(path, values);
  if (found == Router::kNone) return match;
  const Route& route = routes_[found];
  match.path = &paths_[route.path];
  match.allow = route.allow;
  const auto operation_of = [&](std::string_view wanted) -> const Operation* {
    for (const size_t i : route.operations) {
      const Operation& operation = match.path->operations[i];
      if (operation.method == wanted) return &operation;
    }
    return nullptr;
  };
  match.operation = operation_of(method);
  if (match.operation == nullptr && method == "HEAD") {  // RFC 9110 section 9.3.2.
    match.operation = operation_of("GET");
    match.head = match.operation != nullptr;
  }
  return match;
}

const Path* Contract::with_other_slash(std::string_view path) const {
  if (path.size() < 2) return nullptr;
  PathValues values;
  const size_t found = path.ends_with('/') ? router_.find(path.substr(0, path.size() - 1), values)
                                           : router_.find(std::string(path) + '/', values);
  return found == Router::kNone ? nullptr : &paths_[routes_[found].path];
}

std::vector<std::string> Contract::topics(const std::string& override_topic,
                                          bool only_atomic) const {
  std::vector<std::string> topics;
  for (const Path& path : paths_) {
    for (const Operation& operation : path.operations) {
      if (!operation.not_served.empty() || (only_atomic && !operation.atomic)) continue;
      for (const EventDeclaration& event : operation.events) {
        topics.push_back(override_topic.empty() ? event.topic : override_topic);
      }
    }
  }
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  return topics;
}

}  // namespace penstock::contract
