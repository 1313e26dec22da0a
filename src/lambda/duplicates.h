#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Remembers the names of records that this process has finished. Any thread may use it.
class FinishedRecords {
 public:
  // Remembers at most `records_max` records, and forgets the oldest first.
  explicit FinishedRecords(size_t records_max = 10'000) : records_max_(records_max) {}

  [[nodiscard]] bool contains(const std::string& name);
  // Remembers these records, and leaves the list empty.
  void take(std::vector<std::string>& names);

 private:
  std::mutex mutex_;
  const size_t records_max_;
  std::unordered_set<std::string> names_;
  std::deque<const std::string*> order_;  // The names in names_, oldest first.
};

// Recognises records that this process has already finished. Records are the same if they have the
// same CloudEvents source and id or, without an id, the same topic, partition, offset and
// timestamp. It is best effort: another execution environment of the function does not know these
// records, and only the last ones are remembered. A record is remembered only after its invocation
// has succeeded, so a retry is not a duplicate. Only one thread may use it; several share what they
// remember.
class Duplicates {
 public:
  explicit Duplicates(size_t records_max = 10'000)
      : Duplicates(std::make_shared<FinishedRecords>(records_max)) {}
  explicit Duplicates(std::shared_ptr<FinishedRecords> finished) : finished_(std::move(finished)) {}

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

  const std::shared_ptr<FinishedRecords> finished_;
  std::vector<std::string> handled_;
  std::string name_;  // The last result of name_of(); its memory is reused.
};

}  // namespace penstock::lambda
