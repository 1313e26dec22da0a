#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/schema/schema.h"
#include "contract/schema/validate.h"
#include "typed/type.h"

namespace penstock::typed {

struct ValuePlan;
class PlanBuilder;

// Says how the property of an object is read. `value` is null if it must not be there, or if the
// rare way must decide.
struct MemberPlan {
  std::string_view name;
  const ValuePlan* value = nullptr;
  // The member begins so many bytes behind the start of its struct. It is kNoMember if there is
  // none: the value is checked and dropped.
  ptrdiff_t offset = 0;

  // Says whether the name stands in a text as it is: it has no quote, no backslash and no control
  // character.
  bool is_plain = false;

  static constexpr ptrdiff_t kNoMember = -1;
};

// Says how an object is read into a struct or a map.
struct ObjectPlan {
  static constexpr size_t kMembersMax = 64;  // One bit each.

  std::vector<MemberPlan> members;
  // Has the index of each member. It is empty where there are few members.
  boost::unordered_flat_map<std::string_view, uint32_t> by_name;
  uint64_t required = 0;  // The bits of the members that must be there.
  uint64_t rules = 1;     // So many schemas look up each property.
  uint64_t min = 0;
  uint64_t max = std::numeric_limits<uint64_t>::max();
  // Says how other properties are read; `value` is null if there must not be any.
  MemberPlan others;

  // Returns the member with this name, or members.size().
  [[nodiscard]] size_t find(std::string_view name) const;
};

// Says how one alternative of a variant is read.
struct AlternativePlan {
  std::string_view name;
  size_t index;
  const ValuePlan* value;
};

// These are the limits of numbers. `rules` has what is not among them.
struct NumberPlan {
  const contract::NumberRules* rules = nullptr;
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_is_out = false, high_is_out = false;  // Whether the limits themselves are out.
  bool only_whole = false;                       // Whether a number format has no fractions.
  uint64_t price = 0;
};

// Says how a value is read: which schemas apply to it, and what becomes of it.
struct ValuePlan {
  enum class Way : uint8_t {
    tree,  // As a JSON value, which is validated and then read: the general way, for a part.
    boolean,
    whole,
    real,
    text,
    date,
    date_time,
    enumeration,
    record,
    map,
    list,
    variant,
  };
  static constexpr size_t kNoNull = std::numeric_limits<size_t>::max();

  Way way = Way::tree;
  unsigned types = contract::type::any;  // What all schemas allow.
  uint64_t price = 0;                    // Of applying the schemas, in steps.
  uint64_t boxes = 0;                    // The price of what the holders make in boxes.
  uint64_t made = 0;                     // The price of making an element, of a list or a map.
  const Type* outer = nullptr;           // The C++ type, with its holders.
  const Type* type = nullptr;            // The C++ type inside the holders.
  bool may_be_absent = false;            // Whether the outermost holder is about absence.
  std::vector<const HolderTable*> holders;
  // For null so many holders get an object. It is kNoNull if the type has no place for null.
  size_t null_holders = kNoNull;
  std::vector<const contract::Schema*> roots;  // What a tree is validated with.

  std::vector<const contract::Enumeration*> choices;
  std::vector<const contract::StringRules*> texts;
  std::vector<NumberPlan> numbers;
  // These are the texts of an enumeration, sorted by size and text, with their values.
  std::vector<std::pair<std::string_view, int>> enumerators;
  std::unique_ptr<ObjectPlan> object;
  std::string_view property;  // The discriminator's.
  std::vector<AlternativePlan> alternatives;
  const ValuePlan* element = nullptr;  // Of a list.
  uint64_t min = 0;                    // Elements.
  uint64_t max = std::numeric_limits<uint64_t>::max();
  bool unique = false;
};

// A Plan says how JSON of one schema is read into one C++ type. It is made once at start;
// afterwards it is only read, so several threads may use it. The schema must outlive it.
class Plan {
 public:
  // So many schemas may apply to one value, or the value is read as a tree.
  static constexpr size_t kSchemasMax = 16;

  // Makes the plan. `schema` may be null. Fails with `invalid` if the type cannot have been
  // generated from the schema: the message says what does not fit, one line for each place.
  [[nodiscard]] static base::Result<Plan> make(const contract::Schema* schema, const Type& type,
                                               contract::Direction direction,
                                               bool may_be_absent = false);

  [[nodiscard]] const ValuePlan& root() const { return *root_; }
  [[nodiscard]] contract::Direction direction() const { return direction_; }
  // Says whether the reader may use the plan. It may not if a schema depends on those around it.
  [[nodiscard]] bool is_usable() const { return is_usable_; }

 private:
  friend class PlanBuilder;

  std::shared_ptr<const std::deque<ValuePlan>> values_;
  const ValuePlan* root_ = nullptr;
  contract::Direction direction_ = contract::Direction::neither;
  bool is_usable_ = true;
};

// Makes the plans of a contract. What several of them have in common is made once, because each of
// many operations may reach most of the contract's schemas.
class Planner {
 public:
  Planner();
  ~Planner();
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  // Does what Plan::make() does.
  [[nodiscard]] base::Result<Plan> make(const contract::Schema* schema, const Type& type,
                                        contract::Direction direction, bool may_be_absent = false);

 private:
  std::map<contract::Direction, std::unique_ptr<PlanBuilder>> builders_;
};

}  // namespace penstock::typed
