#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "contract/schema/schema.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// A Sampler makes values from rules. It tries the values that the rules suggest, the most likely
// ones first, until one is valid. It may fail for rules that depend on one another; then an example
// in the document helps. The steps bound the time of the search, which can be exponential, and a
// limit on the number of values bounds the memory. A Sampler serves one thread.
class Sampler {
 public:
  // A Fullness says which properties an object gets that need not be there.
  enum class Fullness { rich, lean };

  // `steps` must outlive the sampler. With another `variant` the values are others, if the rules
  // allow several; 0 prefers those that the document states.
  Sampler(Direction direction, Steps& steps, Fullness fullness, bool strict, unsigned variant)
      : direction_(direction),
        steps_(steps),
        fullness_(fullness),
        strict_(strict),
        variant_(variant) {}

  // Returns a valid value, or nothing if none was found.
  [[nodiscard]] std::optional<boost::json::value> sample(const Schema& schema) {
    return part({&schema}, 0);
  }
  // Returns whether a schema was met that chooses between alternatives by a discriminator.
  [[nodiscard]] bool met_discriminator() const { return met_discriminator_; }

 private:
  using Schemas = std::vector<const Schema*>;

  // A Name is the value that a discriminator's property must have.
  struct Name {
    std::string property;
    std::optional<std::string> value;  // If there is none, the property must differ from `others`.
    boost::json::array others = {};
  };

  // A Decision is a list of alternatives of which one must be chosen.
  struct Decision {
    enum Kind { any_of, one_of, condition, discriminator };

    const Schema* schema = nullptr;
    Kind kind = any_of;

    friend bool operator==(const Decision&, const Decision&) = default;
  };

  // A Choice is one of the alternatives: the schemas that then apply, too.
  struct Choice {
    Schemas schemas;
    std::optional<Name> name;
  };

  // A Task asks for a value that all `roots` allow. It is made from `schemas`, which are the roots
  // with their parts, and with the alternatives that have been chosen.
  struct Task {
    Schemas roots;
    Schemas schemas;
    size_t stated = 0;  // The number of schemas whose stated values have been offered.
    std::vector<Decision> decided = {};
    std::vector<Name> names = {};
    const boost::json::array* others = nullptr;  // The value must differ from these, if not null.
  };

  // Offers takes the first valid value that it is called with.
  struct Offers {
    Sampler& sampler;
    const Task& task;
    std::optional<boost::json::value> taken = {};

    void operator()(boost::json::value value);
    [[nodiscard]] bool takes(const boost::json::value& value) const;
  };

  // A Described is one property as the schemas of a task describe it.
  struct Described {
    Schemas schemas;
    bool required = false;
    bool absent = false;  // Whether the property must not be sent in this direction.
  };

  // A Slot is a property that an object may get.
  struct Slot {
    std::string name;
    Described described;
    bool tried = false;  // Whether making a value was tried.
    std::optional<boost::json::value> value = {};
  };

  // ObjectLimits are what all schemas of a task say about the number of properties.
  struct ObjectLimits {
    uint64_t min = 0;
    uint64_t max = UINT64_MAX;
  };

  // Marks schemas as open while a value is made from them.
  class Open;

  [[nodiscard]] std::optional<boost::json::value> sample(Task task, int depth);
  // Returns a value for a property or an element. It differs from `others`, if that is not null.
  [[nodiscard]] std::optional<boost::json::value> part(const Schemas& schemas, int depth,
                                                       const boost::json::array* others = nullptr);
  static void add_parts(Schemas& schemas);
  // Returns whether a value is being made from one of these already, so that another one within it
  // would be a recursion.
  [[nodiscard]] bool is_open(const Schemas& schemas) const;
  [[nodiscard]] std::optional<Decision> next_decision(const Task& task);
  [[nodiscard]] std::vector<Choice> choices(const Decision& decision) const;
  void offer_stated(const Schema& schema, Offers& offers);
  void offer_made(const Task& task, int depth, Offers& offers);
  [[nodiscard]] bool may_be_rich(int depth) const;

  // These are defined in object_samples.cpp.
  void offer_objects(const Task& task, int depth, Offers& offers);
  [[nodiscard]] Described describe(const Schemas& schemas, const std::string& name) const;
  [[nodiscard]] std::vector<Slot> slots_of(const Task& task) const;
  void fill(const Task& task, Slot& slot, int depth);
  void complete(const Task& task, std::vector<Slot>& slots, const ObjectLimits& limits, int depth,
                boost::json::object& object);
  void add_unnamed(const Schemas& schemas, int depth, uint64_t wanted, boost::json::object& object);
  [[nodiscard]] std::vector<std::string> unnamed(const Schemas& schemas, int depth,
                                                 unsigned number);
  void offer_with_dependents(const Task& task, int depth, const boost::json::object& object,
                             Offers& offers);
  void offer_unlike_others(const Task& task, boost::json::object object, Offers& offers);
  [[nodiscard]] std::optional<boost::json::value> wrong_value(const Schemas& schemas);

  // These are defined in array_samples.cpp.
  void offer_arrays(const Task& task, int depth, Offers& offers);
  [[nodiscard]] static Schemas elements(const Schemas& schemas, size_t index);

  Direction direction_;
  Steps& steps_;
  Fullness fullness_;
  // Whether `oneOf` must hold beside a discriminator, too, as JSON Schema alone would say.
  bool strict_;
  unsigned variant_;
  bool met_discriminator_ = false;
  size_t values_ = 0;  // The number of values that have been made.
  boost::unordered_flat_map<const Schema*, int> open_;
};

}  // namespace penstock::contract
