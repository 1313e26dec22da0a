#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "contract/schema/schema.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// Makes values from rules: it tries what the rules suggest, the likely first, until one is valid.
// It solves no riddles; where it fails an example in the document helps.
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

  // What a discriminator's property must say.
  struct Name {
    std::string property;
    std::string value;
  };

  // A value is wanted that all of these schemas allow.
  struct Task {
    Schemas schemas;
    Schemas decided;  // Of these an alternative has been chosen; it is among the schemas.
    std::optional<Name> name;
  };

  // Takes the first valid one of the values that are offered to it in time.
  struct Offers {
    const Schemas& schemas;
    Direction direction;
    Clock::time_point deadline;
    std::optional<boost::json::value> taken = {};

    void operator()(boost::json::value value);
  };

  // What the schemas say about one property.
  struct Described {
    Schemas schemas;
    bool required = false;
    bool absent = false;  // It does not go in this direction.
  };

  std::optional<boost::json::value> sample(Task task, int depth);
  static void add_parts(Schemas& schemas);
  [[nodiscard]] static std::vector<Schemas> alternatives(const Composition& composition);
  [[nodiscard]] static std::optional<Name> name_of_branch(const Composition& composition,
                                                          const Schema& branch,
                                                          std::optional<Name> otherwise);
  static void offer_stated(const Schema& schema, Offers& offers);
  void offer_made(const Task& task, int depth, Offers& offers);

  // In structure_samples.cpp.
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
  // A property or an element.
  [[nodiscard]] std::optional<boost::json::value> part(const Schemas& schemas, int depth);

  // A document can ask for more than anyone can make.
  static constexpr std::chrono::milliseconds kPatience{500};

  Direction direction_;
  Clock::time_point deadline_ = Clock::now() + kPatience;
};

}  // namespace penstock::contract
