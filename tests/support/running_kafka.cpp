#include "support/running_kafka.h"

#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

#include "processes/file_descriptor.h"

namespace penstock::test {
namespace {

using local::KafkaBroker;
using std::chrono::steady_clock;

// A machine that does much else needs several times as long as a user would wait for.
constexpr std::chrono::seconds kStartPatience = 3 * KafkaBroker::kReadyPatience;
// A question is asked again with more patience, so that an answer that is late comes in time once.
constexpr std::chrono::milliseconds kAnswerPatienceMin{500};
constexpr std::chrono::milliseconds kAnswerPatienceMax{8'000};

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

base::Error failed(std::string message, std::string detail = {}) {
  return {.code = base::ErrorCode::internal,
          .message = std::move(message),
          .detail = std::move(detail)};
}

}  // namespace

RunningKafka::RunningKafka(local::KafkaFiles files, KafkaExtension extension)
    : files_(std::move(files)), extension_(std::move(extension)), broker_(files_) {}

base::Result<> RunningKafka::prepare() {
  if (prepared_) return {};
  if (auto prepared = broker_.prepare(); !prepared) return prepared;
  if (extension_.settings) {
    const auto file = broker_.settings_file();
    const std::string settings = extension_.settings(content(file));
    std::ofstream(file, std::ios::trunc) << settings;
  }
  prepared_ = true;
  return {};
}

processes::Command RunningKafka::command() const {
  processes::Command command = broker_.command();
  if (extension_.classes.empty()) return command;
  const auto option = std::find(command.arguments.begin(), command.arguments.end(), "-cp");
  *std::next(option) += ":" + extension_.classes.string();
  return command;
}

base::Result<> RunningKafka::start() {
  if (auto prepared = prepare(); !prepared) return prepared;
  const auto log = files_.folder / "output.log";
  const processes::FileDescriptor output(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
  if (!output) return failed("cannot write `" + log.string() + "`");
  auto child = processes::Child::spawn(command(), output.get());
  if (!child) return child.error();
  child_ = std::make_unique<processes::Child>(std::move(*child));
  const auto deadline = steady_clock::now() + kStartPatience;
  std::chrono::milliseconds patience = kAnswerPatienceMin;
  while (!local::broker_answers(bootstrap(), patience)) {
    patience = std::min(2 * patience, kAnswerPatienceMax);
    if (const auto status = child_->ended()) {
      child_.reset();
      return failed("Kafka ended with " + status->text() + " while starting", content(log));
    }
    if (steady_clock::now() > deadline) {
      return failed("Kafka does not answer after three minutes", content(log));
    }
  }
  return {};
}

void RunningKafka::freeze() {
  ::kill(child_->pid(), SIGSTOP);
}

void RunningKafka::thaw() {
  ::kill(child_->pid(), SIGCONT);
}

void RunningKafka::stop() {
  if (!child_) return;
  child_->signal(SIGTERM);
  [[maybe_unused]] const auto status =
      child_->wait_until(steady_clock::now() + KafkaBroker::kStopPatience);
  child_.reset();
}

}  // namespace penstock::test
