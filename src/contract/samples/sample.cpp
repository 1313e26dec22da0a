#include "contract/samples/sample.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>

#include "contract/document/document.h"
#include "contract/samples/scalar_samples.h"
#include "contract/schema/schema.h"

namespace penstock::contract {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kOptionalDepthMax = 4;                 // Deeper, only what is required is made;
constexpr int kDepthMax = 12;                        // much deeper, nothing.
constexpr std::chrono::milliseconds kPatience{500};  // A document can ask for more than anyone can make.
constexpr uint64_t kElementsMax = 1000;

// Makes values from rules: it tries what the rules suggest, the likely first, until one is valid.
// It solves no riddles; where it fails an example in the document helps.
class Sampler {
 public:
  explicit Sampler(Direction direction) : direction_(direction) {}

  std::optional<boost::json::value> sample(const Schema& schema) {
    return sample(Task{.schemas = {&schema}, .decided = {}, .name = {}}, 0);
  }

 private:
  using Schemas = std::vector<const Schema*>;

  // A value that all of these schemas allow.
  struct Task {
    Schemas schemas;
    Schemas decided;  // Of these an alternative has been chosen; it is among the schemas.
    std::optional<std::pair<std::string, std::string>> name;  // What a discriminator's property must say.
  };

  // Takes the first valid one of the values that are offered to it in time.
  struct Offers {
    const Schemas& schemas;
    Direction direction;
    Clock::time_point deadline;
    std::optional<boost::json::value> taken = {};

    void operator()(boost::json::value value) {
      const auto allows = [&](const Schema* schema) { return is_valid(*schema, value, direction); };
      if (!taken && Clock::now() < deadline && std::all_of(schemas.begin(), schemas.end(), allows))
        taken = std::move(value);
    }
  };

  std::optional<boost::json::value> sample(Task task, int depth) {
    if (depth > kDepthMax || Clock::now() > deadline_) return std::nullopt;
    flatten(task.schemas);
    Offers offers{task.schemas, direction_, deadline_};
    for (const Schema* schema : task.schemas) stated(*schema, offers);
    if (offers.taken) return offers.taken;
    for (const Schema* schema : task.schemas) {
      if (!schema->composition ||
          std::find(task.decided.begin(), task.decided.end(), schema) != task.decided.end())
        continue;
      const std::vector<Schemas> choices = alternatives(*schema->composition);
      if (choices.empty()) continue;
      task.decided.push_back(schema);
      for (const Schemas& choice : choices) {
        Task with = task;
        with.schemas.insert(with.schemas.end(), choice.begin(), choice.end());
        name_branch(*schema->composition, *choice.front(), with);
        if (auto value = sample(std::move(with), depth)) return value;
      }
      return std::nullopt;
    }
    make(task, depth, offers);
    return offers.taken;
  }

  // Adds what the schemas apply to the same value in any case.
  static void flatten(Schemas& schemas) {
    const auto add = [&schemas](const Schema* schema) {
      if (schema != nullptr && std::find(schemas.begin(), schemas.end(), schema) == schemas.end())
        schemas.push_back(schema);
    };
    for (size_t i = 0; i < schemas.size(); ++i) {
      if (!schemas[i]->composition) continue;
      const Composition& composition = *schemas[i]->composition;
      add(composition.reference);
      if (composition.dynamic) add(composition.dynamic->initial);
      for (const Schema* part : composition.all_of) add(part);
    }
  }

  static std::vector<Schemas> alternatives(const Composition& composition) {
    std::vector<Schemas> choices;
    for (const auto* branches : {&composition.any_of, &composition.one_of}) {
      for (const Schema* branch : *branches) choices.push_back({branch});
    }
    if (composition.consequence != nullptr && composition.condition != nullptr)
      choices.push_back({composition.condition, composition.consequence});
    if (composition.alternative != nullptr) choices.push_back({composition.alternative});
    return choices;
  }

  static void name_branch(const Composition& composition, const Schema& branch, Task& task) {
    if (!composition.discriminator) return;
    for (const auto& [name, schema] : composition.discriminator->branches) {
      if (schema != &branch && !(branch.composition && branch.composition->reference == schema)) continue;
      task.name.emplace(composition.discriminator->property, name);
      return;
    }
  }

