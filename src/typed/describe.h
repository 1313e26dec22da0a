#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "typed/box.h"
#include "typed/type.h"

// What generated code describes its types with. It is small on purpose: for each type and member
// there are a few functions of one line, so that large contracts compile quickly.
namespace penstock::typed {

// These are the types of `format: date` and `format: date-time`.
using Date = std::chrono::sys_days;
using DateTime = std::chrono::sys_time<std::chrono::nanoseconds>;

// A type is generated if its namespace has a function `const Type& describe(const T*)`.
template <class T>
concept Generated = requires(const T* object) {
  { describe(object) } -> std::same_as<const Type&>;
};

// Returns the description of a C++ type.
template <class T>
[[nodiscard]] const Type& type_of();

// Makes the Type of a T, without its table.
template <class T>
constexpr Type basic_type(Kind kind, std::string_view name = {}) {
  return {.kind = kind,
          .name = name,
          .size = sizeof(T),
          .construct = [](void* place) { ::new (place) T{}; },
          .destroy = [](void* object) { std::destroy_at(static_cast<T*>(object)); }};
}

template <class T>
struct Describe;  // The types that are not generated.

template <class T, Kind kind>
struct DescribeBasic {
  static constexpr Type kType = basic_type<T>(kind);
};
template <>
struct Describe<bool> : DescribeBasic<bool, Kind::boolean> {};
template <>
struct Describe<int32_t> : DescribeBasic<int32_t, Kind::int32> {};
template <>
struct Describe<int64_t> : DescribeBasic<int64_t, Kind::int64> {};
template <>
struct Describe<double> : DescribeBasic<double, Kind::number> {};
template <>
struct Describe<std::string> : DescribeBasic<std::string, Kind::text> {};
template <>
struct Describe<Date> : DescribeBasic<Date, Kind::date> {};
template <>
struct Describe<DateTime> : DescribeBasic<DateTime, Kind::date_time> {};
template <>
struct Describe<boost::json::value> : DescribeBasic<boost::json::value, Kind::value> {};

template <class T>
struct Describe<std::optional<T>> {
  using Optional = std::optional<T>;
  static constexpr HolderTable kTable{
      .held = type_of<T>,
      .get = [](const void* holder) -> const void* {
        const auto& optional = *static_cast<const Optional*>(holder);
        return optional ? &*optional : nullptr;
      },
      .emplace = [](void* holder) -> void* { return &static_cast<Optional*>(holder)->emplace(); }};
  static constexpr Type kType = [] {
    Type type = basic_type<Optional>(Kind::optional);
    type.holder = &kTable;
    return type;
  }();
};

template <class T>
struct Describe<Box<T>> {
  static constexpr HolderTable kTable{
      .held = type_of<T>,
      .get = [](const void* holder) -> const void* {
        const auto& box = *static_cast<const Box<T>*>(holder);
        return box.empty() ? nullptr : &*box;
      },
      .emplace = [](void* holder) -> void* { return &**static_cast<Box<T>*>(holder); }};
  static constexpr Type kType = [] {
    Type type = basic_type<Box<T>>(Kind::box);
    type.holder = &kTable;
    return type;
  }();
};

template <class T>
struct Describe<std::vector<T>> {
  using List = std::vector<T>;
  static constexpr ListTable kTable{
      .element = type_of<T>,
      .size = [](const void* list) { return static_cast<const List*>(list)->size(); },
      .at = [](const void* list, size_t index) -> const void* {
        return &(*static_cast<const List*>(list))[index];
      },
      .append = [](void* list) -> void* { return &static_cast<List*>(list)->emplace_back(); }};
  static constexpr Type kType = [] {
    Type type = basic_type<List>(Kind::list);
    type.list = &kTable;
    return type;
  }();
};

template <>
struct Describe<std::vector<bool>> {
  using List = std::vector<bool>;
  static constexpr ListTable kTable{
      .element = type_of<bool>,
      .size = [](const void* list) { return static_cast<const List*>(list)->size(); },
      .at = nullptr,
      .append = nullptr,
      .bool_at = [](const void* list, size_t index) -> bool {
        return (*static_cast<const List*>(list))[index];
      },
      .append_bool = [](void* list,
                        bool element) { static_cast<List*>(list)->push_back(element); }};
  static constexpr Type kType = [] {
    Type type = basic_type<List>(Kind::list);
    type.list = &kTable;
    return type;
  }();
};

template <class T>
struct Describe<std::map<std::string, T>> {
  using Map = std::map<std::string, T>;
  static constexpr MapTable kTable{
      .element = type_of<T>,
      .size = [](const void* map) { return static_cast<const Map*>(map)->size(); },
      .add = [](void* map, std::string_view key) -> void* {
        const auto [entry, is_new] = static_cast<Map*>(map)->try_emplace(std::string(key));
        return is_new ? &entry->second : nullptr;
      },
      .each =
          [](const void* map, void* context, MapTable::Visit visit) {
            for (const auto& [key, element] : *static_cast<const Map*>(map)) {
              visit(context, key, &element);
            }
          }};
  static constexpr Type kType = [] {
    Type type = basic_type<Map>(Kind::map);
    type.map = &kTable;
    return type;
  }();
};

template <class T>
const Type& type_of() {
  if constexpr (Generated<T>) {
    return describe(static_cast<const T*>(nullptr));
  } else {
    return Describe<T>::kType;
  }
}

// Has the class and the type of a pointer to a member.
template <class Class, class Value>
struct MemberPointer {
  using Object = Class;
  using Type = Value;
};
template <class Object, class Value>
MemberPointer<Object, Value> member_pointer(Value Object::*);

// Describes a member whose property must be present: member<&Order::id>("id").
template <auto pointer>
constexpr Member member(std::string_view name, Member::OneWay one_way = Member::OneWay::no) {
  using Pointer = decltype(member_pointer(pointer));
  return {.name = name,
          .type = type_of<typename Pointer::Type>,
          .of = [](void* object) -> void* {
            return &(static_cast<typename Pointer::Object*>(object)->*pointer);
          },
          .one_way = one_way};
}

// Describes a member whose property may be absent. It is a std::optional.
template <auto pointer>
constexpr Member optional_member(std::string_view name,
                                 Member::OneWay one_way = Member::OneWay::no) {
  Member made = member<pointer>(name, one_way);
  made.may_be_absent = true;
  return made;
}

// Describes a struct.
template <class T>
constexpr Type record_type(std::string_view name, const RecordTable& table) {
  Type type = basic_type<T>(Kind::record, name);
  type.record = &table;
  return type;
}

// Describes an enum class, whose enumerators are 0, 1, 2 and so on, by the texts that they have in
// JSON.
template <class T>
constexpr Type enumeration_type(std::string_view name, std::span<const std::string_view> texts) {
  static_assert(std::is_enum_v<T> && std::is_same_v<std::underlying_type_t<T>, int>);
  Type type = basic_type<T>(Kind::enumeration, name);
  type.texts = texts;
  return type;
}

// Has the functions of a struct that is derived from std::variant<Alternatives...>.
template <class T, class... Alternatives>
struct DescribeVariant {
  template <size_t... indexes>
  static void* emplace(T& variant, size_t wanted, std::index_sequence<indexes...>) {
    void* made = nullptr;
    static_cast<void>(
        ((wanted == indexes && (made = &variant.template emplace<indexes>(), true)) || ...));
    return made;
  }
  static constexpr TypeOf kTypes[] = {type_of<Alternatives>...};
  static constexpr VariantTable table(std::string_view property,
                                      std::span<const Alternative> names) {
    return {.property = property,
            .names = names,
            .types = kTypes,
            .index = [](const void* variant) { return static_cast<const T*>(variant)->index(); },
            .get = [](const void* variant) -> const void* {
              return std::visit([](const auto& held) -> const void* { return &held; },
                                static_cast<const std::variant<Alternatives...>&>(
                                    *static_cast<const T*>(variant)));
            },
            .emplace = [](void* variant, size_t wanted) -> void* {
              return emplace(*static_cast<T*>(variant), wanted,
                             std::index_sequence_for<Alternatives...>());
            }};
  }
};
template <class T, class... Alternatives>
DescribeVariant<T, Alternatives...> describe_variant(const std::variant<Alternatives...>&);

// Makes the table of a variant, by the discriminator's property and the names of its alternatives.
template <class T>
constexpr VariantTable variant_table(std::string_view property,
                                     std::span<const Alternative> names) {
  return decltype(describe_variant<T>(std::declval<const T&>()))::table(property, names);
}

// Describes a variant.
template <class T>
constexpr Type variant_type(std::string_view name, const VariantTable& table) {
  Type type = basic_type<T>(Kind::variant, name);
  type.variant = &table;
  return type;
}

}  // namespace penstock::typed
