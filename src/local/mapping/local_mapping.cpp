#include "local/mapping/local_mapping.h"

#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "local/failures/failure_destination.h"
#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"
#include "local/mapping/event_source_mapping.h"

namespace penstock::local {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

std::string list(const std::vector<TopicPartition>& partitions) {
  std::string text;
  for (const TopicPartition& partition : partitions) {
    text += (text.empty() ? "" : ", ") + partition.text();
  }
  return text.empty() ? "none" : text;
}

}  // namespace

void LocalMappingSettings::apply(MappingRequest request) {
  EventBatch::Envelope envelope = std::move(rules.envelope);
  const bool is_managed = !request.rules.envelope.event_source_arn.empty();
  rules = std::move(request.rules);
  // A self-managed Kafka has no ARN. A request that names neither keeps the envelope of before.
  if (!is_managed && request.bootstrap.empty()) rules.envelope = std::move(envelope);
  destination = std::move(request.destination);
  if (!request.bootstrap.empty()) source.cluster.bootstrap = std::move(request.bootstrap);
  source.topics = std::move(request.topics);
  if (!request.consumer_group.empty()) source.group_id = std::move(request.consumer_group);
  source.starting_position = request.starting_position;
  source.starting_timestamp_ms = request.starting_timestamp_ms;
  if (!request.function_name.empty()) function.name = std::move(request.function_name);
}

// Reads as one member of the group. The mapping's thread calls the functions of MappingListener.
class LocalMapping::Poller final : public MappingListener {
 public:
  Poller(LocalMapping& owner, std::string suffix)
      : owner_(owner),
        name_("mapping" + suffix),
        function_name_("function" + suffix),
        ended_(owner.io_) {}

  base::Result<> start() {
    const LocalMappingSettings& settings = owner_.settings_;
    Invoker* invoker = nullptr;
    if (settings.invoke_url.empty()) {
      function_.emplace(owner_.io_, owner_.console_, settings.function, settings.function_timeout,
                        function_name_);
      if (auto started = function_->start(); !started) return started;
      invoker = &function_->invoker();
    } else {
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

  void kill() {
    if (function_) function_->kill();
  }
  void ask_to_stop(milliseconds patience) {
    if (mapping_) mapping_->stop(patience);
  }
  async::Awaitable<> stop(steady_clock::time_point deadline) {
    if (mapping_) co_await ended_.wait_until(deadline);  // The function still works meanwhile.
    mapping_.reset();
    if (function_) co_await function_->stop();
  }

 private:
  void say(const std::string& text) { owner_.console_.line(name_, text); }

  void assigned(const std::vector<TopicPartition>& partitions) override {
    say("reads " + list(partitions));
    boost::asio::post(owner_.io_, [this] { owner_.ready_.set(); });
  }
  void revoked(const std::vector<TopicPartition>& partitions) override {
    if (owner_.settings_.verbose) say("no longer reads " + list(partitions));
  }
  void missed(const TopicPartition& topic_partition, const OffsetRange& offsets) override {
    say(topic_partition.text() + " " + offsets.text() +
        " never reached the function, because retention deleted what was there. Number of "
        "offsets: " +
        std::to_string(offsets.count()) +
        ". Raise the topic's retention.ms or retention.bytes, or make the mapping faster");
  }
  void succeeded(const EventBatch& batch, milliseconds duration) override {
    if (owner_.settings_.verbose) {
      say(batch.text() + " done in " + std::to_string(duration.count()) + " ms");
    }
  }
  void failed(const std::string& records, const std::string& why,
              std::optional<milliseconds> pause) override {
    say(records + " failed: " + why +
        (pause ? "; trying again in " + std::to_string(pause->count()) + " ms" : ""));
  }
  void discarded(const EventBatch& batch, std::string_view condition) override {
    const std::string& destination = owner_.settings_.destination;
    say(batch.text() + " given up: " + std::string(condition) +
        (destination.empty() ? "; there is no failure destination, so the records are lost"
                             : "; sent to " + destination));
  }
  void committed(const Offsets&) override {}
  void trouble(const std::string& sentence) override { say(sentence); }
  void ended() override {
    boost::asio::post(owner_.io_, [this] { ended_.set(); });
  }

  LocalMapping& owner_;
  const std::string name_;
  const std::string function_name_;
  async::Latch ended_;
  std::optional<FunctionEnvironment> function_;
  std::optional<UrlInvoker> url_;
  std::unique_ptr<FailureDestination> destination_;
  // It is the last member, because its thread uses the others.
  std::unique_ptr<EventSourceMapping> mapping_;
};

LocalMapping::LocalMapping(boost::asio::io_context& io, Console& console,
                           LocalMappingSettings settings)
    : io_(io), console_(console), settings_(std::move(settings)), ready_(io) {
  settings_.rules.envelope.bootstrap_servers = settings_.source.cluster.bootstrap;
  // The function must send partial responses exactly if the mapping reads them.
  settings_.function.reports_batch_item_failures =
      settings_.rules.retries.report_batch_item_failures;
}

LocalMapping::~LocalMapping() = default;

base::Result<> LocalMapping::start() {
  for (int i = 1; i <= settings_.concurrency; ++i) {
    const std::string suffix = settings_.concurrency == 1 ? "" : " " + std::to_string(i);
    pollers_.push_back(std::make_unique<Poller>(*this, suffix));
    if (auto started = pollers_.back()->start(); !started) return started;
  }
  return {};
}

void LocalMapping::kill() {
  for (const auto& poller : pollers_) poller->kill();
}

async::Awaitable<> LocalMapping::stop(milliseconds patience) {
  for (const auto& poller : pollers_) poller->ask_to_stop(patience);
  const auto deadline = steady_clock::now() + patience + 2 * EventSourceMapping::kLeavePatience;
  for (const auto& poller : pollers_) co_await poller->stop(deadline);
}

}  // namespace penstock::local
