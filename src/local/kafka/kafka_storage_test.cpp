#include "local/kafka/kafka_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr const char* kSound =
    "#\n#Mon Nov 30 06:03:53 UTC 2026\nnode.id=1\ndirectory.id=7sd-Jm9gX-S_Y1kD1g8h1w\nversion=1\n"
    "cluster.id=7PDNkSDHO34lfEgMie7GMQ\n";

class KafkaStorageTest : public ::testing::Test {
 protected:
  KafkaStorageTest() {
    std::string name = (std::filesystem::temp_directory_path() / "storage_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::create_directories(storage());
  }
  ~KafkaStorageTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path storage() const { return folder_ / "storage"; }
  void write_meta(const std::string& text) const {
    std::ofstream(storage() / "meta.properties") << text;
  }
  void make_records() const {
    std::filesystem::create_directories(storage() / "__cluster_metadata-0");
  }
  // Prepares the storage with this script in place of Kafka's tool.
  [[nodiscard]] base::Result<> prepare(const std::string& script,
                                       const std::stop_token& stop = {}) const {
    return prepare_storage(
        folder_, storage(),
        [&](std::string id) {
          return processes::Command{.program = "/bin/sh",
                                    .arguments = {"-c", script, "tool", std::move(id)},
                                    .environment = {{"PATH", "/usr/bin:/bin"}},
                                    .working_folder = folder_};
        },
        stop);
  }

  std::filesystem::path folder_;
};

TEST_F(KafkaStorageTest, IsFormattedOnce) {
  EXPECT_EQ(state_of_storage(storage()), StorageState::empty);
  const std::string tool =
      "mkdir -p storage; printf 'version=1\\nnode.id=1\\ncluster.id=%s\\n' $1 "
      "> storage/meta.properties";
  ASSERT_TRUE(prepare(tool));
  EXPECT_EQ(state_of_storage(storage()), StorageState::formatted);
  EXPECT_TRUE(prepare("exit 1")) << "the tool is not run again";
}

TEST_F(KafkaStorageTest, IsFormattedAgainAfterAnInterruption) {
  std::ofstream(storage() / "bootstrap.checkpoint") << "half";
  EXPECT_EQ(state_of_storage(storage()), StorageState::empty);
  EXPECT_TRUE(prepare("test ! -e storage")) << "what was left is gone";
}

TEST_F(KafkaStorageTest, WithoutItsPropertiesIsDamagedAndSaysWhatIsLost) {
  make_records();
  write_meta(kSound);
  EXPECT_EQ(state_of_storage(storage()), StorageState::formatted);
  for (const std::string text :
       {"", "garbage\n", "version=1\nnode.id=2\ncluster.id=x\n", "version=1\nnode.id=1\n",
        "node.id=1\ncluster.id=x\n", "version=1\nnode.id=1\ncluster.id=\n"}) {
    write_meta(text);
    EXPECT_EQ(state_of_storage(storage()), StorageState::damaged) << text;
  }
  auto prepared = prepare("exit 0");
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message, HasSubstr("meta.properties` is broken"));
  std::filesystem::remove(storage() / "meta.properties");
  prepared = prepare("exit 0");
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message, HasSubstr("meta.properties` is missing"));
  EXPECT_THAT(prepared.error().message,
              HasSubstr("delete the folder `" + folder_.string() + "`, with all local records"));
  EXPECT_TRUE(std::filesystem::exists(storage() / "__cluster_metadata-0")) << "nothing is deleted";
}

TEST_F(KafkaStorageTest, AStopEndsTheToolAtOnce) {
  std::stop_source stop;
  std::jthread stopper([&] {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(folder_ / "began") && steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    stop.request_stop();
  });
  const auto prepared = prepare("echo $$ > began; exec sleep 1000", stop.get_token());
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, base::ErrorCode::unavailable);
}

TEST_F(KafkaStorageTest, TheToolsFailureIsToldInOneSentenceIfItIsKnown) {
  auto prepared = prepare("echo Caused by: java.lang.ClassNotFoundException: kafka.X; exit 1");
  ASSERT_FALSE(prepared);
  EXPECT_THAT(base::describe(prepared.error()), HasSubstr("jars are missing or damaged"));
  prepared = prepare("echo something else; exit 3");
  ASSERT_FALSE(prepared);
  EXPECT_EQ(base::describe(prepared.error()),
            "Kafka could not format its storage: its tool ended with exit status 3: something "
            "else\n");
}

}  // namespace
}  // namespace penstock::local
