#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "contract/openapi/contract.h"
#include "contract/schema/steps.h"
#include "typed/describe.h"
#include "typed/from_value.h"
#include "typed/plan.h"
#include "typed/typed_reader.h"

namespace penstock::typed {

// Returns the contract of tests/support/orders_service.
inline const contract::Contract& orders_contract() {
  static const contract::Contract kContract = [] {
    std::ifstream file(PENSTOCK_ORDERS_CONTRACT);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return contract::Contract::parse(text, "orders.openapi.yaml").value();
  }();
  return kContract;
}

// Returns the operation with this id.
inline const contract::Operation& operation(const contract::Contract& contract,
                                            std::string_view id) {
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& one : path.operations) {
      if (one.id == id) return one;
    }
  }
  throw std::runtime_error("there is no operation " + std::string(id));
}

// Says what became of a text that was read in both ways.
template <class T>
struct BothWays {
  std::optional<T> quick;    // Nothing if the reader gave up.
  std::optional<T> general;  // Nothing if there are violations.
  contract::Violations violations;
  uint64_t quick_steps = 0;
  uint64_t general_steps = 0;

  // Says whether the reader accepted nothing that the general way does not accept alike.
  [[nodiscard]] bool agree() const {
    return !quick || (general && *quick == *general && quick_steps >= general_steps);
  }
};

// Reads a text in both ways.
template <class T>
BothWays<T> read_both_ways(const Plan& plan, const contract::Schema* schema,
                           std::string_view text) {
  BothWays<T> both;
  Reader reader;
  T quick{};
  contract::Steps quick_steps;
  if (reader.read(plan, text, &quick, quick_steps)) both.quick = std::move(quick);
  both.quick_steps = quick_steps.taken();

  contract::Steps steps;
  json::Reader json;
  const auto value = contract::read_paid(json, text, {}, steps);
  if (!value) {
    both.violations.push_back({"body", "", "content", std::string(value.error().reason)});
    return both;
  }
  if (schema != nullptr) {
    contract::validate(*schema, *value, "body", "", plan.direction(), both.violations, steps);
  }
  T general{};
  if (both.violations.empty() &&
      from_value(type_of<T>(), *value, &general, false, "body", {}, both.violations, steps)) {
    both.general = std::move(general);
  }
  both.general_steps = steps.taken();
  return both;
}

}  // namespace penstock::typed
