#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

struct Node;

// What is wrong with the documents of a contract: a list that the readers of all rooms add to, and
// that is shown as a whole, because whoever writes a contract wants to know everything at once.
class Problems {
 public:
  // Adds a sentence about the node. The same sentence about the same place counts once, and beyond
  // 50 problems it is only remembered that there are more.
  void add(const Node& at, const std::string& sentence);
  // Adds a message that says its place itself: "FILE:LINE:COLUMN: sentence".
  void add_whole(const std::string& message);

  [[nodiscard]] bool empty() const { return problems_.empty(); }
  // The error has every problem as "FILE:LINE:COLUMN: sentence", one a line and in the order of
  // their places. It is `invalid`.
  [[nodiscard]] base::Result<> check() const;

 private:
  struct Problem {
    std::string file;  // Or the whole message, where the line is 0.
    uint32_t line = 0;
    uint32_t column = 0;
    std::string sentence = {};
  };

  std::vector<Problem> problems_;
  bool has_more_ = false;
};

}  // namespace penstock::contract
