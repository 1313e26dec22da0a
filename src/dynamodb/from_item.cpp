#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>

#include "base/printable_text.h"
#include "dynamodb/typed_item.h"
#include "dynamodb/value_json.h"
#include "dynamodb/write_once.h"
#include "typed/time_values.h"

namespace penstock::dynamodb {
namespace {

using base::Result;
using typed::Kind;

base::Error wrong(std::string_view sentence) {
  return {.code = base::ErrorCode::invalid, .message = std::string(sentence)};
}
// Puts the name of the attribute, in which something is wrong, before the message.
base::Error within(std::string_view name, base::Error error) {
  error.message = "in \"" + base::printable(name, 80) + "\": " + error.message;
  return error;
}

template <class T>
T& as(void* object) {
  return *static_cast<T*>(object);
}

// Returns the double that to_value() has made the value of.
std::optional<double> to_double(const Value& value) {
  if (const auto* number = value.as<Number>()) return number->to_double();
  const auto* text = value.as<std::string>();
  if (text == nullptr) return std::nullopt;
  double read = 0;
  const char* const end = text->data() + text->size();
  const auto [at, error] = std::from_chars(text->data(), end, read);
  if (error != std::errc() || at != end || Number::of_double(read)) return std::nullopt;
  return read;
}

Result<boost::json::value> to_json(const Value& value) {
  if (const auto* text = value.as<std::string>()) {
    return boost::json::value(std::string_view(*text));
  }
  if (const auto* boolean = value.as<bool>()) return boost::json::value(*boolean);
  if (const auto* number = value.as<Number>()) {
    if (const auto whole = number->to_int64()) return boost::json::value(*whole);
    uint64_t large = 0;
    const std::string& digits = number->text();
    const char* const end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, large);
    if (error == std::errc() && at == end) return boost::json::value(large);
    return boost::json::value(number->to_double());
  }
  if (const auto* list = value.as<List>()) {
    boost::json::array array;
    for (const Value& one : *list) {
      auto element = to_json(one);
      if (!element) return element.error();
      array.push_back(std::move(*element));
    }
    return boost::json::value(std::move(array));
  }
  if (const auto* map = value.as<Map>()) {
    boost::json::object object;
    for (const auto& [name, one] : *map) {
      auto member = to_json(one);
      if (!member) return within(name, member.error());
      object.emplace(name, std::move(*member));
    }
    return boost::json::value(std::move(object));
  }
  if (value.as<Null>() != nullptr) return boost::json::value(nullptr);
  return wrong("bytes and sets are not JSON");
}

Result<> fill_number(const typed::Type& type, const Value& value, void* object) {
  if (type.kind == Kind::number) {
    const auto number = to_double(value);
    if (!number) return wrong("it is not a number");
    as<double>(object) = *number;
    return {};
  }
  const auto* number = value.as<Number>();
  const auto whole = number == nullptr ? std::nullopt : number->to_int64();
  if (!whole) return wrong("it is not a whole number that fits into 64 bits");
  if (type.kind == Kind::int64) {
    as<int64_t>(object) = *whole;
    return {};
  }
  using Limits = std::numeric_limits<int32_t>;
  if (*whole < Limits::min() || *whole > Limits::max()) {
    return wrong("it is not a whole number that fits into 32 bits");
  }
  as<int32_t>(object) = static_cast<int32_t>(*whole);
  return {};
}

Result<> fill_text(const typed::Type& type, const Value& value, void* object) {
  const auto* text = value.as<std::string>();
  if (text == nullptr) return wrong("it is not a text");
  if (type.kind == Kind::text) {
    as<std::string>(object) = *text;
    return {};
  }
  if (type.kind == Kind::date) {
    const auto date = typed::read_date(*text);
    if (!date) return wrong("it is not a date, as in 2026-01-31");
    as<typed::Date>(object) = *date;
    return {};
  }
  if (type.kind == Kind::date_time) {
    const auto time = typed::read_date_time(*text);
    if (!time) return wrong("it is not a time from 1677-09-21 to 2262-04-11");
    as<typed::DateTime>(object) = *time;
    return {};
  }
  for (size_t i = 0; i < type.texts.size(); ++i) {
    if (type.texts[i] != *text) continue;
    const int enumerator = static_cast<int>(i);
    std::memcpy(object, &enumerator, sizeof enumerator);
    return {};
  }
  return wrong("it is none of the texts that this program knows");
}

Result<> append(const typed::ListTable& list, const Value& value, void* object) {
  if (list.append != nullptr) return from_value(list.element(), value, list.append(object));
  const bool* element = value.as<bool>();
  if (element == nullptr) return wrong("it is not true or false");
  list.append_bool(object, *element);
  return {};
}

template <class Elements>
Result<> fill_list(const typed::ListTable& list, const Elements& elements, void* object) {
  for (const auto& element : elements) {
    if (auto done = append(list, Value(element), object); !done) return done;
  }
  return {};
}
Result<> fill_list(const typed::ListTable& list, const Value& value, void* object) {
  if (const auto* elements = value.as<List>()) {
    for (const Value& element : *elements) {
      if (auto done = append(list, element, object); !done) return done;
    }
    return {};
  }
  if (const auto* set = value.as<StringSet>()) return fill_list(list, set->elements, object);
  if (const auto* set = value.as<NumberSet>()) return fill_list(list, set->elements, object);
  return wrong("it is not a list");
}

Result<> fill_map(const typed::MapTable& table, const Map& map, void* object) {
  for (const auto& [name, value] : map) {
    void* element = table.add(object, name);
    if (element == nullptr) continue;  // A map has each name once.
    if (auto done = from_value(table.element(), value, element); !done) {
      return within(name, done.error());
    }
  }
  return {};
}

Result<> fill_record(const typed::RecordTable& table, const Map& map, void* object) {
  for (const typed::Member& member : table.members) {
    const Value* value = find(map, member.name);
    if (value == nullptr) {
      if (member.may_be_absent) continue;
      return wrong("\"" + std::string(member.name) + "\" is missing");
    }
    const typed::Type* type = &member.type();
    void* place = member.of(object);
    if (member.may_be_absent) {
      place = type->holder->emplace(place);
      type = &type->holder->held();
    }
    if (auto done = from_value(*type, *value, place); !done) {
      return within(member.name, done.error());
    }
  }
  if (table.rest == nullptr) return {};
  const typed::MapTable& rest = *table.rest->type().map;
  for (const auto& [name, value] : map) {
    bool is_member = name.starts_with(kOwnPrefix);
    for (const typed::Member& member : table.members) is_member = is_member || member.name == name;
    void* element = is_member ? nullptr : rest.add(table.rest->of(object), name);
    if (element == nullptr) continue;
    if (auto done = from_value(rest.element(), value, element); !done) {
      return within(name, done.error());
    }
  }
  return {};
}

Result<> fill_variant(const typed::VariantTable& table, const Map& map, const Value& value,
                      void* object) {
  const auto* name = find<std::string>(map, table.property);
  for (const typed::Alternative& one : table.names) {
    if (name == nullptr || one.name != *name) continue;
    return from_value(table.types[one.index](), value, table.emplace(object, one.index));
  }
  return wrong("\"" + std::string(table.property) +
               "\" is not the name of an alternative that this program knows");
}

}  // namespace

