#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <vector>

namespace penstock::contract {

class Steps;
struct Schema;

// An Offer is called with a value, which it takes or ignores.
using Offer = std::function<void(boost::json::value)>;

// These offer values that all of the schemas may allow, the most likely ones first. The values have
// not been validated. With another `variant` the first ones are others.
void offer_texts(const std::vector<const Schema*>& schemas, unsigned variant, Steps& steps,
                 const Offer& offer);
// `types` are the types that all of the schemas allow, as type:: bits.
void offer_numbers(const std::vector<const Schema*>& schemas, unsigned types, unsigned variant,
                   const Offer& offer);

}  // namespace penstock::contract
