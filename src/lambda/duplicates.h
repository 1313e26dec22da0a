#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Recognises records that this process has finished before: the same event (CloudEvents: source and
// id), or, where a record has no id, the same place and time in Kafka. Best effort: another
// environment of the function knows nothing of it, and only the last ones are remembered. A record
// is remembered when its invocation has been finished, not before: a retry is no duplicate.
class Duplicates {
 public:
  explicit Duplicates(size_t records_max = 10'000) : records_max_(records_max) {}

  // Whether the record is one of those that are finished.
  [[nodiscard]] bool contains(const Record& record);
  // Notes that the invocation that is under way has handled the record.
  void add_handled(const Record& record);
  // Finishes what has been noted, because the invocation's answer has been taken.
  void finish_handled();
  // Forgets what has been noted, because the answer was an error or has not been taken: it may come
  // again.
  void forget_handled() { handled_.clear(); }

 private:
  const std::string& name_of(const Record& record);

  const size_t records_max_;
  std::vector<std::string> handled_;
  std::unordered_set<std::string> finished_;
  std::deque<const std::string*> order_;  // Of those that are finished, oldest first.
  std::string name_;                      // The last one that was asked for.
};

}  // namespace penstock::lambda
