#include "local/system/system_console.h"

#include <algorithm>
#include <utility>

#include "local/console/operations/story_operations.h"

namespace penstock::local {

base::Result<> SystemConsole::listen(ShownParts parts,
                                     const std::vector<uint16_t>& ports_of_others) {
  if (is_off()) return {};
  const std::stop_token stop = stopping_.get_token();
  ConsoleOperations operations = story_operations(io_, stories_, stop);
  operations.merge(topic_operations(io_, topics_, std::move(parts.kafka), stop));
  operations.merge(send_operations(io_, std::move(parts.api), stop));
  operations.merge(invoke_operations(io_, std::move(parts.function), lines_, stop));
  operations.merge(failure_operations(io_, given_up_, std::move(parts.redrive_target), stop));
  operations.merge(fault_operations(*parts.faults));
  stories_.set_active_faults([faults = parts.faults] { return active_faults(*faults); });
  ConsoleFeed feed{.state = [this] { return stories_.state(); },
                   .sequence = [this] { return stories_.sequence(); },
                   .changes = [this](uint64_t& sequence,
                                     size_t limit) { return stories_.changes(sequence, limit); }};
  console_.emplace(io_, std::move(feed), std::move(operations), stopping_);
  auto listening = console_->listen(named_port_, ports_of_others);
  if (!listening) console_.reset();
  return listening;
}

std::string SystemConsole::invitation() const {
  if (!console_) return {};
  std::string text =
      "In a browser, " + console_->url() + "\nis the console, which shows what happens";
  if (!named_port_ && console_->port() != Console::kDefaultPort) {
    text += ". Its port is not " + std::to_string(Console::kDefaultPort) + ", which is in use";
  }
  return text;
}

RedriveTarget SystemConsole::redrive_target(const LocalMappingSettings& settings, Cluster cluster,
                                            Invoker& function) {
  RedriveTarget target{
      .cluster = std::move(cluster),
      .envelope = settings.rules.envelope,
      .report_batch_item_failures = settings.rules.retries.report_batch_item_failures,
      .invoker = &function,
      .observer = &observer_};
  target.envelope.bootstrap_servers = target.cluster.bootstrap;
  return target;
}

void SystemConsole::show_mappings(const std::vector<LocalMappingSettings>& all) {
  for (const LocalMappingSettings& settings : all) {
    std::string topics;
    for (const std::string& topic : settings.source.topics) {
      if (!topics.empty()) topics += ", ";
      topics += topic;
    }
    stories_.set_mapping(settings.observed_name(), {.topic = topics,
                                                    .group = settings.source.group_id,
                                                    .pollers = settings.concurrency,
                                                    .batch_size = settings.rules.batch_size,
                                                    .destination = settings.destination});
    mappings_.insert(settings.observed_name());
  }
}

void SystemConsole::forget_other_mappings(const std::vector<LocalMappingSettings>& all) {
  std::set<std::string> known = std::exchange(mappings_, {});
  for (const LocalMappingSettings& settings : all) mappings_.insert(settings.observed_name());
  for (const std::string& name : known) {
    if (!mappings_.contains(name)) stories_.forget_mapping(name);
  }
}

void SystemConsole::show(StoryFacts facts) {
  facts.version = PENSTOCK_VERSION;
  stories_.set_facts(std::move(facts));
}

async::Awaitable<> SystemConsole::stop() {
  if (console_) co_await console_->stop();
  stories_.set_active_faults({});
}

}  // namespace penstock::local
