#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

struct Node;

// Collects what is wrong with the documents of a contract. The readers of all rooms add to one
// list, and the author of the contract gets the whole list at once.
class Problems {
 public:
  // Adds a sentence about the node. A sentence that is already known for the location is ignored.
  // After 50 problems, check() only says that there are more.
  void add(const Node& at, const std::string& sentence);
  // Adds a message that already contains its location: "FILE:LINE:COLUMN: sentence".
  void add_whole(const std::string& message);

  // Returns whether there is no problem.
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  // Fails with `invalid` if there is a problem. The message has each problem as "FILE:LINE:COLUMN:
  // sentence" on a line, sorted by location.
  [[nodiscard]] base::Result<> check() const;

 private:
  struct Problem {
    std::string file;  // The whole message if `line` is 0.
    uint32_t line = 0;
    uint32_t column = 0;
    std::string sentence = {};
  };

  std::vector<Problem> problems_;
  bool has_more_ = false;
};

}  // namespace penstock::contract
