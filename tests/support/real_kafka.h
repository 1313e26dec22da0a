#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "support/running_kafka.h"

namespace penstock::test {

// TemporaryFolder is a new, empty folder. The destructor removes it with its content.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// RealKafkaTest starts one Apache Kafka per suite, in an empty folder. PENSTOCK_KAFKA_LIBS must
// name the folder of its jars, as `./penstock test integration` does. Without the jars the tests
// fail: they are never skipped.
class RealKafkaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  // Returns the broker. A test may kill9() and start() it: it keeps its address and its data.
  static RunningKafka& kafka() { return *kafka_; }

 private:
  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<RunningKafka> kafka_;
  static std::string problem_;
};

}  // namespace penstock::test
