#include "local/records/record_source.h"

#include <algorithm>
#include <utility>

#include "local/records/find_starts.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kSameTroubleAgain{30};  // The pause before a repeated report.
constexpr std::chrono::milliseconds kLeaveStep{100};
constexpr int kLookUpPatienceMs = 5'000;
constexpr std::chrono::seconds kLookUpAgain{1};  // The pause after a look-up that failed.
// A broker that has just started loads what its groups have stored, and refuses them meanwhile.
// That is no trouble if it takes no longer than this.
constexpr std::chrono::seconds kStarting{10};

// librdkafka fetches no more while so many records wait, or as many bytes as open() says.
constexpr size_t kQueuedRecords = 30'000;
// After so much was taken, fetch_on() is called.
constexpr size_t kTakenRecords = kQueuedRecords / 6;
constexpr size_t kTakenBytes = 2 * 1024 * 1024;

std::vector<TopicPartition> topic_partitions_of(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> result;
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    result.push_back({list->elems[i].topic, {list->elems[i].partition}});
  }
  return result;
}

TopicPartition topic_partition_of(const rd_kafka_message_t& message) {
  return {rd_kafka_topic_name(message.rkt), {message.partition}};
}

std::optional<std::string_view> bytes(const void* data, size_t size) {
  if (data == nullptr) return std::nullopt;
  return std::string_view(static_cast<const char*>(data), size);
}

Record::TimestampType timestamp_type(rd_kafka_timestamp_type_t type) {
  switch (type) {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME:
      return Record::TimestampType::create_time;
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME:
      return Record::TimestampType::log_append_time;
    case RD_KAFKA_TIMESTAMP_NOT_AVAILABLE:
      break;
  }
  return Record::TimestampType::none;
}

// Returns a view of a message, which must not be an error. Its headers are put into `headers`.
RecordView view(const rd_kafka_message_t& message, const TopicPartition& topic_partition,
                std::vector<RecordView::Header>& headers) {
  RecordView record{.topic_partition = &topic_partition, .offset = {message.offset}};
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  record.timestamp_type = timestamp_type(type);
  record.key = bytes(message.key, message.key_len);
  record.value = bytes(message.payload, message.len);
  headers.clear();
  rd_kafka_headers_t* read = nullptr;
  if (rd_kafka_message_headers(&message, &read) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0;
         rd_kafka_header_get_all(read, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      headers.push_back({name, bytes(value, size)});
    }
  }
  record.headers = headers;
  return record;
}

rd_kafka_resp_err_t subscribe(rd_kafka_t* client, const std::vector<std::string>& topics) {
  const kafka::Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const auto& topic : topics) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  return rd_kafka_subscribe(client, list.get());
}

}  // namespace

Record copy_record(const rd_kafka_message_t& message) {
  const TopicPartition topic_partition = topic_partition_of(message);
  std::vector<RecordView::Header> headers;
  return view(message, topic_partition, headers).copy();
}

base::Result<std::unique_ptr<RecordSource>> RecordSource::open(Settings settings,
                                                               Callbacks callbacks) {
  kafka::Properties properties = {
      {"group.id", settings.group_id},
      // An offset that the broker does not have becomes an error, which go_on_in_log() handles, so
      // that records which retention has deleted do not vanish in silence.
      {"auto.offset.reset", "error"},
      // Reports the end of a partition, which also lies behind the markers of transactions.
      {"enable.partition.eof", "true"},
      // This is librdkafka's default. AWS's pages do not say how its mapping reads.
      {"isolation.level", "read_committed"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"session.timeout.ms", std::to_string(settings.session_timeout.count())},
      {"heartbeat.interval.ms", std::to_string(settings.session_timeout.count() / 6)},
      // serve() is called while the function works, so a long invocation does not end the
      // membership.
      {"max.poll.interval.ms", "86400000"},
      // A topic that is created later is found after 2 s and not after 5 minutes.
      {"topic.metadata.refresh.interval.ms", "2000"},
      // The in-process broker answers a fetch only after this time.
      {"fetch.wait.max.ms", "100"},
      {"queued.max.messages.kbytes", "16384"},
      {"queued.min.messages", std::to_string(kQueuedRecords)},
      {"fetch.max.bytes", "8388608"},
      {"reconnect.backoff.max.ms", "1000"},
  };
#if RD_KAFKA_VERSION >= 0x020200ff
  // So soon it fetches again, after there was enough in the queue. fetch_on() has what older ones
  // do.
  properties.emplace_back("fetch.queue.backoff.ms", "20");
#endif
  auto client =
      make_client(RD_KAFKA_CONSUMER, settings.cluster, std::move(properties),
                  RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_OFFSET_COMMIT);
  if (!client) return client.error();
  rd_kafka_poll_set_consumer(client->get());
  const auto code = subscribe(client->get(), settings.topics);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kafka_error(code);
  }
  return std::unique_ptr<RecordSource>(
      new RecordSource(std::move(settings), std::move(callbacks), std::move(*client)));
}

