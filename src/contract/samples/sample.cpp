#include "contract/samples/sample.h"

#include <algorithm>

#include "contract/samples/sampler.h"

namespace penstock::contract {
namespace {

// Looks for a rich value first. If that takes too long, one with the required properties only may
// still be found. Values that satisfy `oneOf` beside a discriminator as JSON Schema means it are
// preferred, because not every reader knows the discriminator.
std::optional<boost::json::value> search(const Schema& schema, Direction direction, Steps& steps,
                                         uint64_t& left, unsigned variant) {
  for (const bool strict : {true, false}) {
    bool met_discriminator = false;
    for (const auto fullness : {Sampler::Fullness::rich, Sampler::Fullness::lean}) {
      Steps own(left / 2);
      Sampler sampler(direction, own, fullness, strict, variant);
      auto value = sampler.sample(schema);
      met_discriminator = met_discriminator || sampler.met_discriminator();
      left -= own.taken();
      const bool paid = steps.take(own.taken());
      if (value || !paid) return value;
    }
    if (!met_discriminator) break;
  }
  return std::nullopt;
}

}  // namespace

// What suits one alternative of a `oneOf` may suit another one, too. If that is due to a value
// within it, such as a text that happens to be Base64, another variant may suit one only.
std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction, Steps& steps,
                                            unsigned variant) {
  uint64_t left = std::min(steps.left(), kSampleStepsMax);
  auto value = search(schema, direction, steps, left, variant);
  if (!value && variant == 0) value = search(schema, direction, steps, left, 1);
  return value;
}

std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction) {
  Steps steps(kSampleStepsMax);
  return sample_of(schema, direction, steps);
}

}  // namespace penstock::contract
