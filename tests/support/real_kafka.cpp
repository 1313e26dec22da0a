#include "support/real_kafka.h"

#include <cstdlib>
#include <stdexcept>

namespace penstock::test {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "penstock_test_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder like " + name);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<TemporaryFolder> RealKafkaTest::folder_;
std::unique_ptr<RunningKafka> RealKafkaTest::kafka_;
std::string RealKafkaTest::problem_;

void RealKafkaTest::SetUpTestSuite() {
  const std::string libraries = variable("PENSTOCK_KAFKA_LIBS");
  if (libraries.empty()) {
    problem_ =
        "PENSTOCK_KAFKA_LIBS does not name the folder of Apache Kafka's jars: run the tests with "
        "./penstock test integration";
    return;
  }
  folder_ = std::make_unique<TemporaryFolder>();
  kafka_ = std::make_unique<RunningKafka>(
      local::KafkaFiles{.folder = folder_->path() / "kafka", .libraries = libraries});
  if (const auto started = kafka_->start(); !started) {
    problem_ = base::describe(started.error());
    kafka_.reset();
  }
}

void RealKafkaTest::TearDownTestSuite() {
  kafka_.reset();
  folder_.reset();
}

void RealKafkaTest::SetUp() {
  ASSERT_NE(kafka_, nullptr) << problem_;
}

}  // namespace penstock::test
