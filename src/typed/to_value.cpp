#include "typed/to_value.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstring>
#include <string>

#include "typed/time_values.h"

namespace penstock::typed {
namespace {

using boost::json::storage_ptr;
using boost::json::value;

template <class T>
const T& as(const void* object) {
  return *static_cast<const T*>(object);
}

// Writes objects as JSON in one direction.
class Writing {
 public:
  Writing(contract::Direction direction, const storage_ptr& storage)
      : direction_(direction), storage_(storage) {}

  [[nodiscard]] value write(const Type& type, const void* object) const {
    switch (type.kind) {
      case Kind::boolean:
        return value(as<bool>(object), storage_);
      case Kind::int32:
        return value(int64_t{as<int32_t>(object)}, storage_);
      case Kind::int64:
        return value(as<int64_t>(object), storage_);
      case Kind::number:
        return value(as<double>(object), storage_);
      case Kind::text:
        return value(std::string_view(as<std::string>(object)), storage_);
      case Kind::date:
        return value(text_of(as<Date>(object)), storage_);
      case Kind::date_time:
        return value(text_of(as<DateTime>(object)), storage_);
      case Kind::value:
        return value(as<value>(object), storage_);
      case Kind::enumeration:
        return write_enumeration(type, object);
      case Kind::record:
        return write_record(*type.record, object);
      case Kind::variant:
        return write_variant(*type.variant, object);
      case Kind::list:
        return write_list(*type.list, object);
      case Kind::map: {
        boost::json::object made(storage_);
        add_map(*type.map, object, made);
        return made;
      }
      case Kind::optional:
      case Kind::box:
        break;
    }
    const void* held = type.holder->get(object);
    return held == nullptr ? value(nullptr, storage_) : write(type.holder->held(), held);
  }

 private:
  // An enumerator that does not exist becomes an empty text, which breaks the contract.
  [[nodiscard]] value write_enumeration(const Type& type, const void* object) const {
    int enumerator = 0;
    std::memcpy(&enumerator, object, sizeof enumerator);
    const auto index = static_cast<size_t>(enumerator);
    return value(index < type.texts.size() ? type.texts[index] : std::string_view(), storage_);
  }

  [[nodiscard]] value write_record(const RecordTable& table, const void* object) const {
    value result(boost::json::object_kind, storage_);
    boost::json::object& made = result.get_object();
    made.reserve(table.members.size());
    for (const Member& member : table.members) {
      if (member.one_way != Member::OneWay::no && is_left_out(member.one_way)) continue;
      const void* place = member.of_const(object);
      const Type* type = &member.type();
      if (member.may_be_absent) {
        place = type->holder->get(place);
        if (place == nullptr) continue;
        type = &type->holder->held();
      }
      made.emplace(member.name, write(*type, place));
    }
    if (table.rest != nullptr) {
      add_map(*table.rest->type().map, table.rest->of_const(object), made);
    }
    return result;
  }

  [[nodiscard]] bool is_left_out(Member::OneWay one_way) const {
    return one_way == Member::OneWay::write_only ? direction_ == contract::Direction::response
                                                 : direction_ == contract::Direction::request;
  }

  [[nodiscard]] value write_variant(const VariantTable& table, const void* object) const {
    const size_t index = table.index(object);
    if (index >= table.types.size()) return value(nullptr, storage_);
    value made = write(table.types[index](), table.get(object));
    auto* members = made.if_object();
    if (members == nullptr) return made;
    const value* given = members->if_contains(table.property);
    const Alternative* first = nullptr;
    for (const Alternative& one : table.names) {
      if (one.index != index) continue;
      if (given != nullptr && given->is_string() &&
          std::string_view(given->get_string()) == one.name) {
        return made;
      }
      if (first == nullptr) first = &one;
    }
    if (first != nullptr) (*members)[table.property] = first->name;
    return made;
  }

  [[nodiscard]] value write_list(const ListTable& list, const void* object) const {
    boost::json::array made(storage_);
    const size_t size = list.size(object);
    made.reserve(size);
    const Type& element = list.element();
    for (size_t i = 0; i < size; ++i) {
      if (list.at == nullptr) {
        made.emplace_back(list.bool_at(object, i));
      } else {
        made.push_back(write(element, list.at(object, i)));
      }
    }
    return made;
  }

  // A property that the object has already stays as it is.
  void add_map(const MapTable& map, const void* object, boost::json::object& made) const {
    struct Context {
      const Writing& writing;
      const Type& element;
      boost::json::object& made;
    } context{*this, map.element(), made};
    map.each(object, &context, [](void* at, std::string_view key, const void* element) {
      auto& [writing, type, into] = *static_cast<Context*>(at);
      into.emplace(key, writing.write(type, element));
    });
  }

  const contract::Direction direction_;
  const storage_ptr& storage_;
};

}  // namespace

value to_value(const Type& type, const void* object, contract::Direction direction,
               const storage_ptr& storage) {
  return Writing(direction, storage).write(type, object);
}

}  // namespace penstock::typed
