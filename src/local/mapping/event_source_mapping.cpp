#include "local/mapping/event_source_mapping.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace penstock::local {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// serve() is called after this pause while no record arrives.
constexpr milliseconds kServeStep{100};
// At the stop, a topic without a record for this long counts as read to its end.
constexpr milliseconds kDrained{200};
// Kafka may take this long to say where the partitions are.
constexpr milliseconds kEndsPatience{3'000};
constexpr milliseconds kEndsStep{20};

}  // namespace

base::Result<std::unique_ptr<EventSourceMapping>> EventSourceMapping::start(
    RecordSource::Settings source, MappingRules rules, Invoker& invoker,
    FailureDestination* destination, MappingListener& listener) {
  std::unique_ptr<EventSourceMapping> mapping(
      new EventSourceMapping(std::move(rules), invoker, destination, listener));
  auto opened = RecordSource::open(
      std::move(source),
      {.assigned = [self = mapping.get()](const auto& starts) { self->add_partitions(starts); },
       .revoked =
           [self = mapping.get()](const auto& partitions) { self->drop_partitions(partitions); },
       .reached_end = [self = mapping.get()](
                          const auto& topic_partition,
                          base::Offset end) { self->reach_end(topic_partition, end); },
       .deleted = [&listener](const auto& topic_partition,
                              const auto& offsets) { listener.missed(topic_partition, offsets); },
       .trouble =
           [self = mapping.get()](const auto& sentence) {
             ++self->reporter_.counts().polling_errors;
             self->listener_.trouble(sentence, "PollerError");
           }});
  if (!opened) return opened.error();
  mapping->source_ = std::move(*opened);
  mapping->thread_ = std::jthread([self = mapping.get()] { self->run(); });
  return mapping;
}

EventSourceMapping::EventSourceMapping(MappingRules rules, Invoker& invoker,
                                       FailureDestination* destination, MappingListener& listener)
    : rules_(std::move(rules)),
      bytes_max_(EventBatch::bytes_max(rules_.envelope, rules_.event_bytes_max)),
      invoker_(invoker),
      destination_(destination),
      listener_(listener),
      reporter_(rules_.report_pause, steady_clock::now()),
      look_at_(rules_.offsets_pause.count() > 0 ? steady_clock::now() : base::SteadyTime::max()),
      pause_(rules_.retry_pause_min) {}

EventSourceMapping::~EventSourceMapping() {
  if (!stopping()) stop(milliseconds(0));
}

void EventSourceMapping::stop(milliseconds patience) {
  stop_at_ = (steady_clock::now() + patience).time_since_epoch().count();
}

bool EventSourceMapping::out_of_patience() const {
  return steady_clock::now().time_since_epoch().count() >= stop_at_.load();
}

void EventSourceMapping::run() {
  while (!out_of_patience()) {
    collect_batch();
    if (batch_ends_.empty() && stopping()) break;
    delivery_.emplace(std::exchange(batch_, {}), batch_ends_, rules_.retries);
    // The offsets at which the records begin need not be stored.
    for (const auto& [topic_partition, offset] : delivery_->progress()) {
      if (offset < batch_ends_.at(topic_partition)) committed_[topic_partition] = offset;
    }
    batch_ends_.clear();
    if (!deliver_batch()) break;
    delivery_.reset();
  }
  if (reporter_.is_on()) report();
  source_->leave(steady_clock::now() + kLeavePatience);
  if (ends_.valid()) ends_.wait();  // It has begun before, and takes no longer than leaving.
  listener_.ended();
}

