#include "local/topics/record_search.h"

#include <algorithm>
#include <utility>

#include "local/topics/kept_records.h"

namespace penstock::local {
namespace {

using base::Offset;
using std::chrono::steady_clock;

constexpr int64_t kFirstChunk = 64;  // So many offsets are read first, from the end.
constexpr int64_t kChunkGrowth = 8;
constexpr int64_t kChunkMax = 16'384;

size_t bytes_of(const Record& record) {
  size_t sum = record.key.value_or("").size() + record.value.value_or("").size();
  for (const auto& [name, value] : record.headers) sum += name.size() + value.value_or("").size();
  return sum;
}

// Reads what one answer needs, within the bounds of all of it.
class Search {
 public:
  Search(TopicReader& reader, const RecordQuery& query, const TopicBrowser::Bounds& bounds)
      : reader_(reader),
        query_(query),
        bounds_(bounds),
        deadline_(steady_clock::now() + bounds.read_patience),
        ask_deadline_(steady_clock::now() + bounds.patience) {}

  base::Result<RecordsFound> run(const std::vector<TopicPartition>& topic_partitions) {
    auto extents = reader_.extents(topic_partitions, ask_deadline_);
    if (!extents) return extents.error();
    // What a small partition leaves of its share is for the others.
    std::vector<std::pair<TopicPartition, Extent>> parts(extents->begin(), extents->end());
    std::stable_sort(parts.begin(), parts.end(), [](const auto& one, const auto& other) {
      return one.second.end - one.second.first < other.second.end - other.second.first;
    });
    const bool newest = !query_.offset && !query_.from_ms;
    KeptRecords kept(newest ? KeptRecords::Keep::newest : KeptRecords::Keep::oldest, query_.limit,
                     bounds_.answer_bytes);
    base::Result<> read;
    if (newest) {
      read = each_part(parts, [&](const auto& part) { return read_back(part, kept); });
    } else {
      auto starts = starts_of(parts);
      if (!starts) return starts.error();
      read = each_part(parts, [&](const auto& part) {
        const auto start = starts->find(part.first);
        if (start == starts->end()) return base::Result<>{};
        return read_on(part.first, std::max(start->second, part.second.first), part.second.end,
                       kept);
      });
    }
    if (!read && examined_ == 0) return read.error();
    return RecordsFound{kept.take_newest_first(), examined_};
  }

 private:
  using Part = std::pair<TopicPartition, Extent>;

