#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "contract/cpp/cpp_names.h"
#include "contract/document/document.h"

namespace penstock::contract {

class Contract;

// A Place says where in a contract's documents a schema stands, and how its type is called for it.
struct Place {
  std::string key;            // "FILE#POINTER", which no other place has.
  std::string wanted;         // "OrderLine".
  std::string original = {};  // The name in the document, if it has one of its own.
  bool chosen = false;        // Whether `wanted` is the author's `x-penstock-name`.

  // Returns whether the schema has a name of its own: it is a component, or in `$defs`, or in a
  // file of schemas.
  [[nodiscard]] bool is_named() const { return !original.empty(); }
};

// Names schemas after their places, and never after how they are reached. So no operation changes
// the name of another.
class CppPlaces {
 public:
  explicit CppPlaces(const Contract& contract);

  // Returns the place of a schema's node.
  [[nodiscard]] Place of(const Node& schema) const;

 private:
  struct Parent {
    const Node* node = nullptr;
    std::string_view key;  // Empty for an element of an array.
    size_t index = 0;
  };
  // A Step leads from a node to one inside it.
  struct Step {
    const Node* from;
    std::string key;
  };
  using Steps = std::vector<Step>;

  void add(const Node& root);
  [[nodiscard]] Steps steps_to(const Node& node, const Node*& root) const;
  [[nodiscard]] std::string after_document(const Steps& steps, const Node& root, size_t& at,
                                           Place& place) const;
  [[nodiscard]] std::string operation_at(const Node& node) const;

  boost::unordered_flat_map<const Node*, Parent> parents_;
  boost::unordered_flat_map<const Node*, std::string> operations_;  // The name of each.
  const Node* root_ = nullptr;
};

// Returns the sentence about a chosen name that is no name of C++.
[[nodiscard]] std::string no_cpp_name(std::string_view chosen, CppLetter first);
// Returns the author's `x-penstock-name` of a schema, an operation, a parameter or an event, or
// null.
[[nodiscard]] const Node* chosen_name(const Node* node);

}  // namespace penstock::contract
