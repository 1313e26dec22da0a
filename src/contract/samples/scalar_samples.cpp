#include "contract/samples/scalar_samples.h"

#include <algorithm>
#include <cmath>

#include "contract/samples/pattern_sample.h"
#include "contract/schema/schema.h"
#include "json/number.h"

namespace penstock::contract {

namespace {

using Schemas = std::vector<const Schema*>;

constexpr uint64_t kTextMax = 10'000;

void offer_whole(double number, const Offer& offer) {
  if (std::trunc(number) == number && std::abs(number) < 9e15) offer(static_cast<int64_t>(number));
}

}  // namespace

void offer_texts(const Schemas& schemas, const Offer& offer) {
  uint64_t min = 0;
  uint64_t max = kTextMax;
  for (const Schema* schema : schemas) {
    if (!schema->string) continue;
    min = std::max(min, schema->string->min_length.value_or(0));
    max = std::min(max, schema->string->max_length.value_or(max));
  }
  for (const Schema* schema : schemas) {
    if (!schema->string) continue;
    if (schema->string->format != nullptr) {
      offer(boost::json::string_view(schema->string->format->sample));
    }
    if (schema->string->pattern) {
      if (auto found = contract::sample_of(*schema->string->pattern, min, max)) {
        offer(boost::json::string_view(*found));
      }
    }
  }
  std::string text;
  while (text.size() < std::clamp<uint64_t>(4, std::min(min, max), max)) {
    text += "text"[text.size() % 4];
  }
  offer(boost::json::string_view(text));
}

void offer_numbers(const Schemas& schemas, unsigned types, const Offer& offer) {
  std::vector<double> bounds{1};
  std::vector<double> steps;
  for (const Schema* schema : schemas) {
    if (!schema->number) continue;
    const NumberRules& rules = *schema->number;
    for (const auto* limit : {&rules.minimum, &rules.above, &rules.maximum, &rules.below}) {
      if (!*limit) continue;
      offer(**limit);  // The exact limit, because a double is not exact beyond 2^53.
      if (const int64_t* whole = (*limit)->if_int64()) {
        if (*whole < INT64_MAX) offer(*whole + 1);
        if (*whole > INT64_MIN) offer(*whole - 1);
      }
      bounds.push_back((*limit)->to_number<double>());
    }
    if (rules.multiple) steps.push_back(json::nearest_double(rules.multiple_text).value_or(1));
  }
  for (const double bound : bounds) {
    for (const double step : steps) {
      for (const double times : {std::floor(bound / step), std::ceil(bound / step),
                                 std::floor(bound / step) + 1, std::ceil(bound / step) - 1}) {
        offer_whole(times * step, offer);
        // Rounding to 12 characters turns 0.30000000000000004 into 0.3.
        const auto rounded = json::nearest_double(json::number_text(times * step).substr(0, 12));
        if (rounded) offer(*rounded);
      }
    }
  }
  for (const int plain : {1, 0, -1, 2}) offer(plain);
  if ((types & type::number) == 0) return;
  for (size_t i = 1; i < bounds.size(); ++i) {
    for (const double other : bounds) offer((bounds[i] + other) / 2);
    offer(bounds[i] + 0.5);
    offer(bounds[i] - 0.5);
  }
}

}  // namespace penstock::contract
