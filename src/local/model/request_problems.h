#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::local {

// Collects what is wrong with a document that a user has written, so that all mistakes are reported
// at once. Its data is a list of members' paths, such as "DestinationConfig.OnFailure" or
// "Topics[0]", each with a sentence, in the order in which they were found.
class RequestProblems {
 public:
  // More problems than these are not kept, so that a hostile document costs no memory.
  static constexpr size_t kMax = 100;

  // Adds a problem, unless this path already has one. `sentence` follows the path.
  void add(std::string_view path, std::string_view sentence);
  [[nodiscard]] bool empty() const { return all_.empty(); }
  // Says whether this path, or one inside it, has a problem.
  [[nodiscard]] bool has(std::string_view path) const;
  // Returns all problems, one to a line: "Member.Of.It must be …".
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

}  // namespace penstock::local
