#include "local/watch/folder_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <optional>
#include <string>

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::seconds kPatience{20};

class FolderWatchTest : public testing::Test {
 protected:
  FolderWatchTest() {
    std::string pattern = fs::temp_directory_path() / "folder_watch.XXXXXX";
    root_ = fs::canonical(::mkdtemp(pattern.data()));
    write("handlers.cpp", "one");
    fs::create_directories(root_ / "build" / "dev");
    fs::create_directories(root_ / ".git");
    fs::create_directories(root_ / "test-events");
  }
  ~FolderWatchTest() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name) << text;
  }
  void start(const std::vector<fs::path>& left_out = {}) {
    auto started = FolderWatch::start(io_, root_, left_out, [this] { ++calls_; });
    ASSERT_TRUE(started) << started.error().message;
    watch_ = std::move(*started);
  }
  // Returns the names of the files that have changed, as soon as there are any.
  std::vector<std::string> changes() {
    std::optional<base::Result<FolderWatch::Files>> result;
    boost::asio::co_spawn(
        io_.get_executor(), [&]() -> async::Awaitable<> { result = co_await watch_->changes(); },
        boost::asio::detached);
    const auto deadline = steady_clock::now() + kPatience;
    while (!result && steady_clock::now() < deadline) io_.run_one_until(deadline);
    if (!result) return {"(nothing)"};
    if (!*result) return {result->error().message};
    std::vector<std::string> names;
    for (const auto& file : **result) names.push_back(file.lexically_relative(root_).string());
    return names;
  }

  boost::asio::io_context io_{1};
  fs::path root_;
  int calls_ = 0;
  std::unique_ptr<FolderWatch> watch_;
};

TEST_F(FolderWatchTest, SeesAFileThatIsWritten) {
  start();
  write("handlers.cpp", "two");
  EXPECT_THAT(changes(), ElementsAre("handlers.cpp"));
  EXPECT_EQ(calls_, 1);
}

TEST_F(FolderWatchTest, SeesAFileThatAnEditorWritesBesideAndRenames) {
  start();
  write("handlers.cpp~", "one");
  write(".handlers.cpp.swp", "x");
  write("4913", "");
  fs::remove(root_ / "4913");
  write("handlers.cpp.tmp", "two");
  fs::rename(root_ / "handlers.cpp.tmp", root_ / "handlers.cpp");
  EXPECT_THAT(changes(), ElementsAre("handlers.cpp"));
}

TEST_F(FolderWatchTest, AFileThatIsSavedAsItWasIsNoChange) {
  start();
  write("handlers.cpp", "one");
  write("consumer.cpp", "new");
  EXPECT_THAT(changes(), ElementsAre("consumer.cpp"));
}

TEST_F(FolderWatchTest, SeesAFileThatIsDeletedAndOneThatIsMovedAway) {
  write("consumer.cpp", "x");
  start();
  fs::remove(root_ / "handlers.cpp");
  fs::rename(root_ / "consumer.cpp", root_ / "reader.cpp");
  EXPECT_THAT(changes(), ElementsAre("consumer.cpp", "handlers.cpp", "reader.cpp"));
}

TEST_F(FolderWatchTest, SeesFilesInFoldersOfFoldersThatAreMadeLater) {
  start();
  fs::create_directories(root_ / "parts" / "inner");
  write("parts/inner/types.yaml", "x");
  EXPECT_THAT(changes(), ElementsAre("parts/inner/types.yaml"));
  write("parts/inner/types.yaml", "y");
  EXPECT_THAT(changes(), ElementsAre("parts/inner/types.yaml"));
}

TEST_F(FolderWatchTest, AFolderThatIsMovedIsKnownByItsNewNameOnly) {
  write("test-events/a.json", "1");
  start();
  fs::rename(root_ / "test-events", root_ / "events");
  EXPECT_THAT(changes(), ElementsAre("events/a.json", "test-events"));
  write("events/a.json", "2");
  EXPECT_THAT(changes(), ElementsAre("events/a.json"));
}

TEST_F(FolderWatchTest, LeavesOutWhatNobodyWritesByHand) {
  fs::create_directories(root_ / "out");
  fs::create_directories(root_ / "data");
  write("out/CMakeCache.txt", "x");
  start({root_ / "data"});
  for (const char* name : {"build/dev/x.o", ".git/index", "out/x.o", "data/lock"}) {
    write(name, "new");
  }
  write("handlers.cpp", "two");
  EXPECT_THAT(changes(), ElementsAre("handlers.cpp"));
}

TEST_F(FolderWatchTest, WakeEndsTheWait) {
  start();
  watch_->wake();
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(FolderWatchTest, SaysThatTheFolderIsGone) {
  start();
  const fs::path moved = root_.string() + ".moved";
  fs::rename(root_, moved);
  EXPECT_THAT(changes(),
              ElementsAre(root_.string() + " was moved or deleted, so it is watched no more"));
  fs::remove_all(moved);
}

TEST_F(FolderWatchTest, RefusesAFolderThatIsNotThereAndOneWithTooManyFolders) {
  const auto none = FolderWatch::start(io_, root_ / "none", {}, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::not_found);
  for (size_t i = 0; i <= FolderWatch::kFoldersMax; ++i) {
    fs::create_directory(root_ / ("f" + std::to_string(i)));
  }
  const auto many = FolderWatch::start(io_, root_, {}, {});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, base::ErrorCode::too_large);
}

}  // namespace
}  // namespace penstock::local
