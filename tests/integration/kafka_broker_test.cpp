// KafkaBroker in folders whose names Java, Kafka and the properties format treat specially.
#include "local/kafka/kafka_broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/kafka_client.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

// Kafka splits `log.dirs` at a comma. In a properties file a backslash escapes, = and : separate, #
// and ! begin a comment, and letters beyond ASCII are read as Latin-1. A class path is split at a
// colon, and its * is a wildcard. The name of the data folder also has a character beyond U+FFFF, a
// byte that is not UTF-8, and an exclamation mark at its end.
constexpr const char* kJarsName = " a, b\\c:d é=#!*%41${x}'\"日";
constexpr const char* kName = " a, b\\c:d é=#!*%41${x}'\"日𝄞\xff!";

class KafkaBrokerTest : public ::testing::Test {
 protected:
  // Java cannot represent these letters in the locale "C", which a daemon often has.
  void SetUp() override { ::setenv("LC_ALL", "C", 1); }
  void TearDown() override { ::unsetenv("LC_ALL"); }

  [[nodiscard]] static std::filesystem::path jars() {
    const char* folder = std::getenv("PENSTOCK_KAFKA_LIBS");
    return folder == nullptr ? "" : folder;
  }

  test::TemporaryFolder folder_;
};

TEST_F(KafkaBrokerTest, KeepsItsRecordsInAFolderOfAnyName) {
  ASSERT_FALSE(jars().empty()) << "run it with ./penstock test integration";
  const auto libraries = folder_.path() / kJarsName;
  std::filesystem::create_directories(libraries);
  std::filesystem::copy(jars(), libraries);
  const auto folder = folder_.path() / kName / "kafka";
  test::RunningKafka kafka({.folder = folder, .libraries = libraries});
  auto started = kafka.start();
  ASSERT_TRUE(started) << base::describe(started.error());
  const auto made = test::create_topic(kafka.bootstrap(), "events", 1);
  ASSERT_TRUE(made) << made.error().message;
  const auto stored = test::produce(kafka.bootstrap(), "events", {{.value = "one"}});
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_TRUE(std::filesystem::exists(folder / "storage" / "meta.properties"));
  EXPECT_TRUE(std::filesystem::exists(folder / "storage" / "events-0"));
  EXPECT_GT(std::filesystem::file_size(folder / "broker.log"), 0u);

  kafka.stop();
  started = kafka.start();
  ASSERT_TRUE(started) << base::describe(started.error());
  EXPECT_EQ(KafkaBroker::bootstrap_in(folder).value(), kafka.bootstrap());
  const auto records = test::read_topic(kafka.bootstrap(), "events");
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().value, "one");
}

TEST_F(KafkaBrokerTest, RefusesJarsInAFolderThatJavaCannotRead) {
  for (const char* name : {"a!", "a!/b", "𝄞"}) {
    const auto libraries = folder_.path() / name;
    std::filesystem::create_directories(libraries);
    KafkaBroker broker({.folder = folder_.path() / "kafka", .libraries = libraries});
    const auto prepared = broker.prepare();
    ASSERT_FALSE(prepared) << name;
    EXPECT_THAT(prepared.error().message, HasSubstr("Java cannot load Apache Kafka's jars"))
        << name;
  }
}

TEST_F(KafkaBrokerTest, SaysWhereTheJarsAreMissing) {
  KafkaBroker broker({.folder = folder_.path() / "kafka", .libraries = "/nowhere"});
  const auto prepared = broker.prepare();
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message,
              HasSubstr("there is no folder `/nowhere` with Apache Kafka's jars"));
}

}  // namespace
}  // namespace penstock::local
