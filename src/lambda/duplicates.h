#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Recognises records that this process has already finished. Records are the same if they have the
// same CloudEvents source and id or, without an id, the same topic, partition, offset and
// timestamp. It is best effort: another execution environment of the function does not know these
// records, and only the last ones are remembered. A record is remembered only after its invocation
// has succeeded, so a retry is not a duplicate. Only one thread may use it.
class Duplicates {
 public:
  // Remembers at most `records_max` records, and forgets the oldest first.
  explicit Duplicates(size_t records_max = 10'000) : records_max_(records_max) {}

  // Says whether the record is already finished.
  [[nodiscard]] bool contains(const Record& record);
  // Notes that the current invocation has handled the record.
  void add_handled(const Record& record);
  // Marks the noted records as finished, because the Runtime API has accepted the invocation's
  // answer.
  void finish_handled();
  // Forgets the noted records, because the answer was an error or was not accepted, so that they
  // may be retried.
  void forget_handled() { handled_.clear(); }

 private:
  const std::string& name_of(const Record& record);

  const size_t records_max_;
  std::vector<std::string> handled_;
  std::unordered_set<std::string> finished_;
  std::deque<const std::string*> order_;  // The names in finished_, oldest first.
  std::string name_;                      // The last result of name_of(); its memory is reused.
};

}  // namespace penstock::lambda
