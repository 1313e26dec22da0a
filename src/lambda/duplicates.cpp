#include "lambda/duplicates.h"

#include <algorithm>
#include <utility>

namespace penstock::lambda {

namespace {

// A record is hardly ever a duplicate. With so few names in a bucket, its bucket is mostly empty
// and no name has to be compared.
constexpr float kNamesPerBucket = 0.25f;

}  // namespace

// Returns a name that identifies the record. It is not a hash, because a record with the same hash
// as another would be lost.
const std::string& Duplicates::name_of(const Record& record) {
  name_.clear();
  // Without an id, the name is topic, partition and offset, and the timestamp, because another
  // cluster or a recreated topic has the same offsets.
  const auto id = record.header("ce_id");
  if (id && !id->empty()) {
    name_.append(record.header("ce_source").value_or("")).append(1, '\0').append(*id);
  } else {
    name_.append(record.topic).append(1, '\n');
    name_ += to_text(record.partition) + '\n' + to_text(record.offset) + '\n' +
             std::to_string(record.timestamp.count());
  }
  return name_;
}

bool Duplicates::contains(const Record& record) {
  return finished_->contains(name_of(record));
}

void Duplicates::add_handled(const Record& record) {
  handled_.push_back(name_of(record));
}

void Duplicates::finish_handled() {
  finished_->take(handled_);
}

bool FinishedRecords::contains(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return names_.contains(name);
}

void FinishedRecords::take(std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  if (names_.empty()) {
    names_.max_load_factor(kNamesPerBucket);
    names_.reserve(std::min(records_max_, names.size()) + 1);
  }
  for (std::string& name : names) {
    const auto [place, is_new] = names_.insert(std::move(name));
    if (!is_new) continue;
    order_.push_back(&*place);
    if (order_.size() <= records_max_) continue;
    names_.erase(names_.find(*order_.front()));
    order_.pop_front();
  }
  names.clear();
}

}  // namespace penstock::lambda
