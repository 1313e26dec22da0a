#include "typed/from_value.h"

#include <cmath>
#include <cstring>
#include <string>

#include "contract/schema/price.h"
#include "typed/time_values.h"

namespace penstock::typed {
namespace {

constexpr std::string_view kNoInt32 = "must be a whole number that fits into 32 bits";
constexpr std::string_view kNoInt64 = "must be a whole number that fits into 64 bits";
constexpr std::string_view kNoTime = "must be a time from 1677-09-21 to 2262-04-11";

template <class T>
T& as(void* object) {
  return *static_cast<T*>(object);
}

// Fills one object and what is in it.
class Filling {
 public:
  Filling(std::string_view in, contract::Violations& violations, contract::Steps& steps)
      : in_(in), violations_(violations), steps_(steps) {}

  bool fill(const Type& type, const boost::json::value& value, void* object,
            const contract::Location& at);
  bool fill_text(const Type& type, std::string_view text, void* object,
                 const contract::Location& at);

 private:
  bool refuse(const contract::Location& at, std::string_view keyword, std::string_view message) {
    if (violations_.size() >= contract::kViolationsMax) return false;
    contract::Violation& violation = violations_.emplace_back();
    violation.in = in_;
    at.append_to(violation.where);
    violation.keyword = keyword;
    violation.message = message;
    return false;
  }
  bool fill_number(const Type& type, const boost::json::value& value, void* object,
                   const contract::Location& at);
  bool fill_list(const ListTable& list, const boost::json::array& array, void* object,
                 const contract::Location& at);
  bool fill_map(const MapTable& map, const boost::json::object& from, void* object,
                const contract::Location& at);
  bool fill_record(const RecordTable& table, const boost::json::object& from, void* object,
                   const contract::Location& at);
  bool fill_variant(const VariantTable& table, const boost::json::object& from,
                    const boost::json::value& value, void* object, const contract::Location& at);

  // Pays for a new object.
  bool pay(const Type& made) { return steps_.take(made.size / contract::price::kStructBytes); }

