#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

struct Node;

// A Problem is a sentence about one place in the documents of a contract.
struct Problem {
  // A refusal stops the start. A remark is about something that has no effect, or not yet: the rest
  // of the document is enforced.
  enum class Severity : uint8_t { refusal, remark };

  Severity severity = Severity::refusal;
  // The kind is a stable name in kebab case, such as "unknown-format", by which problems are
  // grouped. It is empty for a problem that has no name yet.
  std::string kind = {};
  std::string file = {};  // The whole message if `line` is 0.
  uint32_t line = 0;      // Counted from 1, as editors do; so is the column.
  uint32_t column = 0;
  std::string sentence = {};

  // Returns "FILE:LINE:COLUMN: sentence", as printable text.
  [[nodiscard]] std::string text() const;
};

// Collects what is wrong with the documents of a contract. The readers of all rooms add to one
// list, and the author of the contract gets the whole list at once. It has at most 100,000
// problems; what is added beyond that is dropped.
class Problems {
 public:
  // Adds a sentence about the node. A sentence that is already known for the location is ignored.
  void add(Problem::Severity severity, const Node& at, std::string_view kind,
           std::string_view sentence);
  // Adds a refusal whose message already contains its location: "FILE:LINE:COLUMN: sentence".
  void add_whole(const std::string& message);

  // Returns whether there is no refusal.
  [[nodiscard]] bool sound() const { return refusals_ == 0; }
  // Returns all problems, sorted by location.
  [[nodiscard]] std::vector<Problem> sorted() const;
  // Fails with `invalid` if there is a refusal. The message has a line for each, sorted by
  // location. After 50 it only says that there are more.
  [[nodiscard]] base::Result<> check() const;

 private:
  std::vector<Problem> problems_;
  size_t refusals_ = 0;
  boost::unordered_flat_set<std::string> known_;  // Their texts.
};

}  // namespace penstock::contract