  // What the document says: example, examples, default, const, enum.
  static void stated(const Schema& schema, Offers& offers) {
    const auto add = [&offers](const Node* node) {
      if (node == nullptr) return;
      if (auto value = to_json(*node)) offers(std::move(*value));
    };
    if (schema.node->is(Node::Kind::object)) {
      add(schema.node->find("example"));
      if (const Node* examples = schema.node->find("examples")) {
        for (const Node* example : examples->elements) add(example);
      }
      add(schema.node->find("default"));
    }
    for (const auto* enumeration : {schema.constant.get(), schema.enumeration.get()}) {
      if (enumeration == nullptr) continue;
      for (const boost::json::value& value : enumeration->values) offers(value);
    }
  }

  void make(const Task& task, int depth, Offers& offers) {
    unsigned types = type::any;
    bool structured = false;  // Some rule is about the inside of objects or arrays.
    for (const Schema* schema : task.schemas) {
      types &= schema->types;
      if (schema->object || schema->array) structured = true;
    }
    const auto may_be = [&](unsigned wanted) { return !offers.taken && (types & wanted) != 0; };
    if (types == type::any && !structured) {  // Anything goes, so something simple.
      offer_texts(task.schemas, std::ref(offers));
      offer_numbers(task.schemas, types, std::ref(offers));
    }
    for (const bool with_optional : {true, false}) {
      if (with_optional && depth > kOptionalDepthMax) continue;
      if (may_be(type::object)) object(task, depth, with_optional, offers);
    }
    if (may_be(type::array)) arrays(task.schemas, depth, offers);
    if (may_be(type::string)) offer_texts(task.schemas, std::ref(offers));
    if (may_be(type::integer | type::number)) offer_numbers(task.schemas, types, std::ref(offers));
    if (may_be(type::boolean)) {
      offers(true);
      offers(false);
    }
    if (may_be(type::null)) offers(nullptr);
  }

  // What the schemas say about one property.
  struct Described {
    Schemas schemas;
    bool required = false;
    bool absent = false;  // It does not go in this direction.
  };

  Described describe(const Schemas& schemas, const std::string& name) const {
    Described all;
    for (const Schema* schema : schemas) {
      if (!schema->object) continue;
      const ObjectRules& rules = *schema->object;
      const size_t i = rules.find(name, 0);
      bool known = false;
      if (i < rules.properties.size()) {
        const Property& property = rules.properties[i];
        all.required = all.required || property.required;
        known = property.schema != nullptr;
        if (known) all.schemas.push_back(property.schema);
      }
      for (const auto& [pattern, of_pattern] : rules.patterns) {
        if (!pattern.is_in(name)) continue;
        known = true;
        all.schemas.push_back(of_pattern);
      }
      if (!known && rules.additional != nullptr) all.schemas.push_back(rules.additional);
    }
    for (const Schema* schema : all.schemas) {
      all.absent = all.absent || (schema->read_only && direction_ == Direction::request) ||
                   (schema->write_only && direction_ == Direction::response);
    }
    return all;
  }

  void object(const Task& task, int depth, bool with_optional, Offers& offers) {
    boost::json::object object;
    std::vector<std::string> names;
    uint64_t min = 0;
    uint64_t max = UINT64_MAX;
    for (const Schema* schema : task.schemas) {
      if (!schema->object) continue;
      for (const Property& property : schema->object->properties) names.push_back(property.name);
      for (const auto& [name, others] : schema->object->dependent_required)
        names.insert(names.end(), others.begin(), others.end());
      min = std::max(min, schema->object->min_properties);
      max = std::min(max, schema->object->max_properties.value_or(max));
    }
    std::vector<std::string> optional;
    for (const std::string& name : names) {
      if (object.contains(name)) continue;
      if (task.name && task.name->first == name) {
        object[name] = task.name->second;
        continue;
      }
      const Described described = describe(task.schemas, name);
      if (described.absent || (!described.required && !with_optional)) continue;
      if (auto value = property_value(described.schemas, depth)) {
        object[name] = std::move(*value);
        if (!described.required) optional.push_back(name);
      } else if (described.required) {
        return;
      }
    }
    if (task.name) object[task.name->first] = task.name->second;
    for (; object.size() > max && !optional.empty(); optional.pop_back()) object.erase(optional.back());
    fill(task.schemas, depth, std::min(min, kElementsMax), object);
    offers(object);
    if (!offers.taken) dependents(task.schemas, depth, object, offers);
  }

  std::optional<boost::json::value> property_value(const Schemas& schemas, int depth) {
    if (schemas.empty()) return boost::json::value("text");
    return sample(Task{.schemas = schemas, .decided = {}, .name = {}}, depth + 1);
  }