RecordSource::RecordSource(Settings settings, Callbacks callbacks, kafka::Client client)
    : settings_(std::move(settings)),
      callbacks_(std::move(callbacks)),
      client_(std::move(client)),
      group_(rd_kafka_queue_get_consumer(client_.get())),
      records_(rd_kafka_queue_new(client_.get())),
      commits_(rd_kafka_queue_new(client_.get())) {}

RecordSource::~RecordSource() {
  held_.reset();
  group_.reset();
  records_.reset();
  commits_.reset();
  // The consumer is not closed here, because leave() has done that or its deadline has passed.
  rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void RecordSource::serve() {
  while (const kafka::Event event{rd_kafka_queue_poll(group_.get(), 0)}) handle(event.get());
  if (offered_ && steady_clock::now() >= look_up_at_) take_offered();
}

void RecordSource::handle(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_REBALANCE:
      return rebalance(event);
    case RD_KAFKA_EVENT_ERROR:
      return report(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    default:
      return;
  }
}

void RecordSource::rebalance(rd_kafka_event_t* event) {
  auto* partitions = rd_kafka_event_topic_partition_list(event);
  lost_places_.clear();
  forget_records();
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    const bool was_taken = !std::exchange(offered_, nullptr);
    if (was_taken) callbacks_.revoked(topic_partitions_of(partitions));
    rd_kafka_assign(client_.get(), nullptr);
    assigned_.reset();
    return;
  }
  offered_.reset(rd_kafka_topic_partition_list_copy(partitions));
  take_offered();
}

// Begins to read the partitions that the group has offered, if Kafka says where. Otherwise the
// offer stands: librdkafka waits for rd_kafka_assign() and keeps up the membership. If the session
// ends meanwhile, it joins again after that. An offer cannot be refused: without partitions the
// call is no answer for librdkafka (2.0.2), which then waits for ever, whatever is subscribed to.
void RecordSource::take_offered() {
  const auto starts = find_starts(client_.get(), settings_.starting_position,
                                  settings_.starting_timestamp_ms, offered_.get());
  if (!starts) {
    look_up_at_ = steady_clock::now() + kLookUpAgain;
    const bool loads = starts.error().message.find("oordinator") != std::string::npos;
    if (!(loads && is_starting()) && is_new_trouble("start")) {
      callbacks_.trouble("cannot look up where to start in the topic yet: " +
                         starts.error().message);
    }
    return;
  }
  assigned_ = std::move(offered_);
  was_assigned_ = true;
  read_assigned();
  reported_at_.clear();
  callbacks_.assigned(*starts);
}

// Begins to read the assigned partitions at their offsets.
void RecordSource::read_assigned() {
  known_.clear();
  // Before the first record arrives, records are directed to a separate queue, which is not polled
  // while the function works.
  for (const TopicPartition& topic_partition : topic_partitions_of(assigned_.get())) {
    const kafka::Queue queue(rd_kafka_queue_get_partition(
        client_.get(), topic_partition.topic.c_str(), topic_partition.partition.number));
    if (queue) rd_kafka_queue_forward(queue.get(), records_.get());
  }
  rd_kafka_assign(client_.get(), assigned_.get());
}

// Goes on at the oldest record of a partition of which the broker does not have the offset.
void RecordSource::go_on_in_log(const TopicPartition& topic_partition, base::Offset wanted) {
  // The error may have waited while the partition was assigned again.
  const auto position = position_in(topic_partition);
  if (!position || wanted < *position) return;
  base::Offset first;
  base::Offset end;
  const auto code = rd_kafka_query_watermark_offsets(client_.get(), topic_partition.topic.c_str(),
                                                     topic_partition.partition.number, &first.value,
                                                     &end.value, kLookUpPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    lost_places_[topic_partition] = {wanted, steady_clock::now() + kLookUpAgain};
    if (is_new_trouble(topic_partition.text())) {
      callbacks_.trouble("cannot look up where " + topic_partition.text() + " goes on yet: " +
                         explain(code, rd_kafka_err2str(code), settings_.cluster));
    }
    return;
  }
  // A new leader may have had fewer records for a moment.
  const bool is_there = wanted >= first && wanted <= end;
  read_on_at(topic_partition, is_there ? wanted : first);
  if (wanted < first) {
    callbacks_.deleted(topic_partition, {wanted, first - 1});
  } else if (!is_there) {
    callbacks_.trouble(
        topic_partition.text() + " was read up to " + base::to_text(wanted) + ", but ends at " +
        base::to_text(end) +
        " now. The topic was made again, or has lost records. Reading goes on at its "
        "oldest record");
  }
}

