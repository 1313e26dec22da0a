#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace penstock::typed {

// This room reads JSON into C++ structs that are generated from a contract, and writes them as
// JSON. A Type describes a C++ type: what JSON it is made of, and functions that change an object
// whose type nobody knows at that place. The tables of a struct's members, of an enum's texts and
// of a variant's alternatives are generated; describe.h has what they are made with, and the Types
// of std::string, std::vector and so on. A Type refers to others by functions, because types may be
// recursive. All of it is constant.

enum class Kind : uint8_t {
  boolean,      // bool
  int32,        // int32_t
  int64,        // int64_t
  number,       // double
  text,         // std::string
  date,         // std::chrono::sys_days
  date_time,    // std::chrono::sys_time<std::chrono::nanoseconds>
  value,        // boost::json::value: any JSON.
  enumeration,  // An enum class with the values 0, 1, 2 …, of a string's `enum`.
  record,       // A struct.
  variant,      // A struct that is derived from a std::variant of structs.
  optional,     // A std::optional: nothing is null.
  box,          // A Box.
  list,         // A std::vector.
  map,          // A std::map with strings as keys.
};

struct Type;
using TypeOf = const Type& (*)();

// A Member is a member of a struct, and the property that it has in JSON.
struct Member {
  // Says in which direction a property never goes (OpenAPI 3.0.3, readOnly and writeOnly).
  enum class OneWay : uint8_t { no, read_only, write_only };

  std::string_view name;  // In JSON.
  TypeOf type;            // Of the C++ member.
  void* (*of)(void* object);
  // Says whether the property may be absent. The C++ type is a std::optional then, whose outermost
  // layer says whether the property is there.
  bool may_be_absent = false;
  OneWay one_way = OneWay::no;

  [[nodiscard]] const void* of_const(const void* object) const {
    return of(const_cast<void*>(object));  // It only computes an address.
  }
};

// Describes a struct.
struct RecordTable {
  std::span<const Member> members;  // In the order in which they are written.
  // This member is a map with the object's other properties. It is null if they are left out.
  const Member* rest = nullptr;
};

// Is a name of an alternative: the value of the discriminator's property. Several names may mean
// the same alternative.
struct Alternative {
  std::string_view name;
  size_t index;  // Of the alternative in the std::variant.
};

// Describes a variant.
struct VariantTable {
  std::string_view property;  // The discriminator's property.
  std::span<const Alternative> names;
  std::span<const TypeOf> types;  // The types of the alternatives.
  size_t (*index)(const void* variant);
  const void* (*get)(const void* variant);              // The alternative that the variant has.
  void* (*emplace)(void* variant, size_t alternative);  // Makes that alternative the variant's.
};

// Describes a std::optional or a Box.
struct HolderTable {
  TypeOf held;
  const void* (*get)(const void* holder);  // Null if it is empty.
  // Makes a new object in a std::optional. Returns the one of a Box, which is made if it is empty.
  void* (*emplace)(void* holder);
};

// Describes a std::vector. Elements of a std::vector<bool> have no addresses, so they have
// functions of their own, and the others are null then.
struct ListTable {
  TypeOf element;
  size_t (*size)(const void* list);
  const void* (*at)(const void* list, size_t index);
  void* (*append)(void* list);  // Appends a new element.
  bool (*bool_at)(const void* list, size_t index) = nullptr;
  void (*append_bool)(void* list, bool element) = nullptr;
};

// Describes a std::map.
struct MapTable {
  using Visit = void (*)(void* context, std::string_view key, const void* element);

  TypeOf element;
  size_t (*size)(const void* map);
  // Adds a new element and returns it, or null if there is one with this key.
  void* (*add)(void* map, std::string_view key);
  void (*each)(const void* map, void* context, Visit visit);  // In the order of the keys.
};

struct Type {
  Kind kind;
  std::string_view name = {};  // The C++ name of what is generated: "Order".
  size_t size = 0;
  void (*construct)(void* place) = nullptr;  // Makes an object as `T{}` does.
  void (*destroy)(void* object) = nullptr;

  // The one that the kind needs is set.
  std::span<const std::string_view> texts = {};  // Of an enumeration, by its values.
  const RecordTable* record = nullptr;
  const VariantTable* variant = nullptr;
  const HolderTable* holder = nullptr;
  const ListTable* list = nullptr;
  const MapTable* map = nullptr;
};

}  // namespace penstock::typed
