#include "local/mapping/local_mapping.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "base/printable_text.h"
#include "local/failures/failure_destination.h"
#include "local/function/random_id.h"
#include "local/function/url_invoker.h"
#include "local/mapping/event_source_mapping.h"
#include "local/reports/report_lines.h"

namespace penstock::local {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

constexpr size_t kSentenceBytesMax = 4'000;
constexpr std::string_view kPollerError = "PollerError";  // EventSourceMapping's code.

std::string list(const std::vector<TopicPartition>& partitions) {
  std::string text;
  for (const TopicPartition& partition : partitions) {
    text += (text.empty() ? "" : ", ") + partition.text();
  }
  return text.empty() ? "none" : text;
}

// The observer learns so often where the partitions are.
constexpr milliseconds kOffsetsPause{1'000};

// Returns the name of one of `count` things, with its number if there are several: "mapping 2".
std::string numbered(const std::string& name, int index, int count) {
  return count == 1 ? name : name + " " + std::to_string(index + 1);
}

}  // namespace

void LocalMappingSettings::apply(MappingRequest request) {
  EventBatch::Envelope envelope = std::move(rules.envelope);
  const bool is_managed = !request.rules.envelope.event_source_arn.empty();
  rules = std::move(request.rules);
  reports = request.reports;
  // AWS sends metrics, and the log's lines on offsets, each minute.
  if (reports.has_metrics() || reports.logs(ReportRules::LogLevel::debug)) {
    rules.report_pause = std::chrono::minutes(1);
  }
  // A self-managed Kafka has no ARN. A request that names neither keeps the envelope of before.
  if (!is_managed && request.bootstrap.empty()) rules.envelope = std::move(envelope);
  destination = std::move(request.destination);
  if (!request.bootstrap.empty()) source.cluster.bootstrap = std::move(request.bootstrap);
  source.topics = std::move(request.topics);
  if (!request.consumer_group.empty()) source.group_id = std::move(request.consumer_group);
  source.starting_position = request.starting_position;
  source.starting_timestamp_ms = request.starting_timestamp_ms;
  if (!request.function_name.empty()) function.name = std::move(request.function_name);
  if (!request.region.empty()) function.region = std::move(request.region);
}

const std::string& LocalMappingSettings::observed_name() const {
  return source.topics.size() == 1 ? source.topics.front() : name;
}

FunctionPool::Settings LocalMappingSettings::pool() const {
  FunctionPool::Settings pool{
      .function = function, .timeout = function_timeout, .concurrency = concurrency};
  pool.function.reports_batch_item_failures = rules.retries.report_batch_item_failures;
  return pool;
}

// Reads as one member of the group. The mapping's thread calls the functions of MappingListener.
class LocalMapping::Poller final : public MappingListener {
 public:
  Poller(LocalMapping& owner, int number, std::string name)
      : owner_(owner),
        observer_(owner.settings_.observer),
        identity_{.uuid = owner.uuid_,
                  .region = owner.settings_.function.region,
                  .event_source_arn = owner.settings_.rules.envelope.event_source_arn,
                  .poller = number},
        name_(std::move(name)),
        has_ended_(owner.io_) {}

  // Starts the mapping, which invokes the function by `invoker`, or the URL if that is null.
  base::Result<> start(Invoker* invoker) {
    const LocalMappingSettings& settings = owner_.settings_;
    if (invoker == nullptr) {
      auto url = UrlInvoker::at(settings.invoke_url, settings.function_timeout);
      if (!url) return url.error();
      url_.emplace(std::move(*url));
      invoker = &*url_;
    }
    if (!settings.destination.empty()) {
      auto made = open_failure_destination(
          settings.destination, settings.source.cluster, settings.source.group_id,
          {function_arn(settings.function), settings.rules.envelope}, base::process_environment());
      if (!made) return made.error();
      destination_ = std::move(*made);
    }
    auto mapping = EventSourceMapping::start(settings.source, settings.rules, *invoker,
                                             destination_.get(), *this);
    if (!mapping) return mapping.error();
    mapping_ = std::move(*mapping);
    return {};
  }

