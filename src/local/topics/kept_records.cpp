#include "local/topics/kept_records.h"

#include <utility>

namespace penstock::local {

bool KeptRecords::add(ShownRecord record) {
  bytes_ += record.text_bytes();
  ++count_;
  auto& partition = partitions_[record.topic_partition];
  partition.push_back(std::move(record));
  return fit();
}

void KeptRecords::add_older(std::vector<ShownRecord> records) {
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    bytes_ += record->text_bytes();
    ++count_;
    auto& partition = partitions_[record->topic_partition];
    partition.push_front(std::move(*record));
  }
  fit();
}

bool KeptRecords::fit() {
  const bool fits = count_ <= records_max_ && bytes_ <= bytes_max_;
  while (count_ > 1 && (count_ > records_max_ || bytes_ > bytes_max_)) drop_one();
  return fits;
}

void KeptRecords::drop_one() {
  const bool oldest = keep_ == Keep::newest;
  auto chosen = partitions_.begin();
  for (auto other = partitions_.begin(); other != partitions_.end(); ++other) {
    const bool goes_first =
        oldest ? other->second.front().timestamp_ms < chosen->second.front().timestamp_ms
               : other->second.back().timestamp_ms > chosen->second.back().timestamp_ms;
    if (goes_first) chosen = other;
  }
  auto& records = chosen->second;
  bytes_ -= oldest ? records.front().text_bytes() : records.back().text_bytes();
  --count_;
  if (oldest) {
    records.pop_front();
  } else {
    records.pop_back();
  }
  if (records.empty()) partitions_.erase(chosen);
  dropped_ = true;
}

std::vector<ShownRecord> KeptRecords::take() {
  std::vector<ShownRecord> all;
  for (auto& [topic_partition, records] : std::exchange(partitions_, {})) {
    for (ShownRecord& record : records) all.push_back(std::move(record));
  }
  count_ = 0;
  bytes_ = 0;
  return all;
}

std::vector<ShownRecord> KeptRecords::take_newest_first() {
  std::vector<ShownRecord> all;
  auto partitions = std::exchange(partitions_, {});
  while (!partitions.empty()) {
    auto newest = partitions.begin();
    for (auto other = partitions.begin(); other != partitions.end(); ++other) {
      if (other->second.back().timestamp_ms > newest->second.back().timestamp_ms) newest = other;
    }
    all.push_back(std::move(newest->second.back()));
    newest->second.pop_back();
    if (newest->second.empty()) partitions.erase(newest);
  }
  count_ = 0;
  bytes_ = 0;
  return all;
}

}  // namespace penstock::local
