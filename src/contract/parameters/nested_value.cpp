#include "contract/parameters/nested_value.h"

#include "base/number_text.h"
#include "contract/schema/price.h"
#include "contract/schema/steps.h"

namespace penstock::contract {

namespace {

// Returns whether texts whose keys end at this part are the elements of an array.
bool is_list(const PartTypes& part) {
  return part.nested != nullptr && part.nested->kind == Shape::Kind::array;
}

std::optional<size_t> number_of(std::string_view key) {
  return base::whole_number<size_t>(key);
}

// Returns whether the shape has a place for these keys.
bool is_declared(const Shape& shape, std::span<const std::string_view> keys) {
  const Shape* inside = &shape;
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool is_last = i + 1 == keys.size();
    const bool is_array = inside->kind == Shape::Kind::array;
    if (is_array && !number_of(keys[i]) && !(is_last && keys[i].empty())) return false;
    const PartTypes& part = is_array ? inside->element : inside->types_of(keys[i]);
    if (!is_last && part.nested == nullptr) return false;
    inside = part.nested.get();
  }
  return !keys.empty() || shape.kind == Shape::Kind::array;
}

// Adds one text. The value, the shape and the keys that are left go down one level with each key.
class Addition {
 public:
  Addition(std::string_view text, const boost::json::storage_ptr& storage, Steps& steps)
      : text_(text), storage_(storage), steps_(steps) {}

  Added add(boost::json::value& value, const Shape& shape,
            std::span<const std::string_view> keys) const {
    // If there are not enough steps, the validation of the whole parameter says so.
    static_cast<void>(steps_.take(price::kMember));
    if (shape.kind == Shape::Kind::object) return add_to_object(value, shape, keys);
    return add_to_array(value, shape, keys);
  }

 private:
  [[nodiscard]] boost::json::value made_of(const PartTypes& part) const {
    return part_value(text_, part, storage_, steps_);
  }

  Added add_to_object(boost::json::value& value, const Shape& shape,
                      std::span<const std::string_view> keys) const {
    if (value.is_null()) value.emplace_object();
    boost::json::object* object = value.if_object();
    if (object == nullptr) return Added::repeated;
    const std::string_view name = keys.front();
    const PartTypes& part = shape.types_of(name);
    const auto known = object->find(name);
    const bool is_new = known == object->end();
    if (keys.size() > 1) {
      boost::json::value& inside = is_new ? (*object)[name] : known->value();
      return add(inside, *part.nested, keys.subspan(1));
    }
    if (is_new && (part.types != 0 || !is_list(part))) {
      object->emplace(name, made_of(part));
      return Added::yes;
    }
    if (!is_list(part)) return Added::repeated;
    boost::json::value& list = is_new ? (*object)[name] : known->value();
    // A scalar that is given again is a list.
    if (!list.is_array() && !list.is_null()) list = boost::json::array({std::move(list)}, storage_);
    return add_to_array(list, *part.nested, {});
  }

  Added add_to_array(boost::json::value& value, const Shape& shape,
                     std::span<const std::string_view> keys) const {
    if (value.is_null()) value.emplace_array();
    boost::json::array* array = value.if_array();
    if (array == nullptr) return Added::repeated;
    if (keys.empty() || (keys.front().empty() && keys.size() == 1)) {
      array->push_back(made_of(shape.element));
      return Added::yes;
    }
    const auto number = number_of(keys.front());
    if (*number > array->size()) return Added::disordered;
    const bool is_new = *number == array->size();
    if (keys.size() == 1) {
      if (!is_new) return Added::repeated;
      array->push_back(made_of(shape.element));
      return Added::yes;
    }
    if (is_new) array->emplace_back(nullptr);
    return add((*array)[*number], *shape.element.nested, keys.subspan(1));
  }

  std::string_view text_;
  const boost::json::storage_ptr& storage_;
  Steps& steps_;
};

}  // namespace

bool read_keys(std::string_view name, std::string_view parameter, Keys& keys) {
  keys.count = 0;
  if (!name.starts_with(parameter)) return false;
  name.remove_prefix(parameter.size());
  while (!name.empty()) {
    const size_t close = name.find(']');
    if (name.front() != '[' || close == std::string_view::npos || keys.count == kNestedMax) {
      return false;
    }
    const std::string_view key = name.substr(1, close - 1);
    if (key.find('[') != std::string_view::npos) return false;
    keys.keys[keys.count++] = key;
    name.remove_prefix(close + 1);
  }
  return true;
}

Added add_nested(boost::json::value& value, const Shape& shape,
                 std::span<const std::string_view> keys, std::string_view text,
                 const boost::json::storage_ptr& storage, Steps& steps) {
  if (!is_declared(shape, keys)) return Added::undeclared;
  return Addition(text, storage, steps).add(value, shape, keys);
}

}  // namespace penstock::contract
