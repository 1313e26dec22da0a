#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

struct Node;

// A Place is where a message points to. The line is 0 for a whole file.
struct Place {
  std::string file = {};
  uint32_t line = 0;
  uint32_t column = 0;

  // Returns "FILE:LINE:COLUMN", or the file alone.
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] Place place_of(const Node& node);
// Reads what Place::text() writes.
[[nodiscard]] Place place_of(std::string_view where);

// A Change is one difference between two contracts.
struct Change {
  // A change breaks clients or events, or may break them, or breaks nothing.
  enum class Effect : uint8_t { breaks, may_break, does_not_break };

  Effect effect = Effect::breaks;
  std::string kind = {};  // In kebab case, such as "operation-removed".
  // The part of the contract, such as "POST /orders: body /items/*/price".
  std::string where = {};
  std::string sentence = {};
  Place old_place = {};
  Place new_place = {};
  size_t more = 0;  // The same change was found from so many other parts, too.
};

// Returns "breaks", "may_break" or "does_not_break".
[[nodiscard]] std::string_view name_of(Change::Effect effect);

// Collects changes. What differs in one schema is one change, however many operations use it.
class Changes {
 public:
  void add(Change change);
  // Returns the changes: those that break come first, and those of one effect are in the order in
  // which they were added.
  [[nodiscard]] std::vector<Change> sorted() const;

 private:
  std::vector<Change> changes_;
  std::map<std::string, size_t> known_;  // The index of each change.
};

}  // namespace penstock::contract
