#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/cpp/cpp_model.h"
#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_parts.h"
#include "contract/cpp/cpp_places.h"

namespace penstock::contract {

// Makes a CppType of each schema that it is asked for, and of those inside. A type is known as soon
// as it is asked for, and filled later, so that recursive schemas end.
class CppTypeBuilder {
 public:
  // The types are added to `types`.
  CppTypeBuilder(const CppPlaces& places, std::deque<CppType>& types)
      : places_(places), types_(types) {}

  // Returns the type for a schema, or JSON if it is null.
  [[nodiscard]] CppUse use_of(const Schema* schema);
  // Fills all types that were asked for, and those inside them. Fails as cpp_model() does.
  [[nodiscard]] base::Result<> fill();
  // Adds a type with the same content and another name. The type must be filled, and have one.
  [[nodiscard]] const CppType* copy(const CppType& type, const Place& place);
  // Replaces the name of a type.
  void rename(const CppType& type, const Place& place);
  // Returns the place of a type that has a name.
  [[nodiscard]] const Place& place_of(const CppType& type) const { return by_type_.at(&type); }
  // Makes a list of itself JSON, for which C++ has no type. Fails as cpp_model() does.
  [[nodiscard]] base::Result<> replace_circles();
  // Gives the types their names. `scope` has the names of everything else.
  [[nodiscard]] base::Result<> name(CppScope& scope);

 private:
  using Schemas = std::vector<const Schema*>;
  // This is a type that is not filled yet.
  struct Pending {
    CppType* type;
    CppParts parts;
    Place place;
  };

  [[nodiscard]] CppUse use_of(const Schemas& schemas, const Place& around, std::string_view part);
  [[nodiscard]] static CppType::Kind kind_of(const CppParts& parts);
  [[nodiscard]] static CppType::Kind kind_of_object(const CppParts& parts);
  [[nodiscard]] static bool is_variant(const CppParts& parts);
  void fill(Pending& pending);
  void fill_list(const Pending& pending);
  void fill_map(const Pending& pending);
  void fill_structure(const Pending& pending);
  void fill_variant(const Pending& pending);
  void fill_enumeration(const Pending& pending);
  void name_fields(CppType& type);
  void problem(const Node* at, const std::string& sentence);

  const CppPlaces& places_;
  std::deque<CppType>& types_;
  std::map<Schemas, CppUse> known_;  // By the schemas, sorted by their addresses.
  boost::unordered_flat_map<const CppType*, Place> by_type_;
  std::deque<Pending> pending_;
  base::Result<> result_;
};

}  // namespace penstock::contract
