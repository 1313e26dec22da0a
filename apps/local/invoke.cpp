// `penstock_local invoke`: one invocation of a function, with an event from a file or of a topic's records.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "apps/local/commands.h"
#include "apps/local/iam.h"
#include "apps/local/options.h"
#include "local/function/invocation_event.h"
#include "local/function/single_invocation.h"
#include "local/kafka/kafka_broker.h"
#include "local/records/topic_reader.h"

namespace penstock::apps {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using local::TopicPartition;
using local::TopicReader;
using std::chrono::milliseconds;

struct Options {
  std::string file;
  std::string topic;
  std::string bootstrap;
  std::string data = ".penstock";
  std::vector<std::string> properties;
  bool iam = false;
  size_t count = 10;
  std::optional<int64_t> from_offset;
  std::optional<int32_t> partition;
  bool fill = false;
  std::string save;
  std::string function = beside_us(kFunctionProgram);
  std::vector<std::string> environment;
  bool partial_responses = false;
  double function_timeout = 30;
};

constexpr int kExitFunctionFailed = 1;
constexpr int kExitNotInvoked = 2;
constexpr std::chrono::seconds kBrokerPatience{10};  // For the topic's partitions.
constexpr std::chrono::seconds kReadPatience{30};    // For its records.

Error invalid(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

bool is_url(const std::string& function) {
  return function.starts_with("http://") || function.starts_with("https://");
}

Result<std::string> event_of_file(const std::string& file) {
  Result<std::string> text = file == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {})  //
                                         : read_file(file);
  if (!text) return text;
  const std::string name = file == "-" ? "standard input" : file;
  if (const auto json = local::check_json(*text); !json) return invalid(name + ": " + json.error().message);
  return text;
}

// The partitions that are asked for.
Result<std::vector<TopicPartition>> places_of(const Options& options, TopicReader& reader) {
  auto places = reader.partitions(options.topic, std::chrono::steady_clock::now() + kBrokerPatience);
  if (!places) return places;
  const size_t count = places->size();
  if (options.partition) {
    std::erase_if(*places, [&](const auto& place) { return place.partition != *options.partition; });
    if (places->empty()) {
      return invalid("topic '" + options.topic + "' has no partition " + std::to_string(*options.partition) +
                     ", but 0 to " + std::to_string(count - 1));
    }
  } else if (options.from_offset && count > 1) {
    return invalid("topic '" + options.topic + "' has " + std::to_string(count) +
                   " partitions: --from-offset needs --partition");
  }
  return places;
}

Result<std::vector<local::Record>> records_from(int64_t offset, const TopicPartition& place,
                                                TopicReader& reader, TopicReader::Time deadline,
                                                const TopicReader::Bounds& bounds) {
  const auto extent = reader.extent(place, deadline);
  if (!extent) return extent.error();
  if (extent->empty() || offset >= extent->end) {
    return Error{.code = ErrorCode::not_found,
                 .message = "partition " + place.text() + " has no records from offset " +
                            std::to_string(offset) + " on; it ends before " + std::to_string(extent->end)};
  }
  auto range = reader.read_range(place, std::max(offset, extent->first), extent->end - 1, deadline, bounds);
  if (!range) return range.error();
  return std::move(range->records);
}

Result<std::string> event_of_topic(const Options& options) {
  std::string bootstrap = options.bootstrap;
  if (bootstrap.empty()) {
    auto known = local::KafkaBroker::bootstrap_in(std::filesystem::path(options.data) / "kafka");
    if (!known) return invalid(known.error().message + ": give --bootstrap HOST:PORT");
    bootstrap = *known;
  }
  auto properties = pairs_of(options.properties);
  if (!properties) return invalid("--property: " + properties.error().message);
  LocalIam iam(options.iam, *properties,
               [](const std::string& text) { std::cerr << "penstock_local invoke: " << text << '\n'; });
  const auto tokens = iam.tokens(bootstrap);
  if (!tokens) return tokens.error();
  auto reader = TopicReader::open({bootstrap, std::move(*properties), *tokens});
  if (!reader) return reader.error();
  const auto places = places_of(options, *reader);
  if (!places) return places.error();
  const auto deadline = std::chrono::steady_clock::now() + kReadPatience;
  TopicReader::Bounds bounds;
  bounds.records = options.count;
  auto records = options.from_offset
                     ? records_from(*options.from_offset, places->front(), *reader, deadline, bounds)
                     : reader->newest(*places, deadline, bounds);
  if (!records) return records.error();
  if (records->empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = "topic '" + options.topic + "' at " + bootstrap + " has no records"};
  }
  return local::event_of(std::move(*records), {local_cluster_arn(), bootstrap});
}

Result<std::string> event_of(const Options& options) {
  auto event = options.topic.empty() ? event_of_file(options.file) : event_of_topic(options);
  if (event && options.fill) event = local::filled_event(*event);
  if (event && event->size() >= local::kEventBytesMax) {
    return Error{.code = ErrorCode::too_large,
                 .message = "the event has " + std::to_string(event->size()) +
                            " bytes; AWS takes less than " + std::to_string(local::kEventBytesMax)};
  }
  return event;
}

