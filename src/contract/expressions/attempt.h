#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::contract {

// An Attempt is what it may take to make an automaton of one pattern. Its time is counted in visits
// of a part of the pattern or of a range of characters, of about 20 ns each.
struct Attempt {
  static constexpr size_t kVisitsMax = 4'000'000;

  size_t visits_left = kVisitsMax;
  std::string_view obstacle = {};  // Why there is no automaton, as a sentence.

  // Takes visits. Returns false if there are too few left.
  [[nodiscard]] bool take(size_t visits) {
    if (visits <= visits_left) {
      visits_left -= visits;
      return true;
    }
    visits_left = 0;
    fail("it would take too long to make");
    return false;
  }
  // Notes why there is no automaton. The first reason stays.
  void fail(std::string_view sentence) {
    if (obstacle.empty()) obstacle = sentence;
  }
};

}  // namespace penstock::contract