  void ask_to_stop(milliseconds patience) {
    if (mapping_) mapping_->stop(patience);
  }
  // Takes as long as the mapping's thread does: to join it earlier would block the io_context, and
  // another Ctrl-C would not be seen.
  async::Awaitable<> has_left() {
    // The function still works meanwhile.
    if (mapping_) co_await has_ended_.wait_until(steady_clock::time_point::max());
    mapping_.reset();
  }

 private:
  void say(const std::string& text) { owner_.terminal_.line(name_, text); }
  // These write the lines of AWS's system log that LoggingConfig asks for.
  void warn(std::string_view code, const std::string& message) {
    if (!owner_.settings_.reports.logs(ReportRules::LogLevel::warn)) return;
    say(processing_line(identity_, code, message, system_clock::now()));
  }
  // Without a code, it is no error to the log. The sentence may have names and reasons from Kafka,
  // AWS and the function.
  void report_error(std::string_view code, const std::string& sentence) {
    const std::string line = base::printable(sentence, kSentenceBytesMax);
    owner_.terminal_.fault(name_, line);
    if (!code.empty()) warn(code, line);
  }
  void log_status(const std::vector<TopicPartition>& assigned) {
    const LocalMappingSettings& settings = owner_.settings_;
    if (!settings.reports.logs(ReportRules::LogLevel::info)) return;
    say(poller_status_line(identity_,
                           {.cluster = settings.source.cluster,
                            .topics = settings.source.topics,
                            .group_id = settings.source.group_id,
                            .generation = generation_,
                            .assigned = assigned},
                           system_clock::now()));
  }

  void assigned(const std::vector<TopicPartition>& partitions) override {
    say("reads " + list(partitions));
    ++generation_;
    log_status(partitions);
    if (observer_ != nullptr) {
      observer_->assigned(mapping_name(), identity_.poller, partitions);
      owner_.status_->assigned(identity_.poller);
    }
    boost::asio::post(owner_.io_, lifetime_.guard([this] { owner_.ready_.set(); }));
  }
  void revoked(const std::vector<TopicPartition>& partitions) override {
    if (owner_.settings_.verbose) say("no longer reads " + list(partitions));
    log_status({});
    if (observer_ == nullptr) return;
    observer_->assigned(mapping_name(), identity_.poller, {});  // A group takes all at once.
    owner_.status_->revoked(identity_.poller);
  }
  void missed(const TopicPartition& topic_partition, const OffsetRange& offsets) override {
    report_error(kPollerError,
                 topic_partition.text() + " " + offsets.text() +
                     " never reached the function, because retention deleted what was there. "
                     "Number of offsets: " +
                     std::to_string(offsets.count()) +
                     ". Raise the topic's retention.ms or retention.bytes, or make the mapping "
                     "faster");
    if (observer_ != nullptr) observer_->missed(mapping_name(), topic_partition, offsets);
  }
  void filtered(const Record& record) override {
    if (observer_ != nullptr) observer_->filtered(mapping_name(), record);
  }
  void invoking(const EventBatch& batch, int64_t attempt) override {
    if (observer_ == nullptr) return;
    observer_->invoking({mapping_name(), identity_.poller, batch, attempt});
  }
  void invoked(const EventBatch& batch, int64_t attempt, const BatchOutcome& outcome) override {
    if (!outcome.reason.empty()) {
      const std::string text = batch.text();
      const std::string reason(outcome.reason);
      owner_.terminal_.warn(
          name_,
          text + " failed: " + reason +
              (outcome.pause ? "; trying again in " + std::to_string(outcome.pause->count()) + " ms"
                             : ""));
      warn("InvokeError", text + ": " + reason);
    } else if (owner_.settings_.verbose || owner_.terminal_.is_for_people()) {
      const auto taken = std::chrono::duration_cast<milliseconds>(outcome.duration);
      const std::string text = batch.text() + " done in " + std::to_string(taken.count()) + " ms";
      owner_.settings_.verbose ? say(text) : owner_.terminal_.batch(name_, text);
    }
    if (observer_ == nullptr) return;
    observer_->invoked({mapping_name(), identity_.poller, batch, attempt}, outcome);
  }
  void given_up(const EventBatch& batch, int64_t attempts, std::string_view condition,
                std::string_view reason) override {
    const std::string& destination = owner_.settings_.destination;
    report_error(condition,
                 batch.text() + " given up: " + std::string(condition) +
                     (destination.empty()
                          ? "; there is no failure destination, so they are in the topic alone"
                          : "; sent to " + destination));
    if (observer_ == nullptr) return;
    observer_->given_up(mapping_name(), batch, attempts, condition, reason, destination);
  }
  void committed(const Offsets& offsets) override {
    if (observer_ == nullptr) return;
    std::vector<PartitionOffsets> stored;
    for (const auto& [topic_partition, offset] : offsets) {
      stored.push_back({.topic_partition = topic_partition, .committed = offset.value});
    }
    observer_->offsets(mapping_name(), identity_.poller, stored);
  }
  void report(const MappingReport& report) override {
    const ReportRules& rules = owner_.settings_.reports;
    const auto now = system_clock::now();
    if (rules.has_metrics()) say(metrics_line(identity_, rules, report, now));
    if (!rules.logs(ReportRules::LogLevel::debug)) return;
    for (const PartitionPosition& position : report.partitions) {
      say(kafka_status_line(identity_, position, now));
    }
  }
  void offsets(const base::Result<std::vector<PartitionOffsets>>& offsets) override {
    if (observer_ == nullptr) return;
    if (offsets) {
      observer_->offsets(mapping_name(), identity_.poller, *offsets);
      owner_.status_->answered(identity_.poller);
    } else {
      owner_.status_->silent(identity_.poller,
                             "Kafka does not answer: " + base::describe(offsets.error()));
    }
  }
  void trouble(const std::string& sentence, std::string_view code) override {
    report_error(code, sentence);
    if (observer_ == nullptr) return;
    const std::string line = base::printable(sentence, kSentenceBytesMax);
    observer_->trouble(mapping_name(), line);
    if (code == kPollerError) owner_.status_->trouble(identity_.poller, line);
  }
  void ended() override {
    if (observer_ != nullptr) owner_.status_->ended(identity_.poller);
    boost::asio::post(owner_.io_, lifetime_.guard([this] { has_ended_.set(); }));
  }

