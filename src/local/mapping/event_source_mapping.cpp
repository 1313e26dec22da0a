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
// The group is served after so many records at the latest.
constexpr int kCollectedMax = 1'000;

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
      commit_pause_(rules_.retry_pause_min),
      reporter_(rules_.report_pause, steady_clock::now()),
      look_at_(rules_.offsets_pause.count() > 0 ? steady_clock::now() : base::SteadyTime::max()),
      pause_(rules_.retry_pause_min),
      work_thread_([this] { source_->wake(); }) {}

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
    begin_delivery();
    if (!deliver_batch()) break;
    spare_ = delivery_->take_spare();
    delivery_.reset();
  }
  static_cast<void>(await_commit());
  if (reporter_.is_on()) report();
  source_->leave(steady_clock::now() + kLeavePatience);
  if (ends_.valid()) ends_.wait();  // It has begun before, and takes no longer than leaving.
  listener_.ended();
}

bool EventSourceMapping::is_full() const {
  return is_closed_ || batch_.size() >= static_cast<size_t>(rules_.batch_size);
}

// The batch may have been collected while the function worked. At the end of its window, records
// that have already arrived are added, too, so that a window of 0 does not make batches of one
// record. While the mapping stops, only records that have already arrived are added.
void EventSourceMapping::collect_batch() {
  int64_t read_after_window = 0;  // Is bounded, because a filter may pass none of them.
  while (!is_full() && read_after_window < rules_.batch_size && !out_of_patience()) {
    serve();
    look_at_destination();
    look_at_commit(milliseconds(0));
    const auto now = steady_clock::now();
    if (reporter_.is_due(now)) report();
    if (now >= look_at_) look_at_offsets(now);
    const bool window_is_over = now >= window_end_;
    const auto patience = std::min(stopping() ? kDrained : kServeStep,
                                   std::chrono::ceil<milliseconds>(window_end_ - now));
    const bool came = collect(window_is_over ? milliseconds(0) : patience);
    // The end of work may have woken the call too early.
    const bool has_waited = steady_clock::now() - now >= patience;
    if (!came && (window_is_over || (stopping() && has_waited))) return;
    if (window_is_over) read_after_window += std::max(collected_, 1);
  }
}

bool EventSourceMapping::collect(milliseconds patience) {
  collected_ = 0;
  const bool came = source_->read(patience, [this](const RecordView& record) {
    ++collected_;
    return take(record);
  });
  // The window begins with the first record that is read, even if it is filtered out: its offset
  // must be stored, too. So must an end that lies behind markers of transactions.
  if (window_end_ == base::SteadyTime::max() && !batch_ends_.empty()) {
    window_end_ = steady_clock::now() + rules_.batching_window;
  }
  return came;
}

RecordSource::Taken EventSourceMapping::take(const RecordView& record) {
  const TopicPartition& topic_partition = *record.topic_partition;
  if (!rules_.filter.passes(record.value)) {
    ++reporter_.counts().filtered_out;
    listener_.filtered(record.copy());
  } else if (!batch_.add(record, encoder_, bytes_max_)) {
    is_closed_ = true;
    return RecordSource::Taken::not_this;
  }
  reporter_.polled(topic_partition, record.offset);
  if (last_end_ == nullptr || last_end_->first != topic_partition) {
    last_end_ = &*batch_ends_.try_emplace(topic_partition).first;
  }
  last_end_->second = record.offset + 1;
  // Work that has ended goes before a batch that is not needed yet.
  const bool is_enough =
      is_full() || collected_ >= kCollectedMax || (delivery_ && work_thread_.has_ended());
  return is_enough ? RecordSource::Taken::last : RecordSource::Taken::next;
}

void EventSourceMapping::begin_delivery() {
  for (const auto& [topic_partition, end] : batch_ends_) batch_begin_[topic_partition] = end;
  EventBatch next = std::exchange(spare_, {});
  delivery_.emplace(std::exchange(batch_, std::move(next)), std::exchange(batch_ends_, {}),
                    rules_.retries);
  delivery_begin_ = delivery_->progress();
  last_end_ = nullptr;
  is_closed_ = false;
  window_end_ = base::SteadyTime::max();
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
  Offsets unfinished = delivery_ ? delivery_->progress() : Offsets{};
  unfinished.merge(batch_.first_offsets());
  listener_.report(reporter_.take(steady_clock::now(), source_->ends(), unfinished));
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
    batch_begin_[topic_partition] = start;
    partitions.push_back(topic_partition);
  }
  is_assigned_ = true;
  listener_.assigned(partitions);
}

void EventSourceMapping::reach_end(const TopicPartition& topic_partition, base::Offset end) {
  const auto read = batch_ends_.find(topic_partition);
  if (end > (read == batch_ends_.end() ? batch_begin_[topic_partition] : read->second)) {
    batch_ends_[topic_partition] = end;
  }
}

void EventSourceMapping::drop_partitions(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    batch_.drop(partition);
    batch_ends_.erase(partition);
    batch_begin_.erase(partition);
    finished_.erase(partition);
    committed_.erase(partition);
    if (delivery_) delivery_->revoke(partition);
  }
  last_end_ = nullptr;
  is_closed_ = false;  // The source forgets the record that did not fit.
  reporter_.revoked(partitions);
  listener_.revoked(partitions);
}

}  // namespace penstock::local
