// Compares types, and the rules for strings and numbers.
#include <algorithm>
#include <cmath>

#include "base/number_text.h"
#include "contract/compare/inclusion.h"
#include "json/number.h"

namespace penstock::contract {
namespace {

using Value = std::optional<boost::json::value>;

std::string names_of(unsigned types) {
  if (types == type::any) return "any type";
  std::string names;
  const auto add = [&](unsigned bit, std::string_view name) {
    if ((types & bit) == 0) return;
    names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(type::null, "null");
  add(type::boolean, "boolean");
  if ((types & type::number) != 0) {
    add(type::number, "number");
  } else {
    add(type::integer, "integer");
  }
  add(type::string, "string");
  add(type::array, "array");
  add(type::object, "object");
  return names.empty() ? "no value" : names;
}

template <class Number>
std::string text_or_none(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : "none";
}

// A Range is the numbers of a domain, from `low` to `high`. A bound that is missing has no value.
struct Range {
  Value low, high;
  bool above = false;  // Whether `low` itself is excluded, and `high`.
  bool below = false;
};

void raise(Range& range, const Value& low, bool above) {
  if (!low) return;
  const auto order =
      range.low ? json::compare_numbers(*low, *range.low) : std::partial_ordering::greater;
  if (order > 0 || (order == 0 && above)) range.low = low, range.above = above;
}

void lower(Range& range, const Value& high, bool below) {
  if (!high) return;
  const auto order =
      range.high ? json::compare_numbers(*high, *range.high) : std::partial_ordering::less;
  if (order < 0 || (order == 0 && below)) range.high = high, range.below = below;
}

void narrow(Range& range, const NumberRules& rules) {
  raise(range, rules.minimum, false);
  raise(range, rules.above, true);
  lower(range, rules.maximum, false);
  lower(range, rules.below, true);
  if (rules.format != nullptr && rules.format->magnitude == 0) {
    raise(range, boost::json::value(rules.format->min), false);
    lower(range, boost::json::value(rules.format->max), false);
  }
}

Range range_of(const Domain& domain) {
  Range range;
  for (const Schema* schema : domain.all) {
    if (schema->number) narrow(range, *schema->number);
  }
  return range;
}

// Returns the bound of whole numbers that is the same as this bound of numbers, which is excluded
// itself if `open`. `step` is 1 for a lower bound and -1 for an upper one.
Value whole_bound(const Value& bound, bool open, double step) {
  constexpr double kExact = 4503599627370496;  // Below this, 2^52, a double has each whole number.
  const double number = bound->to_number<double>();
  if (std::abs(number) >= kExact) return bound;
  const double whole = step > 0 ? std::ceil(number) : std::floor(number);
  return boost::json::value(static_cast<int64_t>(whole + (open && whole == number ? step : 0)));
}

// Narrows a range to the whole numbers in it.
void make_whole(Range& range) {
  const auto narrow_bound = [](Value& bound, bool& open, double step) {
    if (!bound) return;
    const Value whole = whole_bound(bound, open, step);
    if (open && json::compare_numbers(*whole, *bound) != 0) open = false;
    bound = whole;
  };
  narrow_bound(range.low, range.above, 1);
  narrow_bound(range.high, range.below, -1);
}

std::string text_of(const Value& number) {
  return number ? json::number_text(*number) : "none";
}

// Returns whether the second format has all texts of the first one.
bool is_wider(std::string_view format, std::string_view wider) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"uri", "uri-reference"},
      {"uri", "iri"},
      {"uri", "iri-reference"},
      {"iri", "iri-reference"},
      {"uri-reference", "iri-reference"}};
  return std::find(std::begin(kPairs), std::end(kPairs), std::pair(format, wider)) !=
         std::end(kPairs);
}

// Returns the number that a rule writes.
Value number_of(const std::string& text) {
  if (const auto whole = base::whole_number<int64_t>(text)) return boost::json::value(*whole);
  const auto number = json::nearest_double(text);
  return number ? Value(*number) : std::nullopt;
}

}  // namespace

bool Inclusion::is_integral(const Domain& domain, unsigned types) {
  if ((types & type::number) == 0) return true;
  return std::any_of(domain.all.begin(), domain.all.end(), [](const Schema* schema) {
    if (!schema->number) return false;
    const NumberRules& rules = *schema->number;
    if (rules.format != nullptr && rules.format->magnitude == 0) return true;
    if (!rules.multiple) return false;
    const Value divisor = number_of(rules.multiple_text);
    return divisor && json::is_integer(*divisor);
  });
}

Inclusion::Verdict Inclusion::include_type(const Case& at) {
  const bool fits = (at.super.types & at.type) == at.type ||
                    ((at.super.types & at.type) == type::integer && is_integral(at.sub, at.type));
  if (fits) return Verdict::included;
  return differ(at, Verdict::excluded, "type", names_of(at.type), names_of(at.super.types));
}

