#include "contract/schema.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

namespace penstock::contract {

namespace json = boost::json;

namespace {

// Where a value stands within its document; the pointer's text is only made when there is something to
// report.
struct Place {
  const Place* parent = nullptr;
  std::string_view name = {};
  size_t index = 0;

  void append_to(std::string& pointer) const {
    if (parent == nullptr) {
      pointer += name;  // A parameter's name; empty for a body.
      return;
    }
    parent->append_to(pointer);
    pointer += '/';
    if (name.data() == nullptr) {
      pointer += std::to_string(index);
      return;
    }
    for (const char c : name) {  // RFC 6901 section 3
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer += c;
      }
    }
  }
};

class Validation {
 public:
  Validation(std::string_view in, Violations& violations) : in_(in), violations_(violations) {}

  void value(const Schema& schema, const json::value& value, const Place& place);
  void text(const Schema& schema, std::string_view text, const Place& place);
  void number(const Schema& schema, double number, const Place& place);
  void report(const Place& place, std::string_view keyword, std::string message);

 private:
  void object(const Schema& schema, const json::object& object, const Place& place);
  void array(const Schema& schema, const json::array& array, const Place& place);

  std::string_view in_;
  Violations& violations_;
};

void Validation::report(const Place& place, std::string_view keyword, std::string message) {
  if (violations_.size() >= kViolationsMax) return;
  Violation& violation = violations_.emplace_back();
  violation.in = in_;
  place.append_to(violation.where);
  violation.keyword = keyword;
  violation.message = std::move(message);
}

std::string count(uint64_t number, std::string_view one) {
  return std::to_string(number) + ' ' + std::string(one) + (number == 1 ? "" : "s");
}

// Code points, not bytes (JSON Schema Validation section 6.3).
uint64_t code_points(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string number_text(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

bool is_integer(const json::value& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::trunc(value.get_double()) == value.get_double();  // 1.0 is an integer.
}

bool has_type(const json::value& value, Schema::Type type) {
  switch (type) {
    case Schema::any:
      return true;
    case Schema::string:
      return value.is_string();
    case Schema::integer:
      return is_integer(value);
    case Schema::number:
      return value.is_number();
    case Schema::boolean:
      return value.is_bool();
    case Schema::object:
      return value.is_object();
    case Schema::array:
      return value.is_array();
  }
  return false;
}

std::string_view type_name(Schema::Type type) {
  switch (type) {
    case Schema::any:
      return "a value";
    case Schema::string:
      return "a string";
    case Schema::integer:
      return "a whole number";
    case Schema::number:
      return "a number";
    case Schema::boolean:
      return "true or false";
    case Schema::object:
      return "an object";
    case Schema::array:
      return "an array";
  }
  return "a value";
}

void Validation::text(const Schema& schema, std::string_view text, const Place& place) {
  if (schema.min_length || schema.max_length) {
    const uint64_t length = code_points(text);
    if (schema.min_length && length < *schema.min_length) {
      report(place, "minLength", "must have at least " + count(*schema.min_length, "character"));
    }
    if (schema.max_length && length > *schema.max_length) {
      report(place, "maxLength", "must have at most " + count(*schema.max_length, "character"));
    }
  }
  if (schema.pattern &&
      !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *schema.pattern)) {
    report(place, "pattern", "must match " + schema.pattern_text);
  }
}

void Validation::number(const Schema& schema, double number, const Place& place) {
  if (schema.minimum && number < *schema.minimum) {
    report(place, "minimum", "must be at least " + number_text(*schema.minimum));
  }
  if (schema.maximum && number > *schema.maximum) {
    report(place, "maximum", "must be at most " + number_text(*schema.maximum));
  }
}

void Validation::object(const Schema& schema, const json::object& object, const Place& place) {
  for (const Schema::Property& property : schema.properties) {
    const json::value* member = object.if_contains(property.name);
    if (member == nullptr) {
      if (property.required) report(Place{&place, property.name}, "required", "is missing");
    } else if (property.schema) {
      value(*property.schema, *member, Place{&place, property.name});
    }
  }
  if (schema.additional_properties) return;
  for (const json::key_value_pair& member : object) {
    const bool declared = std::any_of(
        schema.properties.begin(), schema.properties.end(), [&](const Schema::Property& property) {
          return property.schema && property.name == std::string_view(member.key());
        });
    if (!declared)
      report(Place{&place, member.key()}, "additionalProperties", "is not a property of this object");
  }
}

void Validation::array(const Schema& schema, const json::array& array, const Place& place) {
  if (schema.min_items && array.size() < *schema.min_items) {
    report(place, "minItems", "must have at least " + count(*schema.min_items, "element"));
  }
  if (schema.max_items && array.size() > *schema.max_items) {
    report(place, "maxItems", "must have at most " + count(*schema.max_items, "element"));
  }
  if (!schema.items) return;
  for (size_t i = 0; i < array.size() && violations_.size() < kViolationsMax; ++i) {
    value(*schema.items, array[i], Place{&place, {}, i});
  }
}

void Validation::value(const Schema& schema, const json::value& value, const Place& place) {
  if (value.is_null() && schema.nullable) return;
  if (!has_type(value, schema.type)) {
    return report(place, "type", "must be " + std::string(type_name(schema.type)));
  }
  if (!schema.enumeration.empty() &&
      std::find(schema.enumeration.begin(), schema.enumeration.end(), value) == schema.enumeration.end()) {
    report(place, "enum", "must be one of the " + count(schema.enumeration.size(), "listed value"));
  }
  if (value.is_string()) {
    text(schema, value.get_string(), place);
  } else if (value.is_number()) {
    number(schema, value.to_number<double>(), place);
  } else if (value.is_object()) {
    object(schema, value.get_object(), place);
  } else if (value.is_array()) {
    array(schema, value.get_array(), place);
  }
}

}  // namespace

void Schema::validate(const json::value& value, std::string_view in, Violations& violations) const {
  Validation(in, violations).value(*this, value, Place{});
}

void Schema::validate_text(std::string_view text, std::string_view in, std::string_view name,
                           Violations& violations) const {
  Validation validation(in, violations);
  const Place place{nullptr, name};
  if (type == string || type == any) {
    if (enumeration.empty()) return validation.text(*this, text, place);
    return validation.value(*this, json::string(text), place);
  }
  // A number or boolean is written in a parameter as in JSON.
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text), error);
  if (error || value.is_structured() || value.is_string() || value.is_null()) {
    return validation.report(place, "type", "must be " + std::string(type_name(type)));
  }
  validation.value(*this, value, place);
}

}  // namespace penstock::contract
