#include "contract/examples/example_check.h"

#include <string>

#include "contract/document/sources.h"
#include "contract/examples/body_sample.h"
#include "contract/examples/mock_response.h"
#include "contract/openapi/contract.h"
#include "contract/openapi/response_status.h"
#include "contract/schema/schema.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

constexpr uint64_t kCopySteps = 40;
constexpr size_t kValuesMax = 100'000;

// An ExampleCheck holds the examples of one contract against their schemas.
class ExampleCheck {
 public:
  ExampleCheck(const Contract& contract, const ExampleLimits& limits)
      : contract_(contract),
        steps_(limits.example_steps),
        requests_(Direction::request, limits.sample_steps / 2),
        responses_(Direction::response, limits.sample_steps / 2) {}

  void run() {
    for (const Schema& schema : contract_.schemas()) check_schema(schema);
    for (const Path& path : contract_.paths()) {
      for (const Operation& operation : path.operations) {
        check_operation(operation);
        if (operation.not_served.empty()) check_samples(operation);
      }
    }
    if (requests_.exhausted() || responses_.exhausted()) {
      contract_.sources().remark(
          contract_.document(), "examples-unchecked",
          "making values for the mock took too long, so it was not tried for all operations");
    }
  }

 private:
  void check_operation(const Operation& operation) {
    for (const Parameter& parameter : operation.parameters) {
      check_parameter(parameter, Direction::request);
    }
    if (operation.body) check_content(operation.body->content, Direction::request);
    for (const Response& response : operation.responses) {
      for (const Parameter& header : response.headers) {
        check_parameter(header, Direction::response);
      }
      check_content(response.content, Direction::response);
    }
  }

  void check_schema(const Schema& schema) {
    const Node& node = *schema.node;
    // In OpenAPI 3.0 what stands beside a `$ref` has no effect.
    if (!node.is(Node::Kind::object) || node.find("$ref") != nullptr) return;
    check("example", node.find("example"), schema, Direction::neither);
    if (const Node* examples = node.find("examples")) {
      for (const Node* one : examples->elements) check("example", one, schema, Direction::neither);
    }
  }

  void check_parameter(const Parameter& parameter, Direction direction) {
    for (const auto& [name, node] : parameter.examples) {
      check("example", node, *parameter.schema, direction);
    }
  }

  void check_content(const std::vector<MediaType>& content, Direction direction) {
    for (const MediaType& media : content) {
      const BodyCheck how = media.check_of(media.kind);
      if (media.schema == nullptr || !media.served) continue;
      if (how != BodyCheck::value && how != BodyCheck::text && !media.is_range()) continue;
      for (const auto& [name, node] : media.examples) {
        check("example", node, *media.schema, direction, how == BodyCheck::text);
      }
    }
  }

  // Adds a remark if the value does not match the schema. `as_text` says that it is sent as a text.
  void check(std::string_view what, const Node* node, const Schema& schema, Direction direction,
             bool as_text = false) {
    if (node == nullptr || steps_.exhausted()) return;
    size_t left = kValuesMax;
    auto value = copy_within(*node, left);
    Violations violations;
    if (steps_.take(kCopySteps * (kValuesMax - left)) && value) {
      if (as_text && !value->is_string()) *value = json::to_text(*value);
      validate(schema, *value, "", "", direction, violations, steps_);
    }
    if (steps_.exhausted()) {
      return contract_.sources().remark(
          *node, "examples-unchecked",
          "checking the examples before this one took too long, so the rest is not checked");
    }
    if (violations.empty()) return;
    std::string sentence = "the " + std::string(what) + " does not match its schema: ";
    const Violation& first = violations.front();
    sentence += (first.where.empty() ? "it" : first.where) + ' ' + first.message;
    if (violations.size() > 1) {
      sentence += ", and " + std::to_string(violations.size() - 1) + " more";
    }
    contract_.sources().remark(*node, "example-invalid", sentence);
  }

  // Adds a remark if the mock cannot answer as the operation says first, or if no request of it can
  // be made.
  void check_samples(const Operation& operation) {
    const auto statuses = statuses_of(operation);
    const Response* response = statuses.empty() ? nullptr : operation.response(statuses.front());
    if (response != nullptr && !has_no_content(statuses.front())) {
      for (const MediaType& media : response->content) check_sample(media, responses_);
    }
    for (const Parameter& parameter : operation.parameters) {
      if (!parameter.required || requests_.exhausted()) continue;
      if (!requests_.value(parameter) && !requests_.exhausted()) {
        remark_missing(*parameter.schema);
      }
    }
    if (!operation.body) return;
    for (const MediaType& media : operation.body->content) check_sample(media, requests_);
  }

  void check_sample(const MediaType& media, SampleSource& samples) {
    if (!media.served || media.schema == nullptr || samples.exhausted()) return;
    if (samples.body(media, {}, {}) || samples.exhausted()) return;
    remark_missing(*media.schema);
  }

  void remark_missing(const Schema& schema) {
    contract_.sources().remark(*schema.node, "no-sample",
                               "no value of this schema was found, so the mock has none: if there "
                               "is one, give it as an example; otherwise correct the schema");
  }

  const Contract& contract_;
  Steps steps_;
  SampleSource requests_;
  SampleSource responses_;
};

}  // namespace

void remark_examples(const Contract& contract, const ExampleLimits& limits) {
  ExampleCheck(contract, limits).run();
}

}  // namespace penstock::contract