Inclusion::Verdict Inclusion::include_string(const Case& at, const StringRules& rules) {
  uint64_t least = 0;
  std::optional<uint64_t> most;
  bool has_pattern = false;
  bool same_pattern = false;
  const Format* format = nullptr;
  bool fits_format = false;
  for (const Schema* schema : at.sub.all) {
    if (!schema->string) continue;
    const StringRules& own = *schema->string;
    least = std::max(least, own.min_length.value_or(0));
    if (own.max_length) most = std::min(most.value_or(UINT64_MAX), *own.max_length);
    if (own.pattern) {
      has_pattern = true;
      same_pattern |= rules.pattern && own.pattern->text() == rules.pattern->text();
    }
    if (own.format != nullptr) {
      format = own.format;
      fits_format |= rules.format != nullptr &&
                     (own.format == rules.format || is_wider(own.format->name, rules.format->name));
    }
  }
  // A pattern or a format of the domain may leave no text of that length.
  const Verdict of_length = has_pattern || format != nullptr ? Verdict::unknown : Verdict::excluded;
  Verdict worst = Verdict::included;
  if (rules.min_length.value_or(0) > least) {
    worst = std::max(worst, differ(at, of_length, "minLength", std::to_string(least),
                                   text_or_none(rules.min_length)));
  }
  if (rules.max_length && (!most || *most > *rules.max_length)) {
    worst = std::max(worst, differ(at, of_length, "maxLength", text_or_none(most),
                                   text_or_none(rules.max_length)));
  }
  if (rules.pattern && !same_pattern) {
    const bool is_new = !has_pattern && format == nullptr && (!most || *most > 0);
    worst = std::max(worst, differ(at, is_new ? Verdict::excluded : Verdict::unknown, "pattern",
                                   has_pattern ? "another" : "none", rules.pattern->text()));
  }
  if (rules.format != nullptr && !fits_format) {
    const bool breaks =
        !has_pattern && (format == nullptr || !rules.format->matches(format->sample));
    worst = std::max(worst, differ(at, breaks ? Verdict::excluded : Verdict::unknown, "format",
                                   format == nullptr ? "none" : std::string(format->name),
                                   std::string(rules.format->name)));
  }
  return worst;
}

Inclusion::Verdict Inclusion::include_number(const Case& at, const NumberRules& rules) {
  Range own = range_of(at.sub);
  const bool integral = is_integral(at.sub, at.type);
  if (integral) make_whole(own);
  const bool is_empty = own.low && own.high && json::compare_numbers(*own.low, *own.high) > 0;
  if (is_empty) return Verdict::included;
  Verdict worst = Verdict::included;
  const auto check_low = [&](const Value& low, bool above, std::string_view kind) {
    if (!low) return;
    const auto order =
        own.low ? json::compare_numbers(*own.low, *low) : std::partial_ordering::less;
    if (order > 0 || (order == 0 && (!above || own.above))) return;
    worst = std::max(worst, differ(at, Verdict::excluded, kind, text_of(own.low), text_of(low)));
  };
  const auto check_high = [&](const Value& high, bool below, std::string_view kind) {
    if (!high) return;
    const auto order =
        own.high ? json::compare_numbers(*own.high, *high) : std::partial_ordering::greater;
    if (order < 0 || (order == 0 && (!below || own.below))) return;
    worst = std::max(worst, differ(at, Verdict::excluded, kind, text_of(own.high), text_of(high)));
  };
  check_low(rules.minimum, false, "minimum");
  check_low(rules.above, true, "exclusiveMinimum");
  check_high(rules.maximum, false, "maximum");
  check_high(rules.below, true, "exclusiveMaximum");
  if (rules.multiple) {
    bool divides = integral && rules.multiple->divides(boost::json::value(1));
    std::string text = "none";
    for (const Schema* schema : at.sub.all) {
      if (!schema->number || !schema->number->multiple) continue;
      text = schema->number->multiple_text;
      const Value divisor = number_of(text);
      divides |= divisor && rules.multiple->divides(*divisor);
    }
    if (!divides) {
      worst =
          std::max(worst, differ(at, Verdict::excluded, "multipleOf", text, rules.multiple_text));
    }
  }
  if (rules.format == nullptr) return worst;
  bool fits = false;
  std::string text = "none";
  for (const Schema* schema : at.sub.all) {
    const NumberFormat* format = schema->number ? schema->number->format : nullptr;
    if (format == nullptr) continue;
    text = format->name;
    // Every whole number fits into the formats with a fraction, as their range is wider.
    fits |=
        format == rules.format ||
        (rules.format->magnitude > 0 ? format->magnitude <= rules.format->magnitude
                                     : format->magnitude == 0 && format->min >= rules.format->min &&
                                           format->max <= rules.format->max);
  }
  if (fits) return worst;
  const bool is_double = rules.format->name == "double";  // No number is beyond a double.
  const boost::json::value low = rules.format->magnitude > 0
                                     ? boost::json::value(-rules.format->magnitude)
                                     : boost::json::value(rules.format->min);
  const boost::json::value high = rules.format->magnitude > 0
                                      ? boost::json::value(rules.format->magnitude)
                                      : boost::json::value(rules.format->max);
  const bool whole = rules.format->magnitude > 0 || integral;
  if (is_double || (whole && own.low && own.high && json::compare_numbers(*own.low, low) > 0 &&
                    json::compare_numbers(*own.high, high) <= 0)) {
    return worst;
  }
  return std::max(worst,
                  differ(at, Verdict::excluded, "format", text, std::string(rules.format->name)));
}

}  // namespace penstock::contract