// Returns the offset that next() has reached in a partition, which may be one of librdkafka's
// logical offsets. Returns nothing if the partition is not assigned.
std::optional<base::Offset> RecordSource::position_in(const TopicPartition& topic_partition) const {
  const char* topic = topic_partition.topic.c_str();
  const int32_t partition = topic_partition.partition.number;
  if (!assigned_) return std::nullopt;
  const auto* assigned = rd_kafka_topic_partition_list_find(assigned_.get(), topic, partition);
  if (assigned == nullptr) return std::nullopt;
  const kafka::Partitions list(rd_kafka_topic_partition_list_new(1));
  const auto* position = rd_kafka_topic_partition_list_add(list.get(), topic, partition);
  rd_kafka_position(client_.get(), list.get());
  // There is none in a partition from which no record has come yet.
  return base::Offset{position->offset >= 0 ? position->offset : assigned->offset};
}

// Reads one partition at this offset. librdkafka (2.0.2) refuses to seek in a partition that has no
// valid offset, so all are assigned again, the others at the offsets that next() has reached.
void RecordSource::read_on_at(const TopicPartition& topic_partition, base::Offset offset) {
  for (int i = 0; i < assigned_->cnt; ++i) {
    auto& assigned = assigned_->elems[i];
    const TopicPartition each{assigned.topic, {assigned.partition}};
    assigned.offset = (each == topic_partition ? offset : position_in(each).value()).value;
  }
  // A partition that stops forgets its queue. It has stopped when a second call has been handled.
  rd_kafka_assign(client_.get(), nullptr);
  rd_kafka_assign(client_.get(), nullptr);
  read_assigned();
}

std::string RecordSource::topic_names() const {
  std::string text;
  for (const auto& topic : settings_.topics) text += (text.empty() ? "'" : ", '") + topic + "'";
  return text;
}

bool RecordSource::is_starting() const {
  return !was_assigned_ && steady_clock::now() - opened_at_ < kStarting;
}

// Says whether this kind of trouble has not been reported for a while, and takes note of it.
bool RecordSource::is_new_trouble(const std::string& kind) {
  const auto now = steady_clock::now();
  const auto [known, is_first] = reported_at_.try_emplace(kind, now);
  if (!is_first && now - known->second < kSameTroubleAgain) return false;
  known->second = now;
  return true;
}

void RecordSource::report(rd_kafka_resp_err_t code, const std::string& text) {
  // The failed connection of one broker is not reported. If all fail, ALL_BROKERS_DOWN follows.
  if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE) return;
  const bool loads = code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
                     code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
                     code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
  if (loads && is_starting()) return;
  if (!is_new_trouble(rd_kafka_err2name(code))) return;
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    callbacks_.trouble("no broker answers at " + settings_.cluster.bootstrap + "; waiting for it");
  } else if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
             code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    callbacks_.trouble(explain(code,
                               (settings_.topics.size() == 1 ? "topic " : "one of the topics ") +
                                   topic_names() + " does not exist yet; waiting for it",
                               settings_.cluster));
  } else {
    callbacks_.trouble(explain(code, text, settings_.cluster));
  }
}

// Asks again for one of the partitions that could not go on, so that it blocks no longer than that.
void RecordSource::find_lost_place() {
  const auto now = steady_clock::now();
  const auto due = std::find_if(lost_places_.begin(), lost_places_.end(),
                                [&](const auto& place) { return place.second.ask_at <= now; });
  if (due == lost_places_.end()) return;
  const auto [topic_partition, place] = *due;
  lost_places_.erase(due);
  go_on_in_log(topic_partition, place.wanted);
}

bool RecordSource::read(std::chrono::milliseconds patience,
                        const std::function<Taken(const RecordView&)>& take) {
  find_lost_place();
  bool came = false;
  while (true) {
    // What is there is read without the clock, which a call with patience looks at.
    kafka::Message message =
        held_ ? std::move(held_) : kafka::Message(rd_kafka_consume_queue(records_.get(), 0));
    if (!message && !came && patience.count() > 0) {
      message.reset(rd_kafka_consume_queue(records_.get(), static_cast<int>(patience.count())));
    }
    if (!message) return came;
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR: {
        came = true;
        const Taken taken = take(view_of(*message));
        if (taken == Taken::not_this) {
          held_ = std::move(message);
          return true;
        }
        fetch_on(*message);
        if (taken == Taken::last) return true;
        break;
      }
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        came = true;
        callbacks_.reached_end(topic_partition_of(*message), {message->offset});
        break;
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        go_on_in_log(topic_partition_of(*message), {message->offset});
        break;
      default:
        report(message->err, rd_kafka_message_errstr(message.get()));
        return came;
    }
  }
}

