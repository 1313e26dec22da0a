#include "local/kafka/kafka_broker.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/number_text.h"
#include "base/utf8.h"
#include "kafka/client.h"
#include "local/kafka/kafka_storage.h"
#include "local/kafka/ports.h"

namespace penstock::local {
namespace {

// The files in the broker's folder have these names.
constexpr const char* kSettings = "server.properties";
constexpr const char* kLogSettings = "log4j2.properties";
constexpr const char* kLog = "broker.log";
constexpr const char* kStorage = "storage";
constexpr const char* kLibraries = "libraries";

// The broker's folder as its Java processes see it. It is their working directory, and its own name
// may hold any character: Kafka would split `log.dirs` at a comma, the properties format treats
// backslashes and letters beyond ASCII specially, a colon separates the entries of a class path,
// and Java cannot represent bytes that are not UTF-8.
constexpr const char* kFolder = "/proc/self/cwd/";

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

// Has the ports of the broker's file: the one for clients, the controller's, and the one behind a
// relay. Earlier versions have written the first two only.
using Ports = std::array<uint16_t, 3>;

// Reads the file with the ports, "39092 39093 39094\n". Those that it does not have are 0, and all
// are if it has another form.
Ports ports_in(std::string_view text) {
  if (!text.ends_with('\n')) return {};
  text.remove_suffix(1);
  Ports ports{};
  for (size_t count = 0; !text.empty(); ++count) {
    const std::string_view word = text.substr(0, text.find(' '));
    const auto port = base::whole_number<uint16_t>(word);
    if (!port || count == ports.size()) return {};
    ports.at(count) = *port;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return ports[1] == 0 ? Ports{} : ports;
}

base::Result<> write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text;
  out.close();
  if (!out) return broker_error("cannot write the broker's file `" + file.string() + "`");
  return {};
}

// Says whether Java's class loader can open jars in this folder, which is an absolute path. It
// takes "!/" for the end of a jar's name, and decodes a character of four bytes in UTF-8 wrongly
// (JDK 17 and 21, sun.net.www.ParseUtil).
bool java_loads_jars_from(const std::filesystem::path& folder) {
  const std::string name = folder.string() + "/";
  return name.find("!/") == std::string::npos && base::is_utf8(name) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0xF0; });
}

// Says whether the folder has a jar like kafka_2.13-4.3.1.jar.
bool has_kafka(const std::filesystem::path& libraries) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(libraries, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with("kafka_") && name.ends_with(".jar")) return true;
  }
  return false;
}

// Writes everything from INFO on to a log file of bounded size, and errors also to the output.
constexpr std::string_view kLog4j = R"(status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = /proc/self/cwd/broker.log
appender.file.filePattern = /proc/self/cwd/broker.log.%i
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
# At INFO it prints some 300 lines at every start.
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
)";

}  // namespace

processes::Command KafkaBroker::java(std::vector<std::string> options,
                                     std::vector<std::string> arguments) const {
  std::vector<std::string> all = std::move(options);
  // TieredStopAtLevel=1 uses the quick compiler only, which halves the processor time of a start.
  all.insert(all.end(), {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                         std::string("-Dlog4j2.configurationFile=") + kFolder + kLogSettings, "-cp",
                         std::string(kFolder) + kLibraries + "/*"});
  all.insert(all.end(), arguments.begin(), arguments.end());
  base::Environment environment = base::process_environment();
  // Java reads and writes file names in the encoding of the locale, which in the locale "C" cannot
  // represent letters beyond ASCII (sun.jnu.encoding).
  environment["LC_ALL"] = "C.UTF-8";
  // The broker needs no credentials, and Java writes files of its own when it crashes.
  environment.remove("AWS_");
  return {.program = "java",
          .arguments = std::move(all),
          .environment = std::move(environment),
          .working_folder = files_.folder};
}

processes::Command KafkaBroker::command() const {
  return java({"-Xms256m", "-Xmx512m"}, {"kafka.Kafka", std::string(kFolder) + kSettings});
}

std::filesystem::path KafkaBroker::settings_file() const {
  return files_.folder / kSettings;
}

std::filesystem::path KafkaBroker::log_file() const {
  return files_.folder / kLog;
}

