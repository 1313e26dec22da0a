#include "local/kafka/kafka_broker.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <utility>

#include "kafka/client.h"
#include "local/kafka/ports.h"
#include "local/processes/file_descriptor.h"

namespace penstock::local {
namespace {

constexpr std::chrono::seconds kFormatPatience{60};

base::Error broker_error(std::string message, std::string detail = {}) {
  return {.code = base::ErrorCode::internal,
          .message = std::move(message),
          .detail = std::move(detail)};
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

base::Result<> write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text;
  out.close();
  if (!out) return broker_error("cannot write `" + file.string() + "`");
  return {};
}

base::Result<FileDescriptor> output_file(const std::filesystem::path& file) {
  FileDescriptor fd(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return broker_error("cannot write `" + file.string() + "`", std::strerror(errno));
  return fd;
}

// 128 random bits in URL-safe base64, as StorageTool's `random-uuid` prints them. Never starts with
// '-', which would look like an option.
std::string random_cluster_id() {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::random_device random;
  std::string id;
  for (int i = 0; i < 21; ++i) id += kAlphabet[random() % (i == 0 ? 62 : 64)];
  id += "AQgw"[random() % 4];  // The last two bits of 128.
  return id;
}

// Everything at INFO into a file of bounded size; what a person should see on the output.
constexpr std::string_view kLog4j = R"(status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${sys:penstock.kafka.log}
appender.file.filePattern = ${sys:penstock.kafka.log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %m (%c)%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %m (%c{1})%n
appender.console.filter.threshold.type = ThresholdFilter
appender.console.filter.threshold.level = error
rootLogger.level = info
rootLogger.appenderRefs = file, console
rootLogger.appenderRef.file.ref = file
rootLogger.appenderRef.console.ref = console
# Prints some 300 lines at every start.
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
)";

}  // namespace

std::filesystem::path KafkaBroker::log4j_file() const {
  return files_.folder / "log4j2.properties";
}

Command KafkaBroker::java(std::vector<std::string> options,
                          std::vector<std::string> arguments) const {
  std::vector<std::string> all = std::move(options);
  // The quick compiler alone (TieredStopAtLevel=1): half the processor time until Kafka is ready.
  all.insert(all.end(), {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                         "-Dlog4j2.configurationFile=" + log4j_file().string(),
                         "-Dpenstock.kafka.log=" + (files_.folder / "broker.log").string(), "-cp",
                         (files_.libraries / "*").string()});
  all.insert(all.end(), arguments.begin(), arguments.end());
  return {
      .program = "java", .arguments = std::move(all), .environment = base::process_environment()};
}

Command KafkaBroker::command() const {
  return java({"-Xms256m", "-Xmx512m"}, {"kafka.Kafka", settings_file().string()});
}

base::Result<> KafkaBroker::prepare() {
  std::error_code error;
  if (!std::filesystem::is_directory(files_.libraries, error)) {
    return broker_error("no Apache Kafka in `" + files_.libraries.string() +
                        "`: give the folder of its jars with --kafka-libs, or use --broker memory");
  }
  std::filesystem::create_directories(files_.folder, error);
  if (error) return broker_error("cannot make `" + files_.folder.string() + "`", error.message());
  if (auto ports = choose_ports(); !ports) return ports;
  if (auto written = write_settings(); !written) return written;
  return format_storage();
}

base::Result<> KafkaBroker::choose_ports() {
  const auto file = files_.folder / "ports";
  std::istringstream(text_of(file)) >> port_ >> controller_port_;
  if (port_ == 0 || controller_port_ == 0 || !port_is_free(port_) ||
      !port_is_free(controller_port_)) {
    auto client = free_port();
    auto controller = free_port();
    while (client && controller && *controller == *client) controller = free_port();
    for (const auto& port : {client, controller}) {
      if (!port) return broker_error("no free port for the broker", port.error().detail);
    }
    port_ = *client;
    controller_port_ = *controller;
  }
  return write_file(file, std::to_string(port_) + " " + std::to_string(controller_port_) + "\n");
}

base::Result<std::string> KafkaBroker::bootstrap_in(const std::filesystem::path& folder) {
  uint16_t port = 0;
  std::istringstream(text_of(folder / "ports")) >> port;
  if (port == 0) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = "no broker has run in `" + folder.string() + "`"};
  }
  return "127.0.0.1:" + std::to_string(port);
}

base::Result<> KafkaBroker::write_settings() const {
  const std::string client = "127.0.0.1:" + std::to_string(port_);
  const std::string controller = "127.0.0.1:" + std::to_string(controller_port_);
  if (auto written = write_file(log4j_file(), std::string(kLog4j)); !written) return written;
  return write_file(
      settings_file(),
      "# Written at every start.\n"
      "process.roles=broker,controller\n"
      "node.id=1\n"
      "listeners=PLAINTEXT://" +
          client + ",CONTROLLER://" + controller +
          "\n"
          "advertised.listeners=PLAINTEXT://" +
          client +
          "\n"
          "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
          "controller.listener.names=CONTROLLER\n"
          "controller.quorum.voters=1@" +
          controller +
          "\n"
          "inter.broker.listener.name=PLAINTEXT\n"
          "log.dirs=" +
          storage().string() +
          "\n"
          "offsets.topic.replication.factor=1\n"
          "offsets.topic.num.partitions=4\n"
          "transaction.state.log.replication.factor=1\n"
          "transaction.state.log.min.isr=1\n"
          "group.initial.rebalance.delay.ms=0\n"
          "auto.create.topics.enable=false\n"
          // After a kill -9 the node waits for its own old session to end: 9 s by default.
          "broker.session.timeout.ms=3000\n"
          "broker.heartbeat.interval.ms=500\n"
          // A week or 1 GiB a partition, whichever comes first.
          "log.retention.hours=168\n"
          "log.retention.bytes=1073741824\n"
          "log.segment.bytes=67108864\n");
}

base::Result<> KafkaBroker::format_storage() const {
  if (std::filesystem::exists(storage() / "meta.properties")) return {};
  const auto log = files_.folder / "format.log";
  auto output = output_file(log);
  if (!output) return output.error();
  auto tool = Child::spawn(java({}, {"kafka.tools.StorageTool", "format", "-t", random_cluster_id(),
                                     "-c", settings_file().string()}),
                           output->get());
  if (!tool) {
    return broker_error(
        tool.error().message +
        ". Apache Kafka needs a Java runtime (17 or later); or use --broker memory.");
  }
  const auto status = tool->wait_until(std::chrono::steady_clock::now() + kFormatPatience);
  if (!status) {
    return broker_error("formatting Kafka's storage took longer than a minute", text_of(log));
  }
  if (status->by_signal || status->number != 0) {
    return broker_error("formatting Kafka's storage ended with " + status->text(), text_of(log));
  }
  return {};
}

bool broker_answers(const std::string& bootstrap, std::chrono::milliseconds patience) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap},
                                                             {"reconnect.backoff.ms", "50"},
                                                             {"reconnect.backoff.max.ms", "200"},
                                                             {"log_level", "0"}});
  if (!client) return false;
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto answer =
      rd_kafka_metadata(client->get(), 0, nullptr, &metadata, static_cast<int>(patience.count()));
  if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const bool has_broker = metadata->broker_cnt > 0;
  rd_kafka_metadata_destroy(metadata);
  return has_broker;
}

}  // namespace penstock::local
