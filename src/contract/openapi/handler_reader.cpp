#include "contract/openapi/handler_reader.h"

#include <string>

namespace penstock::contract {

using Kind = Node::Kind;

const HandlerLimits* HandlerReader::read(const Node& object, const HandlerLimits* otherwise) {
  const Node* node = object.find("x-penstock-handler");
  if (node == nullptr) return otherwise;
  const auto [known, is_new] = known_.emplace(node, nullptr);
  if (!is_new) return known->second;
  HandlerLimits& limits = out_.emplace_back();
  known->second = &limits;
  read_limits(*node, limits);
  return &limits;
}

void HandlerReader::read_limits(const Node& node, HandlerLimits& limits) {
  if (!node.is(Kind::object)) {
    return sources_.problem(node, "wrong-type",
                            "x-penstock-handler must be an object, such as {in_flight: 256, "
                            "deadline_ms: 5000}");
  }
  for (const Member& member : node.members) {
    if (member.key->text == "in_flight" || member.key->text == "deadline_ms") continue;
    sources_.problem(*member.key, "unknown-field",
                     "x-penstock-handler: '" + member.key->text +
                         "' is not supported; there are in_flight and deadline_ms");
  }
  limits.in_flight = read_number(node, "in_flight", HandlerLimits::kInFlightMax, limits.in_flight);
  limits.deadline = std::chrono::milliseconds(
      read_number(node, "deadline_ms", HandlerLimits::kDeadlineMsMax, limits.deadline.count()));
}

int64_t HandlerReader::read_number(const Node& node, std::string_view key, int64_t max,
                                   int64_t otherwise) {
  const Node* value = node.find(key);
  if (value == nullptr) return otherwise;
  const bool is_whole = value->is(Kind::number) && value->number.is_int64();
  if (!is_whole || value->number.get_int64() < 1 || value->number.get_int64() > max) {
    sources_.problem(*value, "handler-limit",
                     "x-penstock-handler: " + std::string(key) +
                         " must be a whole number from 1 to " + std::to_string(max));
    return otherwise;
  }
  return value->number.get_int64();
}

}  // namespace penstock::contract
