#include "lambda/duplicates.h"

#include <algorithm>
#include <utility>

#include "base/number_text.h"

namespace penstock::lambda {

namespace {

// A record is hardly ever a duplicate. With so few names in a bucket, its bucket is mostly empty
// and no name has to be compared.
constexpr float kNamesPerBucket = 0.25f;
// An invocation has 6 MB at most, but one with a long id must not keep that memory for ever.
constexpr size_t kIdentityBytesKept = 4096;

// Appends the text with its length, so that "ab" and "c" differ from "a" and "bc".
void append_text(std::string& out, std::string_view text) {
  base::append_number(out, text.size());
  out.append(1, ':').append(text);
}

}  // namespace

RecordName Duplicates::name_of(const Record& record) {
  // An assignment would keep the memory.
  if (identity_.capacity() > kIdentityBytesKept) std::string().swap(identity_);
  identity_.clear();
  // Without an id, it is topic, partition and offset, and the timestamp, because another cluster or
  // a recreated topic has the same offsets.
  const auto id = record.header("ce_id");
  if (id && !id->empty()) {
    append_text(identity_, record.header("ce_source").value_or(""));
    identity_.append(1, 'i').append(*id);
  } else {
    append_text(identity_, record.topic);
    for (const int64_t number : {int64_t{record.partition.number}, record.offset.value,
                                 int64_t{record.timestamp.count()}}) {
      identity_ += 'n';
      base::append_number(identity_, number);
    }
  }
  return finished_->name_of(identity_);
}

void Duplicates::finish_handled() {
  finished_->take(handled_);
}

bool FinishedRecords::contains(const RecordName& name) {
  const std::lock_guard lock(mutex_);
  return names_.contains(name);
}

void FinishedRecords::take(std::vector<RecordName>& names) {
  const std::lock_guard lock(mutex_);
  if (names_.empty()) {
    names_.max_load_factor(kNamesPerBucket);
    names_.reserve(std::min(records_max_, names.size()) + 1);
  }
  for (const RecordName& name : names) {
    if (!names_.insert(name).second) continue;
    order_.push_back(name);
    if (order_.size() <= records_max_) continue;
    names_.erase(order_.front());
    order_.pop_front();
  }
  names.clear();
}

}  // namespace penstock::lambda