  std::string_view in_;
  contract::Violations& violations_;
  contract::Steps& steps_;
};

bool Filling::fill(const Type& type, const boost::json::value& value, void* object,
                   const contract::Location& at) {
  switch (type.kind) {
    case Kind::optional:
      if (value.is_null() && type.holder->held().kind != Kind::value) return true;
      return fill(type.holder->held(), value, type.holder->emplace(object), at);
    case Kind::box:
      return pay(type.holder->held()) &&
             fill(type.holder->held(), value, type.holder->emplace(object), at);
    case Kind::value:
      as<boost::json::value>(object) = boost::json::value(value, boost::json::storage_ptr());
      return true;
    case Kind::boolean:
      if (!value.is_bool()) return refuse(at, "type", "must be true or false");
      as<bool>(object) = value.get_bool();
      return true;
    case Kind::int32:
    case Kind::int64:
    case Kind::number:
      return fill_number(type, value, object, at);
    case Kind::list:
      if (!value.is_array()) return refuse(at, "type", "must be an array");
      return fill_list(*type.list, value.get_array(), object, at);
    case Kind::map:
    case Kind::record:
    case Kind::variant:
      if (!value.is_object()) return refuse(at, "type", "must be an object");
      if (type.kind == Kind::map) return fill_map(*type.map, value.get_object(), object, at);
      return type.kind == Kind::record
                 ? fill_record(*type.record, value.get_object(), object, at)
                 : fill_variant(*type.variant, value.get_object(), value, object, at);
    default:
      if (!value.is_string()) return refuse(at, "type", "must be a string");
      return fill_text(type, value.get_string(), object, at);
  }
}

bool Filling::fill_number(const Type& type, const boost::json::value& value, void* object,
                          const contract::Location& at) {
  if (!value.is_number()) return refuse(at, "type", "must be a number");
  if (type.kind == Kind::number) {
    as<double>(object) = value.to_number<double>();
    return true;
  }
  const std::string_view sentence = type.kind == Kind::int32 ? kNoInt32 : kNoInt64;
  int64_t whole = 0;
  if (const double* real = value.if_double()) {
    constexpr double kBeyond = 9223372036854775808.0;  // 2^63.
    if (!(*real >= -kBeyond && *real < kBeyond) || std::trunc(*real) != *real) {
      return refuse(at, "format", sentence);
    }
    whole = static_cast<int64_t>(*real);
  } else if (value.is_uint64() && value.get_uint64() > static_cast<uint64_t>(INT64_MAX)) {
    return refuse(at, "format", sentence);
  } else {
    whole = value.is_uint64() ? static_cast<int64_t>(value.get_uint64()) : value.get_int64();
  }
  if (type.kind == Kind::int64) {
    as<int64_t>(object) = whole;
    return true;
  }
  if (whole < INT32_MIN || whole > INT32_MAX) return refuse(at, "format", sentence);
  as<int32_t>(object) = static_cast<int32_t>(whole);
  return true;
}

bool Filling::fill_text(const Type& type, std::string_view text, void* object,
                        const contract::Location& at) {
  switch (type.kind) {
    case Kind::optional:
    case Kind::box:
      return fill_text(type.holder->held(), text, type.holder->emplace(object), at);
    case Kind::text:
      as<std::string>(object).assign(text);
      return true;
    case Kind::value:
      as<boost::json::value>(object) = boost::json::value(text);
      return true;
    case Kind::date: {
      const auto date = read_date(text);
      if (!date) return refuse(at, "format", "must be a date, as in 2026-01-31");
      as<Date>(object) = *date;
      return true;
    }
    case Kind::date_time: {
      const auto time = read_date_time(text);
      if (!time) return refuse(at, "format", kNoTime);
      as<DateTime>(object) = *time;
      return true;
    }
    case Kind::enumeration:
      for (size_t i = 0; i < type.texts.size(); ++i) {
        if (type.texts[i] != text) continue;
        const int enumerator = static_cast<int>(i);
        std::memcpy(object, &enumerator, sizeof enumerator);
        return true;
      }
      return refuse(at, "enum", "must be one of the values that this program knows");
    default:
      return refuse(at, "type", "must not be a string");
  }
}

bool Filling::fill_list(const ListTable& list, const boost::json::array& array, void* object,
                        const contract::Location& at) {
  bool ok = true;
  for (size_t i = 0; i < array.size(); ++i) {
    const contract::Location location{&at, {}, i};
    if (!pay(list.element())) return false;
    if (list.append != nullptr) {
      ok = fill(list.element(), array[i], list.append(object), location) && ok;
    } else {
      bool element = false;
      ok = fill(list.element(), array[i], &element, location) && ok;
      list.append_bool(object, element);
    }
  }
  return ok;
}

bool Filling::fill_map(const MapTable& map, const boost::json::object& from, void* object,
                       const contract::Location& at) {
  bool ok = true;
  for (const auto& member : from) {
    if (!pay(map.element())) return false;
    void* element = map.add(object, member.key());
    if (element == nullptr) continue;  // An object has each key once.
    const contract::Location location{&at, member.key()};
    ok = fill(map.element(), member.value(), element, location) && ok;
  }
  return ok;
}

bool Filling::fill_record(const RecordTable& table, const boost::json::object& from, void* object,
                          const contract::Location& at) {
  bool ok = true;
  size_t found = 0;
  for (const Member& member : table.members) {
    const boost::json::value* value = from.if_contains(member.name);
    if (value == nullptr) continue;
    ++found;
    const Type* type = &member.type();
    void* place = member.of(object);
    if (member.may_be_absent && type->kind == Kind::optional) {
      place = type->holder->emplace(place);
      type = &type->holder->held();
    }
    const contract::Location location{&at, member.name};
    ok = fill(*type, *value, place, location) && ok;
  }
  if (table.rest == nullptr || found == from.size()) return ok;
  const MapTable& map = *table.rest->type().map;
  for (const auto& entry : from) {
    const std::string_view key = entry.key();
    bool is_member = false;
    for (const Member& member : table.members) is_member = is_member || member.name == key;
    if (!is_member && !pay(map.element())) return false;
    void* element = is_member ? nullptr : map.add(table.rest->of(object), key);
    if (element == nullptr) continue;
    const contract::Location location{&at, key};
    ok = fill(map.element(), entry.value(), element, location) && ok;
  }
  return ok;
}

bool Filling::fill_variant(const VariantTable& table, const boost::json::object& from,
                           const boost::json::value& value, void* object,
                           const contract::Location& at) {
  const boost::json::value* name = from.if_contains(table.property);
  if (name != nullptr && name->is_string()) {
    for (const Alternative& one : table.names) {
      if (one.name != std::string_view(name->get_string())) continue;
      return fill(table.types[one.index](), value, table.emplace(object, one.index), at);
    }
  }
  return refuse({&at, table.property}, "discriminator",
                "must be the name of an alternative that this program knows");
}

// Makes an object of an outermost std::optional that is about absence.
const Type& unwrap(const Type& type, void*& object, bool may_be_absent) {
  if (!may_be_absent || type.kind != Kind::optional) return type;
  object = type.holder->emplace(object);
  return type.holder->held();
}

}  // namespace

bool from_value(const Type& type, const boost::json::value& value, void* object, bool may_be_absent,
                std::string_view in, const contract::Location& location,
                contract::Violations& violations, contract::Steps& steps) {
  const Type& inner = unwrap(type, object, may_be_absent);
  return Filling(in, violations, steps).fill(inner, value, object, location);
}

bool from_text(const Type& type, std::string_view text, void* object, bool may_be_absent,
               std::string_view in, const contract::Location& location,
               contract::Violations& violations) {
  const Type& inner = unwrap(type, object, may_be_absent);
  contract::Steps steps;  // A text is one object.
  return Filling(in, violations, steps).fill_text(inner, text, object, location);
}

}  // namespace penstock::typed
