#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "contract/expressions/reading.h"

namespace penstock::contract {

// GroupNames are the groups of a pattern, and the references to them. A group's name is of no use
// here, but a wrong one is a fault of the pattern.
class GroupNames {
 public:
  // Two alternatives may have groups of the same name.
  struct Choice {
    size_t names_before;
    size_t others_before;
  };

  Choice begin_choice() const { return {visible_.size(), others_.size()}; }
  void begin_alternative(const Choice& choice);
  void end_choice(const Choice& choice);

  // Counts a group that has no name.
  void count_group() { ++groups_; }
  // Reads a group's name, from after its '<' to its '>'.
  void take_name(Reading& reading);
  // Reads a back reference and notes that it is not enforced. Returns false if there is none.
  bool take_reference(Reading& reading);
  // Fails if a reference has no group. Call it at the end.
  void check_references(Reading& reading) const;

 private:
  std::vector<std::string> visible_;  // The names that a group may not have again.
  std::vector<std::string> others_;   // Those of other alternatives of the open choices.
  uint32_t groups_ = 0;
  std::vector<std::pair<size_t, uint32_t>> number_references_;  // With their places.
  std::vector<std::pair<size_t, std::string>> name_references_;
};

}  // namespace penstock::contract
