#include "contract/parameters/parameter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number_text.h"
#include "contract/parameters/cut_text.h"
#include "contract/parameters/percent.h"
#include "contract/schema/price.h"
#include "contract/schema/steps.h"
#include "json/number.h"
#include "json/reader.h"

namespace penstock::contract {

namespace {

// Removes the digits at the front, and returns whether there were any.
bool take_digits(std::string_view& text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

// Returns whether the text is a number by the grammar of JSON (RFC 8259 section 6).
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0') && text.size() > 1 && text[1] >= '0' && text[1] <= '9') return false;
  if (!take_digits(text)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

std::optional<boost::json::value> number_of(std::string_view text, bool whole) {
  if (!is_number(text)) return std::nullopt;
  if (const auto number = base::signed_number<int64_t>(text)) return boost::json::value(*number);
  if (const auto number = base::whole_number<uint64_t>(text)) return boost::json::value(*number);
  const auto nearest = json::nearest_double(text);
  if (!nearest) return std::nullopt;
  const double number = *nearest;
  // 1.0 is a whole number, and becomes an int64, so that handlers need not care how it was written.
  if (whole && std::trunc(number) == number && std::abs(number) < 9e18) {
    return boost::json::value(static_cast<int64_t>(number));
  }
  return boost::json::value(number);
}

}  // namespace

std::string_view name_of(In in) {
  static constexpr std::array<std::string_view, 4> kNames{"path", "query", "header", "cookie"};
  return kNames[static_cast<size_t>(in)];
}

std::optional<boost::json::value> scalar_of(std::string_view text, Types types,
                                            const boost::json::storage_ptr& storage) {
  if ((types & (type::number | type::integer)) != 0) {
    if (auto number = number_of(text, (types & type::number) == 0)) return number;
  }
  if ((types & type::boolean) != 0 && (text == "true" || text == "false")) {
    return boost::json::value(text == "true");
  }
  if ((types & type::string) != 0) {
    return boost::json::value(boost::json::string_view(text), storage);
  }
  if ((types & type::null) != 0 && text == "null") return boost::json::value(nullptr);
  return std::nullopt;
}

boost::json::value part_value(std::string_view text, const PartTypes& part,
                              const boost::json::storage_ptr& storage, Steps& steps) {
  // If there are not enough steps, the validation of the whole parameter says so.
  static_cast<void>(steps.take(price::kAllocation + text.size()));
  auto value = scalar_of(text, part.types, storage);
  const boost::json::string_view as_text(text);
  if (!value) return boost::json::value(as_text, storage);
  if (value->is_string() || (part.types & type::string) == 0) return std::move(*value);
  // If both are allowed, "5" is only a number if it is valid as one.
  const auto accepts = [&](const Schema* schema) {
    return is_valid(*schema, *value, Direction::request, steps);
  };
  const bool accepted =
      part.schemas.empty() ||
      (part.all_must_agree ? std::all_of(part.schemas.begin(), part.schemas.end(), accepts)
                           : std::any_of(part.schemas.begin(), part.schemas.end(), accepts));
  return accepted ? std::move(*value) : boost::json::value(as_text, storage);
}

std::optional<boost::json::value> scalar_value_of(const Parameter& parameter, std::string_view text,
                                                  Direction direction,
                                                  const boost::json::storage_ptr& storage,
                                                  Steps& steps) {
  if (parameter.shape.kind == Shape::Kind::json) {
    auto read = json::Reader().read(text, storage);
    if (!read) return std::nullopt;
    return std::move(*read);
  }
  auto value = scalar_of(text, parameter.shape.types, storage);
  const bool either = value && !value->is_string() && (parameter.shape.types & type::string) != 0;
  if (!either || is_valid(*parameter.schema, *value, direction, steps)) return value;
  boost::json::value as_text(boost::json::string_view(text), storage);
  return is_valid(*parameter.schema, as_text, direction, steps) ? std::optional(std::move(as_text))
                                                                : std::move(value);
}

std::optional<boost::json::value> value_of(const Parameter& parameter, std::string_view text,
                                           Direction direction,
                                           const boost::json::storage_ptr& storage, Steps& steps) {
  const bool is_cut = parameter.reading == Reading::cut;
  std::string decoded;
  Escapes escapes = parameter.escapes;
  if (escapes != Escapes::none && (!is_cut || parameter.separators_encoded)) {
    if (!decode_percent(text, escapes == Escapes::form, decoded)) return std::nullopt;
    text = decoded;
    escapes = Escapes::none;
  }
  return is_cut ? CutText(parameter, escapes, direction, storage, steps).read(text)
                : scalar_value_of(parameter, text, direction, storage, steps);
}

}  // namespace penstock::contract
