#include "local/stories/system_state.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "json/object_writer.h"
#include "local/stories/story.h"

namespace penstock::local {
namespace {

using State = PartStatus::State;

std::string_view name(State state) {
  static constexpr std::array<std::string_view, 5> kNames = {"absent", "starting", "running",
                                                             "down", "stopped"};
  return kNames[static_cast<size_t>(state)];
}

void append_status(json::ObjectWriter& object, const PartStatus& status) {
  object.member("state", name(status.state)).member("reason", status.reason);
}

// Appends a number with at most three decimals, which are all that anyone reads.
void append_decimal(std::string& out, double number) {
  base::append_number(out, std::round(number * 1000) / 1000);
}
void append_decimal(std::string& out, const std::optional<double>& number) {
  if (number) {
    append_decimal(out, *number);
  } else {
    out += "null";
  }
}

// Returns the status of a function of which only the processes are known: the first one that runs
// is enough for it to run.
template <class Processes>
PartStatus status_of(const Processes& processes) {
  if (processes.empty()) return {};
  const auto has = [&](State state) {
    return std::any_of(processes.begin(), processes.end(),
                       [&](const auto& entry) { return entry.second.status.state == state; });
  };
  for (const State state : {State::running, State::starting, State::down, State::stopped}) {
    if (!has(state)) continue;
    for (const auto& [name, process] : processes) {
      if (process.status.state == state) return process.status;
    }
  }
  return {};
}

}  // namespace

void SystemState::set_status(Part part, std::string_view name, const PartStatus& status) {
  switch (part) {
    case Part::api:
      api_ = status;
      return;
    case Part::broker:
      broker_ = status;
      return;
    case Part::mapping:
      if (MappingNumbers* const found = mapping(name)) found->status = status;
      return;
    case Part::function:
      break;
  }
  if (name.empty()) {
    function_ = status;
    return;
  }
  const auto found = processes_.find(name);
  if (found == processes_.end()) {
    if (processes_.size() < kNamesMax) processes_.emplace(name, Process{status});
    return;
  }
  if (status.state != State::running) found->second.busy = 0;
  found->second.status = status;
}

void SystemState::set_busy(std::string_view process, bool busy) {
  const auto found = processes_.find(process);
  if (found == processes_.end()) {
    if (processes_.size() >= kNamesMax) return;
    processes_.emplace(process, Process{{State::running}, busy ? 1 : 0});
    return;
  }
  found->second.busy = std::max(0, found->second.busy + (busy ? 1 : -1));
}

MappingNumbers* SystemState::mapping(std::string_view name) {
  auto found = mappings_.find(name);
  if (found == mappings_.end()) {
    if (mappings_.size() >= kNamesMax) return nullptr;
    found = mappings_.emplace(name, MappingNumbers()).first;
  }
  return &found->second;
}

void SystemState::forget_mapping(const std::string& name) {
  mappings_.erase(name);
}

SystemState::Place* SystemState::place(const TopicPartition& topic_partition) {
  const auto found = places_.find(topic_partition);
  if (found != places_.end()) return &found->second;
  if (places_.size() >= kPartitionsMax) return nullptr;
  return &places_.emplace(topic_partition, Place()).first->second;
}

void SystemState::set_offsets(const PartitionOffsets& offsets) {
  Place* const found = place(offsets.topic_partition);
  if (found == nullptr) return;
  found->is_read = true;
  if (offsets.begin >= 0) found->begin = offsets.begin;
  found->end = std::max(found->end, offsets.end);
  if (!offsets.committed || *offsets.committed < 0) return;
  found->committed = offsets.committed;
  // Kafka tells the end more rarely than the group goes on.
  found->end = std::max(found->end, *offsets.committed);
}

void SystemState::set_end(const TopicPartition& topic_partition, base::Offset end) {
  if (Place* const found = place(topic_partition)) found->end = std::max(found->end, end.value);
}

void SystemState::forget_lag(const TopicPartition& topic_partition) {
  const auto found = places_.find(topic_partition);
  if (found != places_.end()) found->second.is_read = false;
}

void SystemState::count_stored(const std::string& topic, int64_t second, int64_t count) {
  if (count <= 0) return;
  auto found = stored_.find(topic);
  if (found == stored_.end()) {
    if (stored_.size() >= kNamesMax) return;
    found = stored_.emplace(topic, RecentCount()).first;
  }
  found->second.add(second, count);
}

std::optional<int64_t> SystemState::lag() const {
  std::optional<int64_t> lag;
  for (const auto& [topic_partition, place] : places_) {
    if (!place.is_read) continue;
    const int64_t next = place.committed.value_or(place.begin);
    lag = lag.value_or(0) + std::max<int64_t>(0, place.end - next);
  }
  return lag;
}

PartStatus SystemState::broker_status() const {
  if (broker_) return *broker_;
  if (facts.broker_kind != "other") return {};
  const auto first = [&](State state) -> const PartStatus* {
    for (const auto& [name, mapping] : mappings_) {
      if (mapping.status.state == state) return &mapping.status;
    }
    return nullptr;
  };
  if (first(State::running) != nullptr) return {State::running};
  if (const PartStatus* const down = first(State::down)) return *down;
  return {State::starting};
}

bool SystemState::is_own(const std::string& topic) const {
  return std::any_of(mappings_.begin(), mappings_.end(), [&](const auto& entry) {
    return (entry.second.facts ? entry.second.facts->topic : entry.first) == topic;
  });
}

std::string SystemState::only_topic() const {
  std::string topic;
  for (const auto& [name, mapping] : mappings_) {
    const std::string& own = mapping.facts ? mapping.facts->topic : name;
    if (!topic.empty() && topic != own) return {};
    topic = own;
  }
  return topic;
}

void SystemState::append_json(std::string& out, const Figures::Recent& recent, int64_t second,
                              int64_t start) const {
  append_api(out, recent);
  out += ",\"broker\":";
  json::ObjectWriter broker(out);
  append_status(broker, broker_status());
  if (!facts.broker_kind.empty()) broker.member("kind", facts.broker_kind);
  broker.member("bootstrap", facts.bootstrap).end();
  append_topics(out, second, start);
  append_mappings(out, second, start);
  append_function(out, recent);
}

void SystemState::append_api(std::string& out, const Figures::Recent& recent) const {
  out += ",\"api\":";
  json::ObjectWriter api(out);
  append_status(api, api_);
  api.member("program", facts.api_program).member("url", facts.api_url);
  api.member("admin_url", facts.admin_url).member("docs_url", facts.docs_url);
  api.member("requests", requests);
  append_decimal(api.key("requests_per_s"), recent.requests_per_s);
  append_decimal(api.key("errors_per_s"), recent.errors_per_s);
  append_decimal(api.key("p50_ms"), recent.request_p50_ms);
  append_decimal(api.key("p99_ms"), recent.request_p99_ms);
  api.end();
}

void SystemState::append_topics(std::string& out, int64_t second, int64_t start) const {
  out += ",\"topics\":";
  json::ArrayWriter topics(out);
  for (auto at = places_.begin(); at != places_.end();) {
    const std::string& name = at->first.topic;
    json::ObjectWriter topic(topics.element());
    topic.member("name", name).member("own", is_own(name));
    const auto stored = stored_.find(name);
    append_decimal(topic.key("events_per_s"),
                   stored == stored_.end() ? 0 : stored->second.per_second(second, start));
    json::ArrayWriter partitions(topic.key("partitions"));
    for (; at != places_.end() && at->first.topic == name; ++at) {
      const Place& place = at->second;
      json::ObjectWriter one(partitions.element());
      one.member("partition", at->first.partition.number);
      one.member("begin", place.begin).member("end", std::max(place.begin, place.end));
      if (place.committed) {
        one.member("committed", *place.committed);
      } else {
        one.null("committed");
      }
      if (place.is_read) {
        const int64_t next = place.committed.value_or(place.begin);
        one.member("lag", std::max<int64_t>(0, place.end - next));
      } else {
        one.null("lag");
      }
      one.end();
    }
    partitions.end();
    topic.end();
  }
  topics.end();
}

void SystemState::append_mappings(std::string& out, int64_t second, int64_t start) const {
  out += ",\"mappings\":";
  json::ArrayWriter mappings(out);
  for (const auto& [name, mapping] : mappings_) {
    json::ObjectWriter one(mappings.element());
    one.member("name", name);
    one.member("topic", mapping.facts ? mapping.facts->topic : name);
    append_status(one, mapping.status);
    if (mapping.facts) {
      one.member("group", mapping.facts->group).member("pollers", mapping.facts->pollers);
      one.member("batch_size", mapping.facts->batch_size);
      one.member("destination", mapping.facts->destination);
    }
    one.member("batches", mapping.batches);
    const int64_t batches = mapping.recent_batches.sum(second);
    std::optional<double> records;
    if (batches > 0) {
      records =
          static_cast<double>(mapping.recent_records.sum(second)) / static_cast<double>(batches);
    }
    append_decimal(one.key("batch_records"), records);
    append_decimal(one.key("records_per_s"), mapping.recent_handled.per_second(second, start));
    one.member("handled", mapping.handled).member("filtered", mapping.filtered);
    one.member("retries", mapping.retries).member("given_up", mapping.given_up);
    if (!mapping.trouble.empty()) {
      one.member("trouble", mapping.trouble);
      one.json("trouble_at_ms", milliseconds_text(mapping.trouble_at));
    }
    one.end();
  }
  mappings.end();
}

void SystemState::append_function(std::string& out, const Figures::Recent& recent) const {
  out += ",\"function\":";
  json::ObjectWriter function(out);
  append_status(function, function_ ? *function_ : status_of(processes_));
  function.member("name", facts.function_name);
  json::ArrayWriter processes(function.key("processes"));
  for (const auto& [name, process] : processes_) {
    json::ObjectWriter one(processes.element());
    one.member("name", name);
    append_status(one, process.status);
    one.member("busy", process.busy > 0).end();
  }
  processes.end();
  function.member("invocations", invocations);
  append_decimal(function.key("invocations_per_s"), recent.invocations_per_s);
  function.member("failures", failures);
  append_decimal(function.key("p50_ms"), recent.invocation_p50_ms);
  append_decimal(function.key("p99_ms"), recent.invocation_p99_ms);
  function.end();
}

}  // namespace penstock::local