base::Result<> KafkaBroker::prepare(const std::stop_token& stop) {
  std::error_code error;
  if (!std::filesystem::is_directory(files_.libraries, error)) {
    return broker_error(
        (files_.libraries.empty()
             ? "the folder with Apache Kafka's jars is not named"
             : "there is no folder `" + files_.libraries.string() + "` with Apache Kafka's jars") +
        ". Name it with --kafka-libs, run `./penstock up`, which fetches them, or use --broker "
        "memory.");
  }
  std::filesystem::create_directories(files_.folder, error);
  if (error) {
    return broker_error("cannot make the broker's folder `" + files_.folder.string() + "`",
                        error.message());
  }
  if (auto linked = link_libraries(); !linked) return linked;
  if (!has_kafka(files_.libraries)) {
    return broker_error(
        "the folder `" + files_.libraries.string() +
        "` has no jar of Apache Kafka. Name another one with --kafka-libs, run `./penstock up`, "
        "which fetches the jars, or use --broker memory.");
  }
  if (auto ports = choose_ports(); !ports) return ports;
  if (auto written = write_settings(); !written) return written;
  return prepare_storage(
      files_.folder, files_.folder / kStorage,
      [this](std::string cluster_id) {
        return java({"-Xms16m", "-Xmx128m"},
                    {"kafka.tools.StorageTool", "format", "-t", std::move(cluster_id), "-c",
                     std::string(kFolder) + kSettings});
      },
      stop);
}

// Makes a link to the jars, so that the class path has a plain name for them. Java follows the
// link, so some names of the folder behind it remain impossible.
base::Result<> KafkaBroker::link_libraries() const {
  const auto link = files_.folder / kLibraries;
  std::error_code error;
  const auto libraries = std::filesystem::canonical(files_.libraries, error);
  if (!error && !java_loads_jars_from(libraries)) {
    return broker_error(
        "Java cannot load Apache Kafka's jars from `" + libraries.string() +
        "`, because the name of a folder ends with '!', has a character beyond "
        "U+FFFF, such as an emoji, or is not UTF-8. Move the jars, and name their folder with "
        "--kafka-libs.");
  }
  std::filesystem::remove(link, error);
  if (!error) std::filesystem::create_directory_symlink(libraries, link, error);
  if (error) {
    return broker_error("cannot make the symbolic link `" + link.string() + "` to Kafka's jars",
                        error.message());
  }
  return {};
}

base::Result<> KafkaBroker::choose_ports() {
  const auto file = files_.folder / "ports";
  Ports ports = ports_in(text_of(file));
  std::set<uint16_t> taken(files_.ports_of_others.begin(), files_.ports_of_others.end());
  for (uint16_t& port : ports) {
    if (port != 0 && !taken.contains(port) && port_is_free(port)) {
      taken.insert(port);
    } else {
      port = 0;
    }
  }
  for (uint16_t& port : ports) {
    if (port != 0) continue;
    auto free = free_port();
    while (free && taken.contains(*free)) free = free_port();
    if (!free) return broker_error("no TCP port is free for the broker", free.error().detail);
    port = *free;
    taken.insert(port);
  }
  port_ = ports[0];
  controller_port_ = ports[1];
  listener_port_ = ports[2];
  return write_file(file, std::to_string(port_) + " " + std::to_string(controller_port_) + " " +
                              std::to_string(listener_port_) + "\n");
}

base::Result<std::string> KafkaBroker::bootstrap_in(const std::filesystem::path& folder) {
  const uint16_t port = ports_in(text_of(folder / "ports"))[0];
  if (port == 0) {
    return base::Error{
        .code = base::ErrorCode::not_found,
        .message = "no broker of `penstock_local` has run in `" + folder.string() + "`"};
  }
  return "127.0.0.1:" + std::to_string(port);
}

base::Result<> KafkaBroker::write_settings() const {
  const std::string listener = "127.0.0.1:" + std::to_string(listener_port());
  const std::string controller = "127.0.0.1:" + std::to_string(controller_port_);
  const auto log_settings = files_.folder / kLogSettings;
  if (auto written = write_file(log_settings, std::string(kLog4j)); !written) return written;
  return write_file(
      settings_file(),
      "# Written at every start.\n"
      "process.roles=broker,controller\n"
      "node.id=1\n"
      "listeners=PLAINTEXT://" +
          listener + ",CONTROLLER://" + controller +
          "\n"
          "advertised.listeners=PLAINTEXT://" +
          bootstrap() +
          "\n"
          "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
          "controller.listener.names=CONTROLLER\n"
          "controller.quorum.voters=1@" +
          controller +
          "\n"
          "inter.broker.listener.name=PLAINTEXT\n"
          "log.dirs=" +
          kFolder + kStorage +
          "\n"
          "offsets.topic.replication.factor=1\n"
          "offsets.topic.num.partitions=4\n"
          "transaction.state.log.replication.factor=1\n"
          "transaction.state.log.min.isr=1\n"
          "group.initial.rebalance.delay.ms=0\n"
          "auto.create.topics.enable=false\n"
          // After a kill -9 the node waits until its old session has ended, for 9 s by default.
          "broker.session.timeout.ms=3000\n"
          "broker.heartbeat.interval.ms=500\n"
          // Records are kept for a week, and for 1 GiB in each partition at most.
          "log.retention.hours=168\n"
          "log.retention.bytes=1073741824\n"
          "log.segment.bytes=67108864\n");
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
