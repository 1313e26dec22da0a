#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <vector>

namespace penstock::contract {

struct Schema;

using Offer = std::function<void(boost::json::value)>;

// Offer values that all of the schemas may allow, the likely first; whoever takes them tries them.
void offer_texts(const std::vector<const Schema*>& schemas, const Offer& offers);
// `types`: those that all of the schemas allow.
void offer_numbers(const std::vector<const Schema*>& schemas, unsigned types, const Offer& offers);

}  // namespace penstock::contract
