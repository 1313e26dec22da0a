#include "contract/samples/scalar_samples.h"

#include <algorithm>
#include <cmath>

#include "contract/samples/pattern_sample.h"
#include "contract/schema/schema.h"
#include "contract/schema/steps.h"
#include "json/number.h"

namespace penstock::contract {

namespace {

using Schemas = std::vector<const Schema*>;

constexpr uint64_t kTextMax = 10'000;
// Looking for a text for a pattern takes so many steps.
constexpr uint64_t kPatternSteps = 20'000;

// These have common formats, and are shorter than the formats' own samples.
constexpr std::string_view kShortTexts[] = {
    "a@b.co", "a:b", "a.b", "/", "a", "::", "P1D", "", "0", "AAAA", "1/a", "1.1.1.1"};

struct Lengths {
  uint64_t min = 0;
  uint64_t max = kTextMax;
};

void offer_whole(double number, const Offer& offer) {
  if (std::trunc(number) == number && std::abs(number) < 9e15) offer(static_cast<int64_t>(number));
}

boost::json::string_view json_text(std::string_view text) {
  return {text.data(), text.size()};
}

// Offers texts of a format: its sample, the sample made longer, and short texts.
void offer_of_format(const Format& format, const Lengths& lengths, unsigned variant,
                     const Offer& offer) {
  const std::string_view sample = format.sample;
  if (variant == 0) offer(json_text(sample));
  const uint64_t least = std::max<uint64_t>(lengths.min, sample.size() + (variant > 0 ? 3 : 0));
  if (least > sample.size() && least <= lengths.max) {
    // Letters are put between its characters. In some places they have an effect on the format, and
    // in others they do not.
    std::string more(least - sample.size(), 'a');
    const std::string digits = std::to_string(variant);
    if (variant > 0 && digits.size() <= more.size()) more.replace(0, digits.size(), digits);
    for (size_t i = sample.size() + 1; i-- > 0;) {
      const std::string longer =
          std::string(sample.substr(0, i)) + more + std::string(sample.substr(i));
      if (format.matches(longer)) offer(json_text(longer));
    }
  }
  if (variant > 0) {  // Another digit at the end of a number, for dates, UUIDs and addresses.
    std::string other(sample);
    for (size_t i = other.size(), left = variant; i-- > 0 && left > 0;) {
      if (other[i] < '0' || other[i] > '9') continue;
      const std::string before = other;
      other[i] = static_cast<char>('0' + left % 10);
      left /= 10;
      if (!format.matches(other)) other = before;
    }
    offer(json_text(other));
  }
  for (const std::string_view text : kShortTexts) {
    if (text.size() <= lengths.max && format.matches(text)) offer(json_text(text));
  }
  if (variant > 0) offer(json_text(sample));
}

}  // namespace

void offer_texts(const Schemas& schemas, unsigned variant, Steps& steps, const Offer& offer) {
  Lengths lengths;
  for (const Schema* schema : schemas) {
    if (!schema->string) continue;
    lengths.min = std::max(lengths.min, schema->string->min_length.value_or(0));
    lengths.max = std::min(lengths.max, schema->string->max_length.value_or(lengths.max));
  }
  for (const Schema* schema : schemas) {
    if (!schema->string) continue;
    if (schema->string->format != nullptr) {
      if (!steps.take(kPatternSteps)) return;
      offer_of_format(*schema->string->format, lengths, variant, offer);
    }
    if (schema->string->pattern) {
      if (!steps.take(kPatternSteps)) return;
      // An empty text reads badly, and cannot stand in a path.
      for (const uint64_t min : {std::max<uint64_t>(lengths.min, 1), lengths.min}) {
        if (auto found = sample_of(*schema->string->pattern, min, lengths.max, variant)) {
          offer(json_text(*found));
          break;
        }
      }
    }
  }
  if (lengths.min > kTextMax) return;
  std::string text;
  while (text.size() < std::clamp<uint64_t>(4, std::min(lengths.min, lengths.max), lengths.max)) {
    text += "text"[text.size() % 4];
  }
  if (variant > 0) {
    const std::string digits = std::to_string(variant);
    if (digits.size() <= text.size() && text.size() + digits.size() > lengths.max) {
      text.replace(text.size() - digits.size(), digits.size(), digits);
    } else {
      text += digits;
    }
  }
  offer(json_text(text));
  for (const std::string_view other :
       {"", "a", "1", "true", "2026-01-31", "https://example.com/a"}) {
    offer(json_text(other));
  }
}

void offer_numbers(const Schemas& schemas, unsigned types, unsigned variant, const Offer& offer) {
  std::vector<double> bounds{1};
  std::vector<double> multiples;
  std::vector<boost::json::value> limits;
  for (const Schema* schema : schemas) {
    if (!schema->number) continue;
    const NumberRules& rules = *schema->number;
    for (const auto* limit : {&rules.minimum, &rules.above, &rules.maximum, &rules.below}) {
      if (!*limit) continue;
      limits.push_back(**limit);
      bounds.push_back((*limit)->to_number<double>());
    }
    if (rules.multiple) multiples.push_back(json::nearest_double(rules.multiple_text).value_or(1));
  }
  if (variant > 0) {
    const auto number = static_cast<int64_t>(variant);
    for (const double bound : bounds) {
      offer_whole(std::floor(bound) + static_cast<double>(number), offer);
      offer_whole(std::ceil(bound) - static_cast<double>(number), offer);
      if ((types & type::number) != 0) {
        offer(bound + 1.0 / static_cast<double>(number + 1));
        offer(bound - 1.0 / static_cast<double>(number + 1));
      }
    }
  }
  for (const boost::json::value& limit : limits) {
    offer(limit);  // The exact limit, because a double is not exact beyond 2^53.
    if (const int64_t* whole = limit.if_int64()) {
      if (*whole < INT64_MAX) offer(*whole + 1);
      if (*whole > INT64_MIN) offer(*whole - 1);
    }
  }
  for (const double bound : bounds) {
    offer_whole(std::ceil(bound), offer);
    offer_whole(std::floor(bound), offer);
    for (const double step : multiples) {
      for (const double times : {std::floor(bound / step), std::ceil(bound / step),
                                 std::floor(bound / step) + 1, std::ceil(bound / step) - 1}) {
        const double multiple = (times + static_cast<double>(variant)) * step;
        offer_whole(multiple, offer);
        // Rounding to 12 characters turns 0.30000000000000004 into 0.3.
        const auto rounded = json::nearest_double(json::number_text(multiple).substr(0, 12));
        if (rounded) offer(*rounded);
      }
    }
  }
  for (const int plain : {1, 0, -1, 2}) offer(plain);
  if ((types & type::number) == 0) return;
  for (size_t i = 0; i < bounds.size(); ++i) {
    for (const double other : bounds) offer((bounds[i] + other) / 2);
    offer(bounds[i] + 0.5);
    offer(bounds[i] - 0.5);
  }
}

}  // namespace penstock::contract
