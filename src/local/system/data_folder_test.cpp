#include "local/system/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

class DataFolderTest : public ::testing::Test {
 protected:
  DataFolderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "data_folder_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~DataFolderTest() override { std::filesystem::remove_all(root_); }

  std::filesystem::path root_;
};

TEST_F(DataFolderTest, IsMadeWithTheFoldersAboveIt) {
  const auto folder = DataFolder::open(root_ / "a" / "b");
  ASSERT_TRUE(folder);
  EXPECT_TRUE(std::filesystem::is_directory(root_ / "a" / "b"));
  EXPECT_TRUE(folder->path().is_absolute());
}

TEST_F(DataFolderTest, NamesItsUserToASecondOne) {
  const auto first = DataFolder::open(root_);
  ASSERT_TRUE(first);
  const auto second = DataFolder::open(root_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "the data folder `" + root_.string() +
                                        "` is in use by penstock_local (pid " +
                                        std::to_string(::getpid()) +
                                        "). Stop it first, or name another folder with --data.");
}

TEST_F(DataFolderTest, IsFreeAgainAfterItsUser) {
  {
    ASSERT_TRUE(DataFolder::open(root_));
  }
  EXPECT_TRUE(DataFolder::open(root_));
}

TEST_F(DataFolderTest, SaysWhichFolderCannotBeMade) {
  const auto folder = DataFolder::open("/proc/nothing");
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("`/proc/nothing`"));
}

}  // namespace
}  // namespace penstock::local