Result<> from_value(const typed::Type& type, const Value& value, void* object) {
  switch (type.kind) {
    case Kind::boolean: {
      const bool* held = value.as<bool>();
      if (held == nullptr) return wrong("it is not true or false");
      as<bool>(object) = *held;
      return {};
    }
    case Kind::int32:
    case Kind::int64:
    case Kind::number:
      return fill_number(type, value, object);
    case Kind::text:
    case Kind::date:
    case Kind::date_time:
    case Kind::enumeration:
      return fill_text(type, value, object);
    case Kind::value: {
      auto json = to_json(value);
      if (!json) return json.error();
      as<boost::json::value>(object) = std::move(*json);
      return {};
    }
    case Kind::list:
      return fill_list(*type.list, value, object);
    case Kind::map:
    case Kind::record:
    case Kind::variant: {
      const Map* map = value.as<Map>();
      if (map == nullptr) return wrong("it is not a map");
      if (type.kind == Kind::map) return fill_map(*type.map, *map, object);
      if (type.kind == Kind::record) return fill_record(*type.record, *map, object);
      return fill_variant(*type.variant, *map, value, object);
    }
    case Kind::optional:
    case Kind::box:
      break;
  }
  // Null is an empty holder, except where it is JSON itself.
  const typed::Type& held = type.holder->held();
  if (value.as<Null>() != nullptr && held.kind != Kind::value) return {};
  return from_value(held, value, type.holder->emplace(object));
}

}  // namespace penstock::dynamodb