  // Calls `read` for each partition that has records, with its share of the bounds.
  template <class Read>
  base::Result<> each_part(const std::vector<Part>& parts, const Read& read) {
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].second.empty()) continue;
      const size_t left = parts.size() - i;
      records_until_ = examined_ + (bounds_.records - std::min(bounds_.records, examined_)) / left;
      bytes_until_ = bytes_ + (bounds_.bytes - std::min(bounds_.bytes, bytes_)) / left;
      if (base::Result<> done = read(parts[i]); !done) return done;
    }
    return {};
  }
  [[nodiscard]] bool share_is_used() const {
    return examined_ >= records_until_ || bytes_ >= bytes_until_;
  }

  // Notes that a record was read, and says whether it is wanted.
  bool examine(const Record& record) {
    ++examined_;
    bytes_ += bytes_of(record);
    if (scans_for_time_ && record.timestamp_ms < *query_.from_ms) return false;
    return !query_.key || record.key == query_.key;
  }

  // Reads from the end of a partition to its beginning, in growing pieces, until there is enough.
  base::Result<> read_back(const Part& part, KeptRecords& kept) {
    const auto& [topic_partition, extent] = part;
    KeptRecords own(KeptRecords::Keep::newest, query_.limit, bounds_.answer_bytes);
    const size_t records_before = examined_;
    const size_t bytes_before = bytes_;
    int64_t chunk =
        query_.key ? kFirstChunk : std::min(kFirstChunk, static_cast<int64_t>(query_.limit));
    base::Result<> result;
    for (Offset end = extent.end; end > extent.first && !own.full() && !share_is_used();) {
      const Offset from = std::max(extent.first, end - chunk);
      KeptRecords piece(KeptRecords::Keep::newest, query_.limit, bounds_.answer_bytes);
      const auto read =
          reader_.read_each(topic_partition, from, end - 1, deadline_, [&](const Record& record) {
            if (examine(record)) piece.add(shown_record(record, RecordBounds()));
            return true;
          });
      if (!read) {
        result = read.error();
        break;
      }
      own.add_older(piece.take());
      end = from;
      // The next piece must not be much larger than what may still be read.
      const size_t mean = (bytes_ - bytes_before) / std::max<size_t>(1, examined_ - records_before);
      const size_t bytes_left = bytes_until_ - std::min(bytes_until_, bytes_);
      const size_t records_left = records_until_ - std::min(records_until_, examined_);
      const size_t most = std::min(bytes_left / std::max<size_t>(1, mean), records_left);
      chunk = std::clamp<int64_t>(static_cast<int64_t>(most), 1,
                                  std::min(chunk * kChunkGrowth, kChunkMax));
    }
    for (ShownRecord& record : own.take()) kept.add(std::move(record));
    return result;
  }

  // Reads from an offset on until there is enough.
  base::Result<> read_on(const TopicPartition& topic_partition, Offset from, Offset end,
                         KeptRecords& kept) {
    if (from >= end) return {};
    KeptRecords own(KeptRecords::Keep::oldest, query_.limit, bounds_.answer_bytes);
    const auto read =
        reader_.read_each(topic_partition, from, end - 1, deadline_, [&](const Record& record) {
          const bool fits = !examine(record) || own.add(shown_record(record, RecordBounds()));
          return fits && !own.full() && !share_is_used();
        });
    for (ShownRecord& record : own.take()) kept.add(std::move(record));
    return read ? base::Result<>{} : read.error();
  }

  // Returns where to begin in each partition that has such records.
  base::Result<Offsets> starts_of(const std::vector<Part>& parts) {
    Offsets starts;
    std::vector<TopicPartition> asked;
    for (const auto& [topic_partition, extent] : parts) {
      if (query_.offset) starts[topic_partition] = *query_.offset;
      asked.push_back(topic_partition);
    }
    if (!query_.from_ms) return starts;
    auto found = reader_.offsets_at(asked, *query_.from_ms, ask_deadline_);
    if (!found) return found.error();
    if (!found->empty()) {
      for (auto& [topic_partition, start] : *found) {
        start = std::max(start, query_.offset.value_or(start));
      }
      return found;
    }
    // Nothing is so new, or the broker is the in-process one, which does not look up times.
    for (const auto& [topic_partition, extent] : parts) {
      bool is_there = false;
      if (extent.empty()) continue;
      const auto read = reader_.read_each(topic_partition, extent.end - 1, extent.end - 1,
                                          deadline_, [&](const Record& record) {
                                            is_there = record.timestamp_ms >= *query_.from_ms;
                                            return true;
                                          });
      if (!read) return read.error();
      if (is_there) starts[topic_partition] = query_.offset.value_or(extent.first);
    }
    scans_for_time_ = !starts.empty();
    return starts;
  }

  TopicReader& reader_;
  const RecordQuery& query_;
  const TopicBrowser::Bounds& bounds_;
  const TopicReader::Time deadline_;
  const TopicReader::Time ask_deadline_;
  bool scans_for_time_ = false;
  size_t examined_ = 0;
  size_t bytes_ = 0;
  // The partition that is read has used its share when so much was read in sum.
  size_t records_until_ = 0;
  size_t bytes_until_ = 0;
};

}  // namespace

base::Result<RecordsFound> search_records(TopicReader& reader, const RecordQuery& query,
                                          const std::vector<TopicPartition>& topic_partitions,
                                          const TopicBrowser::Bounds& bounds) {
  return Search(reader, query, bounds).run(topic_partitions);
}

}  // namespace penstock::local
