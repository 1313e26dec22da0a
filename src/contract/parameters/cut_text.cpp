#include "contract/parameters/cut_text.h"

#include "contract/parameters/percent.h"

namespace penstock::contract {

namespace {

// An object in one text has at most this many properties, like the query. Boost's hash of names can
// be attacked: see json/reader.cpp.
constexpr size_t kMembersMax = 500;

std::string_view trimmed(std::string_view text, In in) {
  if (in != In::header) return text;
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Returns the length of the separator that `text` begins with, or 0.
size_t separator_size(std::string_view text, const Separator& separator) {
  if (text[0] == separator.character || (separator.is_plus && text[0] == '+')) return 1;
  if (separator.encoded.empty() || text[0] != '%' || text.size() < 3) return 0;
  return text[1] == separator.encoded[0] && (text[2] | 0x20) == (separator.encoded[1] | 0x20) ? 3
                                                                                              : 0;
}

}  // namespace

Separator separator_of(const Parameter& parameter, Escapes escapes) {
  const bool is_escaped = escapes != Escapes::none;
  switch (parameter.style) {
    case Style::label:
      return {parameter.explode ? '.' : ','};
    case Style::matrix:
      return {parameter.explode ? ';' : ','};
    case Style::space_delimited:
      return {' ', is_escaped ? "20" : "", escapes == Escapes::form};
    case Style::pipe_delimited:
      return {'|', is_escaped ? "7c" : ""};
    default:
      return {','};
  }
}

std::optional<std::string_view> CutText::next(std::optional<std::string_view>& rest) const {
  if (!rest) return std::nullopt;
  const std::string_view text = *rest;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t size = separator_size(text.substr(i), separator_);
    if (size == 0) continue;
    rest = text.substr(i + size);
    return text.substr(0, i);
  }
  rest.reset();
  return text;
}

std::optional<std::string_view> CutText::decoded(std::string_view part) {
  if (escapes_ == Escapes::none) return part;
  if (!decode_percent(part, escapes_ == Escapes::form, buffer_)) return std::nullopt;
  return buffer_;
}

bool CutText::remove_name(std::string_view& text) {
  const size_t equals = text.find('=');
  const auto name = decoded(text.substr(0, equals));
  if (name != parameter_.name) return false;
  text.remove_prefix(equals == std::string_view::npos ? text.size() : equals + 1);
  return true;
}

// The prefix is "." for a label, and ";name=" for a matrix, or ";" if the matrix has a name for
// each element.
bool CutText::remove_prefix(std::string_view& text) {
  if (parameter_.style != Style::label && parameter_.style != Style::matrix) return true;
  if (!text.starts_with(parameter_.style == Style::label ? '.' : ';')) return false;
  text.remove_prefix(1);
  if (parameter_.style == Style::label) return true;
  const Shape& shape = parameter_.shape;
  const bool has_other_names =
      shape.kind == Shape::Kind::object || (shape.kind == Shape::Kind::array && shape.types == 0);
  return (parameter_.explode && has_other_names) || remove_name(text);
}

std::optional<boost::json::value> CutText::scalar(std::string_view text) {
  const auto decoded_text = decoded(text);
  if (!decoded_text) return std::nullopt;
  return scalar_value_of(parameter_, *decoded_text, direction_, storage_, steps_);
}

// Where the schema allows a scalar beside an array or object, a text without a separator is a
// scalar if that is valid, and one with a separator only if nothing else is.
std::optional<boost::json::value> CutText::read(std::string_view text) {
  if (!remove_prefix(text)) return std::nullopt;
  const Shape& shape = parameter_.shape;
  if (shape.kind == Shape::Kind::scalar) return scalar(text);
  const auto accepts = [&](const std::optional<boost::json::value>& value) {
    return value && is_valid(*parameter_.schema, *value, direction_, steps_);
  };
  const auto list = [&] { return shape.kind == Shape::Kind::array ? array(text) : object(text); };
  if (shape.types == 0) return list();
  std::optional<std::string_view> rest = text;
  static_cast<void>(next(rest));
  auto as_scalar = scalar(text);
  const bool is_scalar = accepts(as_scalar);
  if (!rest && is_scalar) return as_scalar;
  auto as_list = list();
  if (accepts(as_list)) return as_list;
  return is_scalar || !as_list ? std::move(as_scalar) : std::move(as_list);
}

std::optional<boost::json::value> CutText::array(std::string_view text) {
  boost::json::array array(storage_);
  std::optional<std::string_view> rest = text;
  bool is_first = true;
  while (const auto found = next(rest)) {
    std::string_view part = trimmed(*found, parameter_.in);
    if (part.empty() && parameter_.in == In::header) continue;  // RFC 9110 section 5.6.1.
    // remove_prefix() has removed the first name where the text may be a scalar.
    const bool is_named = parameter_.style == Style::matrix && parameter_.explode &&
                          !(is_first && parameter_.shape.types != 0);
    is_first = false;
    if (is_named && !remove_name(part)) return std::nullopt;
    const auto element = decoded(part);
    if (!element) return std::nullopt;
    array.push_back(part_value(*element, parameter_.shape.element, storage_, steps_));
  }
  return boost::json::value(std::move(array));
}

std::optional<boost::json::value> CutText::object(std::string_view text) {
  boost::json::object object(storage_);
  std::string name_buffer;
  std::optional<std::string_view> rest = text;
  while (const auto part = next(rest)) {
    if (object.size() == kMembersMax) return std::nullopt;
    std::string_view name = trimmed(*part, parameter_.in);
    std::optional<std::string_view> value;
    if (!parameter_.explode) {
      value = next(rest);
    } else if (const size_t equals = name.find('='); equals != std::string_view::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    if (!value) return std::nullopt;  // A name has no value.
    const auto decoded_name = decoded(name);
    if (!decoded_name) return std::nullopt;
    name_buffer.assign(*decoded_name);
    const auto decoded_value = decoded(trimmed(*value, parameter_.in));
    if (!decoded_value) return std::nullopt;
    auto of_part =
        part_value(*decoded_value, parameter_.shape.types_of(name_buffer), storage_, steps_);
    if (!object.emplace(name_buffer, std::move(of_part)).second) return std::nullopt;
  }
  return boost::json::value(std::move(object));
}

}  // namespace penstock::contract
