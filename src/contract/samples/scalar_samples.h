#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <vector>

namespace penstock::contract {

struct Schema;

// Takes a value if it will do.
using Offer = std::function<void(boost::json::value)>;

// These offer values that all of the schemas may allow, the likely first; whoever takes them tries
// them.
void offer_texts(const std::vector<const Schema*>& schemas, const Offer& offer);
// `types` are those that all of the schemas allow, as type:: bits.
void offer_numbers(const std::vector<const Schema*>& schemas, unsigned types, const Offer& offer);

}  // namespace penstock::contract
