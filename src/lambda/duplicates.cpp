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
  return finished_.contains(name_of(record));
}

void Duplicates::add_handled(const Record& record) {
  handled_.push_back(name_of(record));
}

void Duplicates::finish_handled() {
  if (finished_.empty()) {
    finished_.max_load_factor(kNamesPerBucket);
    finished_.reserve(std::min(records_max_, handled_.size()) + 1);
  }
  for (std::string& name : handled_) {
    const auto [place, is_new] = finished_.insert(std::move(name));
    if (!is_new) continue;
    order_.push_back(&*place);
    if (order_.size() <= records_max_) continue;
    finished_.erase(finished_.find(*order_.front()));
    order_.pop_front();
  }
  handled_.clear();
}

}  // namespace penstock::lambda
