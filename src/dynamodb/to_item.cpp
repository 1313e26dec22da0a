#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstring>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "dynamodb/typed_item.h"
#include "typed/time_values.h"

namespace penstock::dynamodb {
namespace {

using typed::Kind;

template <class T>
const T& as(const void* object) {
  return *static_cast<const T*>(object);
}

Value of_double(double number) {
  if (auto made = Number::of_double(number)) return std::move(*made);
  std::string text;
  base::append_number(text, number);
  return text;
}

Value of_json(const boost::json::value& json) {
  switch (json.kind()) {
    case boost::json::kind::null:
      return Null{};
    case boost::json::kind::bool_:
      return json.get_bool();
    case boost::json::kind::int64:
      return Number(json.get_int64());
    case boost::json::kind::uint64:
      return Number::parse(std::to_string(json.get_uint64())).value();  // It has 20 digits.
    case boost::json::kind::double_:
      return of_double(json.get_double());
    case boost::json::kind::string:
      return std::string_view(json.get_string());
    case boost::json::kind::array: {
      List list;
      list.reserve(json.get_array().size());
      for (const boost::json::value& one : json.get_array()) list.push_back(of_json(one));
      return list;
    }
    case boost::json::kind::object:
      break;
  }
  Map map;
  for (const auto& member : json.get_object()) map.emplace(member.key(), of_json(member.value()));
  return map;
}

// An enumerator that does not exist becomes an empty text.
Value of_enumeration(const typed::Type& type, const void* object) {
  int enumerator = 0;
  std::memcpy(&enumerator, object, sizeof enumerator);
  const auto index = static_cast<size_t>(enumerator);
  return index < type.texts.size() ? type.texts[index] : std::string_view();
}

// An attribute that the map has already stays as it is.
void add_map(const typed::MapTable& table, const void* object, Map& map) {
  struct Context {
    const typed::Type& element;
    Map& map;
  } context{table.element(), map};
  table.each(object, &context, [](void* at, std::string_view key, const void* element) {
    auto& [type, into] = *static_cast<Context*>(at);
    into.emplace(key, to_value(type, element));
  });
}

Map of_record(const typed::RecordTable& table, const void* object) {
  Map map;
  for (const typed::Member& member : table.members) {
    const void* place = member.of_const(object);
    const typed::Type* type = &member.type();
    if (member.may_be_absent) {
      place = type->holder->get(place);
      if (place == nullptr) continue;
      type = &type->holder->held();
    }
    map.emplace(member.name, to_value(*type, place));
  }
  if (table.rest != nullptr) {
    add_map(*table.rest->type().map, table.rest->of_const(object), map);
  }
  return map;
}

Value of_variant(const typed::VariantTable& table, const void* object) {
  const size_t index = table.index(object);
  if (index >= table.types.size()) return Null{};
  Value made = to_value(table.types[index](), table.get(object));
  Map* map = std::get_if<Map>(&made.variant());
  if (map == nullptr) return made;
  const auto* given = find<std::string>(*map, table.property);
  const typed::Alternative* first = nullptr;
  for (const typed::Alternative& one : table.names) {
    if (one.index != index) continue;
    if (given != nullptr && *given == one.name) return made;
    if (first == nullptr) first = &one;
  }
  if (first != nullptr) map->insert_or_assign(std::string(table.property), Value(first->name));
  return made;
}

List of_list(const typed::ListTable& table, const void* object) {
  const size_t size = table.size(object);
  List list;
  list.reserve(size);
  const typed::Type& element = table.element();
  for (size_t i = 0; i < size; ++i) {
    list.push_back(table.at == nullptr ? Value(table.bool_at(object, i))
                                       : to_value(element, table.at(object, i)));
  }
  return list;
}

}  // namespace

Value to_value(const typed::Type& type, const void* object) {
  switch (type.kind) {
    case Kind::boolean:
      return as<bool>(object);
    case Kind::int32:
      return Number(as<int32_t>(object));
    case Kind::int64:
      return Number(as<int64_t>(object));
    case Kind::number:
      return of_double(as<double>(object));
    case Kind::text:
      return as<std::string>(object);
    case Kind::date:
      return typed::text_of(as<typed::Date>(object));
    case Kind::date_time:
      return typed::text_of(as<typed::DateTime>(object));
    case Kind::value:
      return of_json(as<boost::json::value>(object));
    case Kind::enumeration:
      return of_enumeration(type, object);
    case Kind::record:
      return of_record(*type.record, object);
    case Kind::variant:
      return of_variant(*type.variant, object);
    case Kind::list:
      return of_list(*type.list, object);
    case Kind::map: {
      Map map;
      add_map(*type.map, object, map);
      return map;
    }
    case Kind::optional:
    case Kind::box:
      break;
  }
  const void* held = type.holder->get(object);
  return held == nullptr ? Value(Null{}) : to_value(type.holder->held(), held);
}

}  // namespace penstock::dynamodb