// Fills the batch until it is full or the window of its first record has ended. At its end, records
// that have already arrived are added, too, so that a window of 0 does not make batches of one
// record. While the mapping stops, only records that have already arrived are added.
void EventSourceMapping::collect_batch() {
  const auto size_max = static_cast<size_t>(rules_.batch_size);
  size_t read_after_window = 0;  // Is bounded, because a filter may pass none of them.
  bool has_window = false;
  steady_clock::time_point window_end = steady_clock::time_point::max();
  while (batch_.size() < size_max && read_after_window < size_max && !out_of_patience()) {
    serve();
    look_at_destination();
    const auto now = steady_clock::now();
    if (reporter_.is_due(now)) report();
    if (now >= look_at_) look_at_offsets(now);
    const bool window_is_over = now >= window_end;
    if (window_is_over) ++read_after_window;
    if (!read_ahead_) {
      const auto patience = std::min(stopping() ? kDrained : kServeStep,
                                     duration_cast<milliseconds>(window_end - now));
      read_ahead_ = source_->next(window_is_over ? milliseconds(0) : patience);
      if (read_ahead_) reporter_.polled(*read_ahead_);
    }
    // The window begins with the first record that is read, even if it is filtered out: its offset
    // must be stored, too. So must an end that lies behind markers of transactions.
    if (!has_window && (read_ahead_ || !batch_ends_.empty())) {
      window_end = now + rules_.batching_window;
      has_window = true;
    }
    if (!read_ahead_) {
      if (window_is_over || stopping()) return;
      continue;
    }
    if (!rules_.filter.passes(read_ahead_->value)) {
      ++reporter_.counts().filtered_out;
      listener_.filtered(*read_ahead_);
      batch_ends_[read_ahead_->topic_partition] = read_ahead_->offset + 1;
      read_ahead_.reset();
      continue;
    }
    std::string json = record_json(*read_ahead_);
    if (!batch_.empty() && batch_.bytes_with(read_ahead_->topic_partition, json) > bytes_max_) {
      return;
    }
    batch_ends_[read_ahead_->topic_partition] = read_ahead_->offset + 1;
    batch_.add(std::move(*read_ahead_), std::move(json));
    read_ahead_.reset();
  }
}

// Is called only while nothing is sent to the failure destination.
void EventSourceMapping::serve() {
  source_->serve();
  if (destination_ != nullptr) destination_->serve();
}

void EventSourceMapping::serve_while_waiting() {
  serve();
  const auto now = steady_clock::now();
  if (now >= look_at_) look_at_offsets(now);
}

// The first assignment shows that Kafka answers. The user learns now that a
// destination is missing, and not when a batch has failed.
void EventSourceMapping::look_at_destination() {
  if (!is_assigned_ || destination_ == nullptr || std::exchange(has_looked_, true)) return;
  const std::string problem = destination_->look();
  if (!problem.empty()) listener_.trouble(problem, "");
}

void EventSourceMapping::report() {
  listener_.report(reporter_.take(steady_clock::now(), source_->ends(),
                                  delivery_ ? delivery_->progress() : Offsets{}));
}

void EventSourceMapping::look_at_offsets(base::SteadyTime now) {
  look_at_ = now + kEndsStep;
  if (!ends_.valid()) {
    if (committed_.empty()) return;
    try {
      ends_ = std::async(std::launch::async,
                         [source = source_.get()] { return source->ask_for_ends(kEndsPatience); });
    } catch (const std::system_error&) {
      // There is no thread for it now.
      look_at_ = now + rules_.offsets_pause;
    }
    return;
  }
  if (ends_.wait_for(milliseconds(0)) != std::future_status::ready) return;
  look_at_ = now + rules_.offsets_pause;
  const auto ends = ends_.get();
  if (!ends) {
    listener_.offsets(ends.error());
  } else if (auto offsets = with_committed(*ends); !offsets.empty()) {
    listener_.offsets(std::move(offsets));
  }
}

// Adds what the group has stored. Leaves out partitions that were revoked meanwhile.
std::vector<PartitionOffsets> EventSourceMapping::with_committed(
    const std::vector<RecordSource::Ends>& ends) const {
  std::vector<PartitionOffsets> all;
  for (const RecordSource::Ends& partition : ends) {
    const auto committed = committed_.find(partition.topic_partition);
    if (committed == committed_.end()) continue;
    PartitionOffsets& offsets = all.emplace_back(
        PartitionOffsets{partition.topic_partition, partition.begin, partition.end});
    // A group that has stored nothing begins at 0, also where that was deleted.
    if (committed->second.value >= partition.begin) offsets.committed = committed->second.value;
  }
  return all;
}

void EventSourceMapping::add_partitions(const Offsets& starts) {
  std::vector<TopicPartition> partitions;
  for (const auto& [topic_partition, start] : starts) {
    committed_[topic_partition] = start;
    partitions.push_back(topic_partition);
  }
  is_assigned_ = true;
  listener_.assigned(partitions);
}

void EventSourceMapping::reach_end(const TopicPartition& topic_partition, base::Offset end) {
  const auto read = batch_ends_.find(topic_partition);
  if (end > (read == batch_ends_.end() ? committed_[topic_partition] : read->second)) {
    batch_ends_[topic_partition] = end;
  }
}

void EventSourceMapping::drop_partitions(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    batch_.drop(partition);
    batch_ends_.erase(partition);
    committed_.erase(partition);
    if (delivery_) delivery_->revoke(partition);
    if (read_ahead_ && read_ahead_->topic_partition == partition) read_ahead_.reset();
  }
  reporter_.revoked(partitions);
  listener_.revoked(partitions);
}

}  // namespace penstock::local
