#include "contract/parameters/parameter.h"

#include <algorithm>
#include <array>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/grammar/string_token.hpp>
#include <boost/url/pct_string_view.hpp>
#include <cmath>

#include "base/number_text.h"
#include "contract/schema/price.h"
#include "contract/schema/steps.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::contract {

namespace {

// An object in one text has at most this many properties, like the query. Boost's hash of names can
// be attacked: see json/reader.cpp.
constexpr size_t kMembersMax = 500;

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

char separator_of(const Parameter& parameter) {
  switch (parameter.style) {
    case Style::label:
      return parameter.explode ? '.' : ',';
    case Style::matrix:
      return parameter.explode ? ';' : ',';
    case Style::space_delimited:
      return ' ';
    case Style::pipe_delimited:
      return '|';
    default:
      return ',';
  }
}

// Splits a text at its separators. A text without a separator is one part, even if it is empty.
class Splitter {
 public:
  Splitter(std::string_view text, char separator) : rest_(text), separator_(separator) {}

  // Returns the next part, or nothing after the last one.
  [[nodiscard]] std::optional<std::string_view> next() {
    if (done_) return std::nullopt;
    const size_t end = rest_.find(separator_);
    const std::string_view part = rest_.substr(0, end);
    done_ = end == std::string_view::npos;
    if (!done_) rest_.remove_prefix(end + 1);
    return part;
  }

 private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

std::string_view trimmed(std::string_view text, In in) {
  if (in != In::header) return text;
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Removes the prefix of the style: "." for a label, and ";name=" for a matrix, or ";" if the matrix
// has a name for each element. Returns nothing if the text does not start with it.
std::optional<std::string_view> without_prefix(const Parameter& parameter, std::string_view text) {
  if (parameter.style == Style::label) {
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  } else if (parameter.style == Style::matrix) {
    if (!text.starts_with(';')) return std::nullopt;
    text.remove_prefix(1);
    if (parameter.explode && parameter.shape.kind != Shape::Kind::scalar) return text;
    if (!text.starts_with(parameter.name)) return std::nullopt;
    text.remove_prefix(parameter.name.size());
    if (text.empty()) return text;
    if (!text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text;
}

std::optional<boost::json::value> array_of(const Parameter& parameter, std::string_view text,
                                           const boost::json::storage_ptr& storage, Steps& steps) {
  boost::json::array array(storage);
  Splitter parts(text, separator_of(parameter));
  while (const auto found = parts.next()) {
    std::string_view part = trimmed(*found, parameter.in);
    if (part.empty() && parameter.in == In::header) continue;  // RFC 9110 section 5.6.1.
    if (parameter.style == Style::matrix && parameter.explode) {
      if (!part.starts_with(parameter.name)) return std::nullopt;
      part.remove_prefix(parameter.name.size());
      if (!part.empty() && part.front() != '=') return std::nullopt;
      part.remove_prefix(part.empty() ? 0 : 1);
    }
    array.push_back(part_value(part, parameter.shape.element, storage, steps));
  }
  return boost::json::value(std::move(array));
}

std::optional<boost::json::value> object_of(const Parameter& parameter, std::string_view text,
                                            const boost::json::storage_ptr& storage, Steps& steps) {
  boost::json::object object(storage);
  Splitter parts(text, separator_of(parameter));
  while (const auto part = parts.next()) {
    if (object.size() == kMembersMax) return std::nullopt;
    std::string_view name = trimmed(*part, parameter.in);
    std::optional<std::string_view> value;
    if (!parameter.explode) {
      value = parts.next();
    } else if (const size_t equals = name.find('='); equals != std::string_view::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    if (!value) return std::nullopt;  // A name has no value.
    value = trimmed(*value, parameter.in);
    auto of_part = part_value(*value, parameter.shape.types_of(name), storage, steps);
    if (!object.emplace(name, std::move(of_part)).second) return std::nullopt;
  }
  return boost::json::value(std::move(object));
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

std::optional<boost::json::value> value_of(const Parameter& parameter, std::string_view text,
                                           const boost::json::storage_ptr& storage, Steps& steps) {
  const auto rest = without_prefix(parameter, text);
  if (!rest) return std::nullopt;
  text = *rest;
  switch (parameter.shape.kind) {
    case Shape::Kind::scalar:
      return scalar_of(text, parameter.shape.types, storage);
    case Shape::Kind::array:
      return array_of(parameter, text, storage, steps);
    case Shape::Kind::object:
      return object_of(parameter, text, storage, steps);
    case Shape::Kind::json:
      break;
  }
  auto read = json::Reader().read(text, storage);
  if (!read) return std::nullopt;
  return std::move(*read);
}

std::optional<boost::json::value> valid_value_of(const Parameter& parameter, std::string_view text,
                                                 Direction direction,
                                                 const boost::json::storage_ptr& storage,
                                                 Steps& steps) {
  auto value = value_of(parameter, text, storage, steps);
  const bool either = value && parameter.shape.kind == Shape::Kind::scalar && !value->is_string() &&
                      (parameter.shape.types & type::string) != 0;
  if (!either || is_valid(*parameter.schema, *value, direction, steps)) return value;
  // value_of() has found the prefix of the style.
  const std::string_view rest = *without_prefix(parameter, text);
  boost::json::value as_text(boost::json::string_view(rest), storage);
  return is_valid(*parameter.schema, as_text, direction, steps) ? std::optional(std::move(as_text))
                                                                : std::move(value);
}

std::string text_of(const Parameter& parameter, const boost::json::value& value) {
  if (parameter.shape.kind == Shape::Kind::json) return json::to_text(value);
  const auto scalar = [](const boost::json::value& one) {
    if (one.is_string()) return std::string(one.get_string());
    return json::to_text(one);
  };
  std::string text;
  if (const boost::json::array* array = value.if_array()) {
    for (const boost::json::value& one : *array) {
      text += (&one == array->begin() ? "" : ",") + scalar(one);
    }
  } else if (const boost::json::object* object = value.if_object()) {
    for (const boost::json::key_value_pair& entry : *object) {
      text += text.empty() ? "" : ",";
      text.append(entry.key()).append(parameter.explode ? "=" : ",").append(scalar(entry.value()));
    }
  } else {
    text = scalar(value);
  }
  return text;
}

bool decode_percent(std::string_view text, bool plus, std::string& out) {
  if (text.find_first_of(plus ? "%+" : "%") == std::string_view::npos) {
    out.assign(text);
    return true;
  }
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) return false;
  encoded->decode(boost::urls::encoding_opts(plus), boost::urls::string_token::assign_to(out));
  return true;
}

bool is_percent_encoded(std::string_view text) {
  return text.find('%') == std::string_view::npos || boost::urls::make_pct_string_view(text);
}

}  // namespace penstock::contract
