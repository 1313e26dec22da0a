#include "contract/openapi/idempotency_reader.h"

#include <string>

namespace penstock::contract {

using Kind = Node::Kind;

namespace {

constexpr std::string_view kName = "x-penstock-idempotency";

}  // namespace

const IdempotencyRule* IdempotencyReader::read(const Node& object,
                                               const IdempotencyRule* otherwise) {
  const Node* node = object.find(kName);
  if (node == nullptr) return otherwise;
  if (node->is(Kind::boolean) && !node->boolean) return nullptr;
  const auto [known, is_new] = known_.emplace(node, nullptr);
  if (!is_new) return known->second;
  IdempotencyRule& rule = out_.emplace_back();
  known->second = &rule;
  read_rule(*node, rule);
  return &rule;
}

const IdempotencyRule* IdempotencyReader::read_operation(const Node& object,
                                                         std::string_view method,
                                                         const IdempotencyRule* otherwise) {
  const bool stores =
      method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
  if (stores) return read(object, otherwise);
  if (const Node* node = object.find(kName)) {
    sources_.problem(*node, "idempotency",
                     "x-penstock-idempotency is for POST, PUT, PATCH and DELETE: " +
                         std::string(method) + " stores nothing");
  }
  return nullptr;
}

void IdempotencyReader::read_rule(const Node& node, IdempotencyRule& rule) {
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type",
                            "x-penstock-idempotency must be false, or an object such as "
                            "{required: false, hours: 24}");
  }
  for (const Member& member : node.members) {
    if (member.key->text == "required" || member.key->text == "hours") continue;
    sources_.problem(*member.key, "unknown-field",
                     "x-penstock-idempotency: '" + member.key->text +
                         "' is not supported; there are required and hours");
  }
  if (const Node* required = node.find("required")) {
    if (!required->is(Kind::boolean)) {
      sources_.problem(*required, "idempotency",
                       "x-penstock-idempotency: required must be true or false");
    }
    rule.required = required->boolean;
  }
  if (const Node* hours = node.find("hours")) {
    const bool is_whole = hours->is(Kind::number) && hours->number.is_int64();
    if (!is_whole || hours->number.get_int64() < 1 ||
        hours->number.get_int64() > IdempotencyRule::kHoursMax) {
      return sources_.problem(*hours, "idempotency",
                              "x-penstock-idempotency: hours must be a whole number from 1 to " +
                                  std::to_string(IdempotencyRule::kHoursMax));
    }
    rule.hours = std::chrono::hours(hours->number.get_int64());
  }
}

}  // namespace penstock::contract
