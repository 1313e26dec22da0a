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

  [[nodiscard]] bool contains(const Record& record);
  // Handled in the invocation that is under way.
  void handled(const Record& record);
  // The invocation's answer has been taken: what was handled is finished.
  void finish();
  // It has not, or it was an error: all of it may come again.
  void forget() { handled_.clear(); }

 private:
  const std::string& name_of(const Record& record);

  const size_t records_max_;
  std::vector<std::string> handled_;
  std::unordered_set<std::string> finished_;
  std::deque<const std::string*> order_;  // Of those that are finished, oldest first.
  std::string name_;                      // The last one that was asked for.
};

}  // namespace penstock::lambda