  [[nodiscard]] const std::string& mapping_name() const { return owner_.settings_.observed_name(); }

  LocalMapping& owner_;
  Observer* const observer_;
  const PollerIdentity identity_;
  int64_t generation_ = 0;  // The number of assignments.
  const std::string name_;
  async::Latch has_ended_;
  async::Lifetime lifetime_;
  std::optional<UrlInvoker> url_;
  std::unique_ptr<FailureDestination> destination_;
  // It is the last member, because its thread uses the others.
  std::unique_ptr<EventSourceMapping> mapping_;
};

LocalMapping::LocalMapping(boost::asio::io_context& io, Terminal& terminal, Invoker* function,
                           LocalMappingSettings settings)
    : io_(io),
      terminal_(terminal),
      function_(function),
      settings_(std::move(settings)),
      uuid_(random_uuid()),
      ready_(io) {
  settings_.rules.envelope.bootstrap_servers = settings_.source.cluster.bootstrap;
  if (settings_.observer != nullptr) settings_.rules.offsets_pause = kOffsetsPause;
}

LocalMapping::~LocalMapping() = default;

base::Result<> LocalMapping::start() {
  if (settings_.observer != nullptr) {
    status_.emplace(*settings_.observer, settings_.observed_name(), settings_.concurrency);
  }
  for (int i = 0; i < settings_.concurrency; ++i) {
    pollers_.push_back(
        std::make_unique<Poller>(*this, i, numbered(settings_.name, i, settings_.concurrency)));
    if (auto started = pollers_.back()->start(function_); !started) return started;
  }
  return {};
}

void LocalMapping::ask_to_stop(milliseconds patience) {
  if (status_) status_->stopping();
  for (const auto& poller : pollers_) poller->ask_to_stop(patience);
}

async::Awaitable<> LocalMapping::ended() {
  for (const auto& poller : pollers_) co_await poller->has_left();
}

}  // namespace penstock::local
