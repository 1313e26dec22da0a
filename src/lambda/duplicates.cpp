#include "lambda/duplicates.h"

#include <bit>
#include <utility>

#include "base/number_text.h"

namespace penstock::lambda {

namespace {

// A record is hardly ever a duplicate. With so many lists, its list is mostly empty and no name has
// to be compared.
constexpr size_t kListsPerName = 2;
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
    append_text(identity_, record.header("ce_source").value_or(std::string_view()));
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
  return has(name);
}

bool FinishedRecords::has(const RecordName& name) {
  if (lists_.empty()) return false;
  for (Place place = list_of(name); place != 0; place = next_[place - 1]) {
    if (names_[place - 1] == name) return true;
  }
  return false;
}

void FinishedRecords::take(std::vector<RecordName>& names) {
  const std::lock_guard lock(mutex_);
  if (lists_.empty() && !names.empty()) {
    names_.reserve(records_max_);
    next_.resize(records_max_);
    lists_.resize(std::bit_ceil(records_max_ * kListsPerName));
  }
  for (const RecordName& name : names) {
    if (has(name)) continue;
    last_ = last_ == records_max_ ? 1 : last_ + 1;
    if (names_.size() < last_) {
      names_.push_back(name);
    } else {
      forget(last_);
      names_[last_ - 1] = name;
    }
    Place& list = list_of(name);
    next_[last_ - 1] = std::exchange(list, last_);
  }
  names.clear();
}

// Takes the place out of its list.
void FinishedRecords::forget(Place place) {
  Place* link = &list_of(names_[place - 1]);
  while (*link != place) link = &next_[*link - 1];
  *link = next_[place - 1];
}

}  // namespace penstock::lambda
