#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Recognises records that this process has finished before: the same event (CloudEvents: source and id), or,
// where a record has no id, the same place and time in Kafka. Best effort: another environment of the
// function knows nothing of it, and only the last ones are remembered. A record is remembered when its
// invocation has been finished, not before: a retry is no duplicate.
class Duplicates {
 public:
  explicit Duplicates(size_t records_max = 10'000) : records_max_(records_max) {}

  [[nodiscard]] bool contains(const Record& record) const;
  // Handled in the invocation that is under way.
  void handled(const Record& record);
  // The invocation's answer has been taken: what was handled is finished.
  void finish();
  // It has not, or it was an error: all of it may come again.
  void forget() { handled_.clear(); }

 private:
  using Names = std::vector<std::string>;
  static Names names_of(const Record& record);

  const size_t records_max_;
  std::vector<Names> handled_;
  std::deque<Names> order_;  // Of those that are finished, oldest first.
  std::unordered_set<std::string> finished_;
};

}  // namespace penstock::lambda
