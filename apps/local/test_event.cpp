#include "apps/local/test_event.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "apps/local/iam.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "base/topic_name.h"
#include "local/function/invocation_event.h"
#include "local/kafka/kafka_broker.h"
#include "local/records/topic_reader.h"

namespace penstock::apps {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using local::TopicPartition;
using local::TopicReader;

constexpr std::chrono::seconds kBrokerPatience{10};  // For looking up the topic's partitions.
constexpr std::chrono::seconds kReadPatience{30};    // For reading its records.

Error invalid(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

Result<std::string> event_of_file(const std::string& file) {
  Result<std::string> text = file == "-" ? read_standard_input() : read_file(file);
  if (!text) return text;
  const std::string name = file == "-" ? "standard input" : file;
  if (const auto json = local::check_json(*text); !json) {
    return invalid(name + ": " + json.error().message);
  }
  return text;
}

// Returns the partitions from which records are read.
Result<std::vector<TopicPartition>> partitions_of(const TestEventOptions& options,
                                                  TopicReader& reader) {
  auto partitions =
      reader.partitions(options.topic, std::chrono::steady_clock::now() + kBrokerPatience);
  if (!partitions) return partitions;
  const size_t count = partitions->size();
  if (options.partition) {
    std::erase_if(*partitions,
                  [&](const auto& asked) { return asked.partition.number != *options.partition; });
    if (partitions->empty()) {
      return invalid("topic '" + options.topic + "' has no partition " +
                     std::to_string(*options.partition) + ". It has the partitions 0 to " +
                     std::to_string(count - 1));
    }
  } else if (options.from_offset && count > 1) {
    return invalid("topic '" + options.topic + "' has " + std::to_string(count) +
                   " partitions. Choose one with --partition if you use --from-offset");
  }
  return partitions;
}

Result<std::vector<local::Record>> records_from(base::Offset offset,
                                                const TopicPartition& topic_partition,
                                                TopicReader& reader, TopicReader::Time deadline,
                                                const TopicReader::Bounds& bounds) {
  const auto extent = reader.extent(topic_partition, deadline);
  if (!extent) return extent.error();
  if (extent->empty() || offset >= extent->end) {
    return Error{.code = ErrorCode::not_found,
                 .message = "partition " + topic_partition.text() + " has no records from offset " +
                            to_text(offset) + " on. Its next offset is " + to_text(extent->end)};
  }
  auto range = reader.read_range(topic_partition, std::max(offset, extent->first), extent->end - 1,
                                 deadline, bounds);
  if (!range) return range.error();
  return std::move(range->records);
}

Result<std::string> bootstrap_of(const TestEventOptions& options) {
  if (!options.cluster.bootstrap.empty()) return options.cluster.bootstrap;
  auto known = local::KafkaBroker::bootstrap_in(std::filesystem::path(options.data) / "kafka");
  if (!known) {
    return invalid(known.error().message +
                   ". Name its data folder with --data, or another Kafka with --bootstrap");
  }
  return known;
}

Result<std::vector<local::Record>> records_of(const TestEventOptions& options,
                                              TopicReader& reader) {
  const auto partitions = partitions_of(options, reader);
  if (!partitions) return partitions.error();
  const auto deadline = std::chrono::steady_clock::now() + kReadPatience;
  TopicReader::Bounds bounds;
  bounds.records = options.count;
  return options.from_offset
             ? records_from({*options.from_offset}, partitions->front(), reader, deadline, bounds)
             : reader.newest(*partitions, deadline, bounds);
}

Result<std::string> event_of_topic(const TestEventOptions& options, const char* program) {
  const auto bootstrap = bootstrap_of(options);
  if (!bootstrap) return bootstrap;
  auto properties = options.cluster.librdkafka();
  if (!properties) return properties.error();
  LocalIam iam(options.cluster.iam, *properties,
               [program](const std::string& text) { complain(program, text, kExitFailed); });
  const auto tokens = iam.tokens(*bootstrap);
  if (!tokens) return tokens.error();
  auto reader = TopicReader::open({*bootstrap, std::move(*properties), *tokens});
  if (!reader) return reader.error();
  auto records = records_of(options, *reader);
  if (!records) return records.error();
  if (records->empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "topic '" + options.topic + "' at " + *bootstrap + " has no records"};
  }
  return local::event_of(std::move(*records), {local_cluster_arn("penstock"), *bootstrap});
}

}  // namespace

void TestEventOptions::declare(const Command& command) {
  const Command event = command.group("Event");
  const Option file_option = event.option(
      "FILE", file,
      "Read the event from this file, which is JSON as in a service's test-events/. - is "
      "standard input.");
  const Option from_topic =
      event.option("--from-topic", topic,
                   "Make the event of the newest records of this topic. The offsets of consumer "
                   "groups do not change.");
  from_topic.takes("NAME").excludes(file_option).checked_by(base::problem_of_topic);
  event.option("--count", count, "Read at most this many records of the topic.")
      .between(1, local::EventBatch::kRecordsMax)
      .needs(from_topic)
      .shows_default();
  event
      .option("--from-offset", from_offset,
              "Read records from this offset on, instead of the newest ones.")
      .needs(from_topic);
  event.option("--partition", partition, "Read records of this partition only.").needs(from_topic);
  event.flag("--fill", fill,
             "Repeat the event's records, at growing offsets, up to the 10,000 records or 6 MB "
             "that AWS allows.");
  cluster.declare(command,
                  "Read from the Kafka at this address. By default, it is the broker of the system "
                  "whose folder --data names.",
                  &from_topic);
  command.group("Kafka")
      .option("--data", data, "Use the broker of the system with this data folder.")
      .takes("FOLDER")
      .needs(from_topic)
      .shows_default();
}

Result<std::string> test_event(const TestEventOptions& options, const char* program) {
  if (options.file.empty() == options.topic.empty()) {
    return invalid("name either a FILE with the event (- is standard input), or --from-topic");
  }
  auto event =
      options.topic.empty() ? event_of_file(options.file) : event_of_topic(options, program);
  if (event && options.fill) event = local::filled_event(*event);
  if (event && event->size() >= local::EventBatch::kEventBytesMax) {
    return Error{.code = ErrorCode::too_large,
                 .message = "the event has " + std::to_string(event->size()) +
                            " bytes, but AWS allows less than " +
                            std::to_string(local::EventBatch::kEventBytesMax)};
  }
  return event;
}

}  // namespace penstock::apps
