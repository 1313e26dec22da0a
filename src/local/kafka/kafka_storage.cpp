#include "local/kafka/kafka_storage.h"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/printable_text.h"
#include "local/kafka/java_words.h"
#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kFormatPatience{60};
constexpr std::chrono::milliseconds kStopStep{50};
constexpr const char* kMeta = "meta.properties";
constexpr size_t kLineBytesMax = 300;

base::Error storage_error(std::string message, std::string detail = {}) {
  return {.code = base::ErrorCode::internal,
          .message = std::move(message),
          .detail = std::move(detail)};
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Says whether a properties file, which Kafka's tool has written, has this name with a value. An
// empty `value` stands for any.
bool has_property(std::string_view text, std::string_view name, std::string_view value = {}) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != '=') continue;
    const std::string_view found = std::string_view(line).substr(name.size() + 1);
    return value.empty() ? !found.empty() : found == value;
  }
  return false;
}

// Returns 128 random bits in URL-safe base64, as StorageTool's `random-uuid` prints them. The first
// character is never '-', with which it would look like an option.
std::string random_cluster_id() {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::random_device random;
  std::string id;
  for (int i = 0; i < 21; ++i) id += kAlphabet[random() % (i == 0 ? 62 : 64)];
  id += "AQgw"[random() % 4];  // The last two bits of 128.
  return id;
}

base::Result<> format(const std::filesystem::path& folder, const processes::Command& command,
                      const std::stop_token& stop) {
  const auto log = folder / "format.log";
  const processes::FileDescriptor output(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
  if (!output) {
    return storage_error("cannot write the broker's file `" + log.string() + "`",
                         std::strerror(errno));
  }
  auto tool = processes::Child::spawn(command, output.get());
  if (!tool) {
    return storage_error(
        tool.error().message +
        ". Apache Kafka needs a Java runtime of version 17 or later. Install one, or use --broker "
        "memory.");
  }
  const auto deadline = steady_clock::now() + kFormatPatience;
  auto status = tool->wait_until(steady_clock::now() + kStopStep);
  while (!status && !stop.stop_requested() && steady_clock::now() < deadline) {
    status = tool->wait_until(steady_clock::now() + kStopStep);
  }
  if (!status && stop.stop_requested()) {  // The end of `tool` kills it.
    return base::Error{.code = base::ErrorCode::unavailable, .message = "stopped"};
  }
  if (!status) {
    return storage_error("Kafka has not formatted its storage within a minute",
                         base::printable_lines(text_of(log), kLineBytesMax));
  }
  if (!status->by_signal && status->number == 0) return {};
  const std::string words = text_of(log);
  if (std::string why = explain_java_end(*status, words); !why.empty()) {
    return storage_error(std::move(why));
  }
  return storage_error("Kafka could not format its storage: its tool ended with " + status->text(),
                       base::printable_lines(words, kLineBytesMax));
}

}  // namespace

StorageState state_of_storage(const std::filesystem::path& storage) {
  std::error_code error;
  const std::string meta = text_of(storage / kMeta);
  if (has_property(meta, "node.id", "1") && has_property(meta, "cluster.id") &&
      has_property(meta, "version", "1")) {
    return StorageState::formatted;
  }
  // The tool writes meta.properties last, and the broker makes this folder at its first start.
  const bool has_records = std::filesystem::exists(storage / "__cluster_metadata-0", error);
  return has_records ? StorageState::damaged : StorageState::empty;
}

base::Result<> prepare_storage(
    const std::filesystem::path& folder, const std::filesystem::path& storage,
    const std::function<processes::Command(std::string cluster_id)>& command,
    const std::stop_token& stop) {
  std::error_code error;
  switch (state_of_storage(storage)) {
    case StorageState::formatted:
      return {};
    case StorageState::damaged:
      return storage_error(
          "Kafka's file `" + (storage / kMeta).string() +
          (std::filesystem::exists(storage / kMeta, error) ? "` is broken" : "` is missing") +
          ". It says to which cluster the records beside it belong, and without it Kafka cannot "
          "read them. Put the file back, or delete the folder `" +
          folder.string() + "`, with all local records, and start again.");
    case StorageState::empty:
      break;
  }
  std::filesystem::remove_all(storage, error);
  if (error) {
    return storage_error("cannot delete `" + storage.string() + "`", error.message());
  }
  return format(folder, command(random_cluster_id()), stop);
}

}  // namespace penstock::local
