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
  std::string file = {};
  // These are counted from 1, as editors do. They are 0 if the problem has no place in the file.
  uint32_t line = 0;
  uint32_t column = 0;
  std::string sentence = {};

  // Returns "FILE:LINE:COLUMN: sentence", or without the place if there is none.
  [[nodiscard]] std::string text() const;
};

// Collects what is wrong with the documents of a contract. The readers of all rooms add to one
// list, and the author of the contract gets the whole list at once. It has at most 100,000
// refusals and as many remarks; what is added beyond that is dropped.
class Problems {
 public:
  // Adds a sentence about the node. A sentence that is already known for the location is ignored.
  void add(Problem::Severity severity, const Node& at, std::string_view kind,
           std::string_view sentence);
  // Adds a refusal of a whole file, because it cannot be read as YAML or JSON. The message begins
  // with its location: "FILE:LINE:COLUMN: sentence".
  void add_unreadable(const std::string& file, const std::string& message);

  // Returns whether there is no refusal.
  [[nodiscard]] bool sound() const { return refusals_ == 0; }
  // Returns all problems, sorted by location.
  [[nodiscard]] std::vector<Problem> sorted() const;
  // Fails with the error_of() the problems if there is a refusal.
  [[nodiscard]] base::Result<> check() const;

 private:
  std::vector<Problem> problems_;
  size_t refusals_ = 0;
  boost::unordered_flat_set<std::string> known_;  // Their texts.
};

// Returns the refusals among sorted problems as an error of the code `invalid`. The message has a
// line for each of the first 5 of each kind, and at most 50. Then it says how many more there are
// of each kind, so that no kind hides another one.
[[nodiscard]] base::Error error_of(const std::vector<Problem>& problems);

}  // namespace penstock::contract