std::optional<Record> RecordSource::next(std::chrono::milliseconds patience) {
  std::optional<Record> record;
  const auto deadline = steady_clock::now() + patience;
  while (!record) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    const bool came =
        read(std::max(left, std::chrono::milliseconds(0)), [&](const RecordView& view) {
          record = view.copy();
          return Taken::last;
        });
    if (!came) break;
  }
  return record;
}

void RecordSource::wake() {
  rd_kafka_queue_yield(records_.get());
  rd_kafka_queue_yield(commits_.get());
}

const TopicPartition& RecordSource::known(const rd_kafka_message_t& message) {
  const auto is_it = [&](const Known& known) {
    return known.topic == message.rkt &&
           known.topic_partition.partition.number == message.partition;
  };
  if (known_last_ < known_.size() && is_it(known_[known_last_])) {
    return known_[known_last_].topic_partition;
  }
  const auto found = std::find_if(known_.begin(), known_.end(), is_it);
  known_last_ = static_cast<size_t>(found - known_.begin());
  if (found == known_.end()) known_.push_back({message.rkt, topic_partition_of(message)});
  return known_[known_last_].topic_partition;
}

RecordView RecordSource::view_of(const rd_kafka_message_t& message) {
  return view(message, known(message), headers_);
}

// Is called when other partitions are assigned, or none.
void RecordSource::forget_records() {
  held_.reset();
  known_.clear();
}

// librdkafka fetches no more while enough records wait in its queue. Before version 2.2 its thread
// looks again only when it is woken by something else, or after a second, in which the queue has
// long been empty. Any request to the leaders of the partitions wakes it, so this sends a small one
// now and then, and does not wait for its answer.
void RecordSource::fetch_on(const rd_kafka_message_t& taken) {
#if RD_KAFKA_VERSION < 0x020200ff
  ++taken_records_;
  taken_bytes_ += taken.len + taken.key_len;
  if ((taken_records_ < kTakenRecords && taken_bytes_ < kTakenBytes) || !assigned_) return;
  taken_records_ = taken_bytes_ = 0;
  const kafka::Partitions partitions(rd_kafka_topic_partition_list_copy(assigned_.get()));
  for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
  static_cast<void>(rd_kafka_offsets_for_times(client_.get(), partitions.get(), 0));
#else
  static_cast<void>(taken);
#endif
}

void RecordSource::start_commit(const Offsets& next) {
  const kafka::Partitions offsets(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (const auto& [topic_partition, offset] : next) {
    rd_kafka_topic_partition_list_add(offsets.get(), topic_partition.topic.c_str(),
                                      topic_partition.partition.number)
        ->offset = offset.value;
  }
  refused_commit_.reset();
  // The number comes back with the result.
  const auto code = rd_kafka_commit_queue(client_.get(), offsets.get(), commits_.get(), nullptr,
                                          reinterpret_cast<void*>(++commit_));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) refused_commit_ = kafka_error(code);
}

std::optional<base::Result<>> RecordSource::commit_result(std::chrono::milliseconds patience) {
  if (refused_commit_) return *std::exchange(refused_commit_, std::nullopt);
  const kafka::Event event(rd_kafka_queue_poll(commits_.get(), static_cast<int>(patience.count())));
  if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_OFFSET_COMMIT ||
      rd_kafka_event_opaque(event.get()) != reinterpret_cast<void*>(commit_)) {
    return std::nullopt;
  }
  auto code = rd_kafka_event_error(event.get());
  const auto* offsets = rd_kafka_event_topic_partition_list(event.get());
  for (int i = 0; offsets != nullptr && i < offsets->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    code = offsets->elems[i].err;
  }
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? base::Result<>{} : kafka_error(code);
}

void RecordSource::leave(steady_clock::time_point deadline) {
  held_.reset();
  const kafka::Queue closing(rd_kafka_queue_new(client_.get()));  // Replaces group_.
  const kafka::Failure refused(rd_kafka_consumer_close_queue(client_.get(), closing.get()));
  if (refused) return;
  while (rd_kafka_consumer_closed(client_.get()) == 0 && steady_clock::now() < deadline) {
    const kafka::Event event(
        rd_kafka_queue_poll(closing.get(), static_cast<int>(kLeaveStep.count())));
    if (event) handle(event.get());
  }
}

}  // namespace penstock::local
