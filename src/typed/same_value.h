#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

#include "contract/schema/schema.h"
#include "contract/schema/validate.h"

namespace penstock::typed {

// The schemas that apply to one value: one, and those that it refers to or has in its `allOf`.
class SameValue {
 public:
  struct Applied {
    const contract::Schema* schema;
    // These are those of the schemas around it. A required property that one of them names may be
    // missing.
    std::vector<const contract::OneWayNames*> one_way;
    size_t end;  // Its parts are those up to this index.
  };

  // Adds a schema with its parts.
  void add(const contract::Schema& schema,
           const std::vector<const contract::OneWayNames*>& outer = {});
  // Adds what another one has from `first` to `end`.
  void add(const SameValue& other, size_t first, size_t end);

  [[nodiscard]] const std::vector<Applied>& all() const { return all_; }
  // Says whether nothing but these schemas, and perhaps a discriminator, decides on the value.
  [[nodiscard]] bool is_plain() const { return is_plain_; }
  // Returns the index of the schema that has a discriminator, or all().size().
  [[nodiscard]] size_t discriminated() const {
    return discriminated_ < all_.size() ? discriminated_ : all_.size();
  }
  // Returns the types that all of them allow.
  [[nodiscard]] unsigned types() const;

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  std::vector<Applied> all_;
  bool is_plain_ = true;
  size_t discriminated_ = kNone;
};

// Says whether a property with this name may be missing from a value that goes in this direction,
// although the schema requires it.
[[nodiscard]] bool goes_the_other_way(const SameValue::Applied& applied, std::string_view name,
                                      contract::Direction direction);

using SchemaSet = boost::unordered_flat_set<const contract::Schema*>;

// Says whether a schema that can be reached from this one depends on those around it
// (`$dynamicRef`). From those in `known` none can; what is found to be so is added there.
[[nodiscard]] bool is_dynamic(const contract::Schema& schema, SchemaSet& known);

}  // namespace penstock::typed