  // Properties without a name in the document, until there are enough.
  void fill(const Schemas& schemas, int depth, uint64_t wanted, boost::json::object& object) {
    Schemas of_names;
    for (const Schema* schema : schemas) {
      if (schema->object && schema->object->names != nullptr) of_names.push_back(schema->object->names);
    }
    for (int i = 1; object.size() < wanted; ++i) {
      std::string name = "key" + std::to_string(i);
      if (!of_names.empty()) {
        const auto made = property_value(of_names, depth);
        if (!made || !made->is_string() || object.contains(made->get_string())) return;
        name = made->get_string();
      }
      auto value = property_value(describe(schemas, name).schemas, depth);
      if (!value) return;
      object.emplace(name, std::move(*value));
    }
  }

  void dependents(const Schemas& schemas, int depth, const boost::json::object& object, Offers& offers) {
    Task task{.schemas = schemas, .decided = schemas, .name = {}};
    for (const Schema* schema : schemas) {
      if (!schema->object) continue;
      for (const auto& [name, dependent] : schema->object->dependent_schemas) {
        if (object.contains(name) &&
            std::find(task.schemas.begin(), task.schemas.end(), dependent) == task.schemas.end())
          task.schemas.push_back(dependent);
      }
    }
    if (task.schemas.size() == schemas.size()) return;
    if (auto value = sample(std::move(task), depth)) offers(std::move(*value));
  }

  void arrays(const Schemas& schemas, int depth, Offers& offers) {
    uint64_t min = 0;
    uint64_t max = UINT64_MAX;
    uint64_t wanted = 1;
    bool unique = false;
    for (const Schema* schema : schemas) {
      if (!schema->array) continue;
      const ArrayRules& rules = *schema->array;
      min = std::max(min, rules.min_items);
      max = std::min(max, rules.max_items.value_or(max));
      wanted = std::max({wanted, rules.min_items, uint64_t{rules.prefix.size()},
                         rules.contains != nullptr ? rules.prefix.size() + rules.min_contains : 0});
      unique = unique || rules.unique;
    }
    for (const uint64_t size : {std::min(wanted, max), min, uint64_t{0}}) {
      boost::json::array array;
      while (array.size() < std::min(size, kElementsMax)) {
        const Schemas of_element = elements(schemas, array.size());
        auto value = of_element.empty() ? std::optional<boost::json::value>(array.size())
                                        : property_value(of_element, depth);
        if (!value || (unique && !make_different(of_element, array, *value))) break;
        array.push_back(std::move(*value));
      }
      offers(std::move(array));
      if (offers.taken) return;
    }
  }

  static Schemas elements(const Schemas& schemas, size_t index) {
    Schemas all;
    for (const Schema* schema : schemas) {
      if (!schema->array) continue;
      const ArrayRules& rules = *schema->array;
      const Schema* element = index < rules.prefix.size() ? rules.prefix[index] : rules.items;
      if (element != nullptr) all.push_back(element);
      if (element == nullptr && rules.unevaluated != nullptr) all.push_back(rules.unevaluated);
      const size_t behind = rules.prefix.size();
      if (rules.contains != nullptr && index >= behind && index < behind + rules.min_contains)
        all.push_back(rules.contains);
    }
    return all;
  }

  // For `uniqueItems`: another value of an enum, another number, another text.
  bool make_different(const Schemas& schemas, const boost::json::array& array,
                      boost::json::value& value) const {
    const auto is_new = [&](const boost::json::value& one) {
      return std::find(array.begin(), array.end(), one) == array.end() &&
             std::all_of(schemas.begin(), schemas.end(),
                         [&](const Schema* schema) { return is_valid(*schema, one, direction_); });
    };
    if (is_new(value)) return true;
    std::vector<boost::json::value> others;
    Schemas all = schemas;
    flatten(all);
    for (const Schema* schema : all) {
      if (!schema->enumeration) continue;
      others.insert(others.end(), schema->enumeration->values.begin(), schema->enumeration->values.end());
    }
    for (int i = 0; i < 200; ++i) {
      others.emplace_back(i);
      others.emplace_back("text" + std::to_string(i));
    }
    others.emplace_back(true);
    others.emplace_back(false);
    const auto found = std::find_if(others.begin(), others.end(), is_new);
    if (found == others.end()) return false;
    value = *found;
    return true;
  }

  Direction direction_;
  Clock::time_point deadline_ = Clock::now() + kPatience;
};

}  // namespace

std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction) {
  return Sampler(direction).sample(schema);
}

}  // namespace penstock::contract
