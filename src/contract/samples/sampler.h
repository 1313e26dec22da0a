#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "contract/schema/schema.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// A Sampler makes values from rules. It tries the values that the rules suggest, the most likely
// ones first, until one is valid. It may fail for rules that depend on one another; then an example
// in the document helps. One object serves for one value, within kPatience of its construction.
class Sampler {
 public:
  explicit Sampler(Direction direction) : direction_(direction) {}

  // Returns a valid value, or nothing if none was found in time.
  std::optional<boost::json::value> sample(const Schema& schema) {
    return sample(Task{.schemas = {&schema}, .decided = {}, .name = {}}, 0);
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Schemas = std::vector<const Schema*>;

  // A Name is the value that a discriminator's property must have.
  struct Name {
    std::string property;
    std::string value;
  };

  // A Task asks for a value that all of these schemas allow.
  struct Task {
    Schemas schemas;
    Schemas decided;  // The schemas whose alternative has been chosen and is among `schemas`.
    std::optional<Name> name;
  };

  // Offers takes the first valid value that it is called with before the deadline.
  struct Offers {
    const Schemas& schemas;
    Direction direction;
    Clock::time_point deadline;
    std::optional<boost::json::value> taken = {};

    void operator()(boost::json::value value);
  };

  // A Described is one property as the schemas of a task describe it.
  struct Described {
    Schemas schemas;
    bool required = false;
    bool absent = false;  // Whether the property must not be sent in this direction.
  };

  std::optional<boost::json::value> sample(Task task, int depth);
  static void add_parts(Schemas& schemas);
  [[nodiscard]] static std::vector<Schemas> alternatives(const Composition& composition);
  [[nodiscard]] static std::optional<Name> name_of_branch(const Composition& composition,
                                                          const Schema& branch,
                                                          std::optional<Name> otherwise);
  static void offer_stated(const Schema& schema, Offers& offers);
  void offer_made(const Task& task, int depth, Offers& offers);

  // These are defined in structure_samples.cpp.
  void offer_object(const Task& task, int depth, bool with_optional, Offers& offers);
  void offer_with_dependents(const Schemas& schemas, int depth, const boost::json::object& object,
                             Offers& offers);
  void offer_arrays(const Schemas& schemas, int depth, Offers& offers);
  [[nodiscard]] Described describe(const Schemas& schemas, const std::string& name) const;
  void add_unnamed(const Schemas& schemas, int depth, uint64_t wanted, boost::json::object& object);
  [[nodiscard]] static Schemas elements(const Schemas& schemas, size_t index);
  [[nodiscard]] std::optional<boost::json::value> different(const Schemas& schemas,
                                                            const boost::json::array& array,
                                                            boost::json::value value) const;
  // Returns a value for a property or an element.
  [[nodiscard]] std::optional<boost::json::value> part(const Schemas& schemas, int depth);

  // The time is limited, because the search can take exponentially long.
  static constexpr std::chrono::milliseconds kPatience{500};

  Direction direction_;
  Clock::time_point deadline_ = Clock::now() + kPatience;
};

}  // namespace penstock::contract
