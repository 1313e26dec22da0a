#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "support/running_kafka.h"

namespace penstock::test {

// A folder that goes with this object.
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

// Test suites with a real Apache Kafka, one a suite. It starts from an empty folder;
// PENSTOCK_KAFKA_LIBS names its jars (`./penstock test integration` sets it). Without the jars the
// tests fail: they are never skipped.
class RealKafkaTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  // kill9() and start() make it fail and come back at the same address, with its data.
  static RunningKafka& kafka() { return *kafka_; }

 private:
  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<RunningKafka> kafka_;
  static std::string problem_;
};

}  // namespace penstock::test