// "3 records, 1234 bytes"
std::string size_of(const std::string& event) {
  std::string text;
  if (const auto count = local::record_count(event)) {
    text = std::to_string(*count) + (*count == 1 ? " record, " : " records, ");
  }
  return text + std::to_string(event.size()) + " bytes";
}

Result<local::SingleInvocation> invocation_of(const Options& options) {
  local::SingleInvocation invocation;
  invocation.timeout = milliseconds(static_cast<int64_t>(options.function_timeout * 1000));
  if (is_url(options.function)) {
    if (!options.environment.empty() || options.partial_responses) {
      return invalid(
          "--env and --partial-responses are for a program: a function behind a URL has its own environment");
    }
    invocation.invoke_url = options.function;
    return invocation;
  }
  const auto environment = pairs_of(options.environment);
  if (!environment) return invalid("--env: " + environment.error().message);
  auto& function = invocation.function;
  function.program = std::filesystem::absolute(options.function);
  function.name = kFunctionProgram;
  function.reports_batch_item_failures = options.partial_responses;
  function.environment.insert(environment->begin(), environment->end());
  std::error_code error;
  if (!std::filesystem::is_regular_file(function.program, error)) {
    return invalid("--function " + options.function + ": there is no such file");
  }
  return invocation;
}

int refuse(const Error& error) {
  std::cerr << "penstock_local invoke: " << base::describe(error) << '\n';
  return kExitNotInvoked;
}

int save(const std::string& event, const std::string& file) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << event;
  if (!event.ends_with('\n')) stream << '\n';
  stream.close();
  if (!stream) return refuse(invalid(file + ": cannot be written"));
  std::cout << file << ": " << size_of(event) << '\n';
  return 0;
}

int run(const Options& options) {
  if (options.file.empty() == options.topic.empty()) {
    return refuse(invalid("give either a FILE (- is standard input) or --from-topic"));
  }
  const auto invocation = invocation_of(options);
  if (!invocation && options.save.empty()) return refuse(invocation.error());
  const auto event = event_of(options);
  if (!event) return refuse(event.error());
  if (!options.save.empty()) return save(*event, options.save);

  std::signal(SIGPIPE, SIG_IGN);
  local::Console console(STDOUT_FILENO, local::Console::Names::hidden);
  const auto result = local::invoke_once(*invocation, *event, console);
  if (!result) return refuse(result.error());
  const local::Outcome& outcome = result->outcome;
  std::cout << size_of(*event) << ", " << result->duration.count() << " ms\n";
  if (outcome.succeeded()) {
    std::cout << "succeeded: " << outcome.response << '\n';
    return 0;
  }
  std::cout << "failed: " << outcome.error_type << ": " << outcome.error_message << '\n';
  return kExitFunctionFailed;
}

}  // namespace

std::function<int()> add_invoke(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* invoke = app.add_subcommand("invoke", "One invocation of a function, with a test event");
  invoke->footer("Exit status: 0, the function succeeded; 1, it failed; 2, it was not invoked.");
  auto* file = invoke->add_option("FILE", options->file,
                                  "the event, JSON as in hello/test-events; - is standard input");
  auto* topic = invoke->add_option("--from-topic", options->topic,
                                   "makes the event of a topic's newest records; no group's offsets change");
  topic->excludes(file);
  invoke->add_option("--count", options->count, "records of that topic at most")
      ->check(CLI::Range(int64_t{1}, local::EventBatch::kRecordsMax))
      ->needs(topic)
      ->capture_default_str();
  invoke->add_option("--from-offset", options->from_offset, "from this offset on, instead of the newest")
      ->check(CLI::NonNegativeNumber)
      ->needs(topic);
  invoke->add_option("--partition", options->partition, "of this partition alone")
      ->check(CLI::NonNegativeNumber)
      ->needs(topic);
  invoke
      ->add_option("--bootstrap", options->bootstrap,
                   "HOST:PORT of Kafka; else the broker of `up`, which --data leads to")
      ->needs(topic);
  invoke->add_option("--data", options->data, "the folder of `up`")->needs(topic)->capture_default_str();
  invoke
      ->add_option("--property", options->properties,
                   "NAME=VALUE of librdkafka, to be let in: security.protocol=SSL")
      ->allow_extra_args(false)  // FILE may follow.
      ->needs(topic);
  LocalIam::add_option(*invoke, options->iam)->needs(topic);
  invoke->add_flag("--fill", options->fill,
                   "repeats the event's records, at growing offsets, up to AWS's 10,000 or 6 MB");
  invoke->add_option("--save", options->save, "writes the event to this file, and invokes nothing");
  invoke
      ->add_option("--function", options->function,
                   "a custom runtime's bootstrap, or the invoke URL of a Runtime Interface Emulator")
      ->capture_default_str();
  invoke->add_option("--env", options->environment, "NAME=VALUE for the function")->allow_extra_args(false);
  invoke->add_flag("--partial-responses", options->partial_responses,
                   "as if the mapping asked for ReportBatchItemFailures");
  invoke->add_option("--function-timeout", options->function_timeout, "seconds of the invocation")
      ->check(CLI::Range(0.1, 900.0))
      ->capture_default_str();
  return [invoke, options] { return invoke->parsed() ? run(*options) : -1; };
}

}  // namespace penstock::apps
