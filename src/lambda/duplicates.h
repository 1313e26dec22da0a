#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/keyed_hash.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Names a record: 16 bytes, however long its id is. It is a keyed hash. A record whose name is that
// of a finished one would be taken for it and so be lost, and the producers choose the ids; that is
// why the hash has 128 bits and a key that only this process knows (base/keyed_hash.h).
using RecordName = base::KeyedHash::Value;

// Remembers the names of records that this process has finished. Any thread may use it.
class FinishedRecords {
 public:
  // Remembers at most `records_max` records, and forgets the oldest first. A record takes less than
  // 40 bytes, so 10,000 take 0.4 MB. The memory is allocated with the first records.
  explicit FinishedRecords(size_t records_max = 10'000) : records_max_(records_max) {}

  // Returns the name of the record with this identity, a text that no other record has.
  [[nodiscard]] RecordName name_of(std::string_view identity) const { return hash_.of(identity); }
  [[nodiscard]] bool contains(const RecordName& name);
  // Remembers these records, and leaves the list empty.
  void take(std::vector<RecordName>& names);

 private:
  // Is the number of a place, from 1 on; 0 is none.
  using Place = uint32_t;

  // Returns the list of places in which the name can be. The names are hashes themselves.
  [[nodiscard]] Place& list_of(const RecordName& name) {
    return lists_[name.low & (lists_.size() - 1)];
  }
  [[nodiscard]] bool has(const RecordName& name);
  void forget(Place place);

  const base::KeyedHash hash_;
  std::mutex mutex_;
  const size_t records_max_;
  // The place N has names_[N - 1], and next_[N - 1] is the next place of its list. Places are
  // given in turns, so that the next one to be given has the oldest name once all are in use.
  std::vector<RecordName> names_;
  std::vector<Place> next_;
  std::vector<Place> lists_;  // Has the first place of each list. Their number is a power of two.
  Place last_ = 0;            // The place that was given last.
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

  [[nodiscard]] RecordName name_of(const Record& record);
  // Says whether the record of this name is already finished.
  [[nodiscard]] bool contains(const RecordName& name) { return finished_->contains(name); }
  // Notes that the current invocation has handled the record of this name.
  void add_handled(const RecordName& name) { handled_.push_back(name); }
  // Marks the noted records as finished, because the Runtime API has accepted the invocation's
  // answer.
  void finish_handled();
  // Forgets the noted records, because the answer was an error or was not accepted, so that they
  // may be retried.
  void forget_handled() { handled_.clear(); }

 private:
  const std::shared_ptr<FinishedRecords> finished_;
  std::vector<RecordName> handled_;
  std::string identity_;  // Memory for name_of().
};

}  // namespace penstock::lambda
