#include "local/console/operations/given_up_batches.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/printable_text.h"

namespace penstock::local {
namespace {

constexpr size_t kNameMax = 1'000;
constexpr size_t kReasonMax = 2'000;

size_t count_of(const GivenUpBatch& batch) {
  size_t count = 0;
  for (const auto& [topic_partition, ranges] : batch.offsets) count += ranges.size();
  return count;
}

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

GivenUpBatch::Ranges ranges_of(const RecordSet& records) {
  GivenUpBatch::Ranges all;
  for (const auto& [topic_partition, offsets] : records) {
    auto& ranges = all[topic_partition];
    for (const base::Offset offset : offsets) {
      if (!ranges.empty() && ranges.back().last + 1 == offset) {
        ranges.back().last = offset;
      } else {
        ranges.push_back({offset, offset});
      }
    }
  }
  return all;
}

std::string text_of(const GivenUpBatch::Ranges& ranges) {
  constexpr size_t kShown = 20;
  std::string text;
  size_t count = 0;
  for (const auto& [topic_partition, offsets] : ranges) {
    for (const OffsetRange& range : offsets) {
      if (++count > kShown) return text + ", …";
      text += (text.empty() ? "" : ", ") + topic_partition.text() + " " + range.text();
    }
  }
  return text;
}

void GivenUpBatches::add(std::string_view mapping, const EventBatch& batch, int64_t attempts,
                         std::string_view condition, std::string_view reason,
                         std::string_view destination) {
  RecordSet records;
  for (const auto& entry : batch.entries()) {
    records[batch.topic_partition(entry)].insert(entry.offset);
  }
  GivenUpBatch given_up{.id = {},
                        .at_ms = now_ms(),
                        .mapping = base::printable(mapping, kNameMax),
                        .condition = base::printable(condition, kNameMax),
                        .reason = base::printable(reason, kReasonMax),
                        .text = base::printable(batch.text(), kReasonMax),
                        .destination = base::printable(destination, kNameMax),
                        .records = batch.size(),
                        .attempts = attempts,
                        .offsets = ranges_of(records)};
  const std::lock_guard lock(mutex_);
  given_up.id = std::to_string(++last_id_);
  ranges_ += count_of(given_up);
  batches_.push_back(std::make_shared<const GivenUpBatch>(std::move(given_up)));
  while (batches_.size() > kBatchesMax || (batches_.size() > 1 && ranges_ > kRangesMax)) {
    ranges_ -= count_of(*batches_.front());
    batches_.pop_front();
  }
}

std::vector<std::shared_ptr<const GivenUpBatch>> GivenUpBatches::list() const {
  const std::lock_guard lock(mutex_);
  return {batches_.rbegin(), batches_.rend()};
}

std::shared_ptr<const GivenUpBatch> GivenUpBatches::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& batch : batches_) {
    if (batch->id == id) return batch;
  }
  return nullptr;
}

template <class Change>
void GivenUpBatches::change(std::string_view id, const Change& change) {
  const std::lock_guard lock(mutex_);
  for (auto& batch : batches_) {
    if (batch->id != id) continue;
    GivenUpBatch changed = *batch;
    change(changed);
    ranges_ = ranges_ - count_of(*batch) + count_of(changed);
    batch = std::make_shared<const GivenUpBatch>(std::move(changed));
  }
}

void GivenUpBatches::set_redriven(std::string_view id) {
  change(id, [](GivenUpBatch& batch) { batch.redriven = true; });
}

void GivenUpBatches::narrow(std::string_view id, const RecordSet& records) {
  change(id, [&](GivenUpBatch& batch) {
    batch.offsets = ranges_of(records);
    batch.text = text_of(batch.offsets);
    batch.records = 0;
    for (const auto& [topic_partition, offsets] : records) batch.records += offsets.size();
  });
}

}  // namespace penstock::local
