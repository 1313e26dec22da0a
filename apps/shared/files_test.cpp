#include "apps/shared/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace penstock::apps {
namespace {

class FilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "penstock_files_XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string new_pipe() const {
    const std::string path = folder_ / "pipe";
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  static std::string message_of(const std::string& path) {
    const auto text = read_file(path);
    return text ? "it was read" : text.error().message;
  }

  std::filesystem::path folder_;
};

TEST_F(FilesTest, ReadsAFileUpToALimit) {
  const std::string path = folder_ / "file";
  std::ofstream(path) << std::string(kFileBytesMax, ' ');
  const auto text = read_file(path);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->size(), kFileBytesMax);
  std::ofstream(path, std::ios::app) << ' ';
  EXPECT_EQ(message_of(path), path + ": it is larger than 8388608 bytes");
}

TEST_F(FilesTest, ReadsNoDevice) {
  EXPECT_EQ(message_of("/dev/zero"), "/dev/zero: it is a device, not a file");
}

TEST_F(FilesTest, ReadsAPipeWhoseWriterComesLate) {
  const std::string path = new_pipe();
  std::jthread writer([&] { std::ofstream(path) << "{}"; });
  const auto text = read_file(path);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "{}");
}

TEST_F(FilesTest, DoesNotWaitWithoutEndForAPipesWriter) {
  const std::string path = new_pipe();
  const auto text = read_file(path, std::chrono::milliseconds(20));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, path + ": nothing came through this pipe in time");
}

TEST_F(FilesTest, ReadsTheEndOfAnUnnamedPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::jthread writer([&] {
    EXPECT_EQ(::write(ends[1], "{}", 2), 2);
    ::close(ends[1]);
  });
  const auto text = read_file("/dev/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "{}");
}

TEST_F(FilesTest, WritesAFileForItsOwnerOrForEveryone) {
  const std::string path = folder_ / "file";
  const auto mode_of = [](const std::string& file) {
    return static_cast<mode_t>(std::filesystem::status(file).permissions());
  };
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ASSERT_TRUE(write_file(path, "{}", kPrivate));
  EXPECT_EQ(mode_of(path), kPrivate & ~mask);
  ASSERT_TRUE(write_file(path, "[]"));
  EXPECT_EQ(read_file(path).value(), "[]");
  EXPECT_EQ(mode_of(path), kPrivate & ~mask);
  ASSERT_TRUE(write_file(path + "2", ""));
  EXPECT_EQ(mode_of(path + "2"), kPublic & ~mask);
}

TEST_F(FilesTest, SaysWhyAFileCannotBeWritten) {
  const std::string path = folder_ / "none" / "file";
  EXPECT_EQ(write_file(path, "{}").error().message,
            path + ": cannot be written: No such file or directory");
  EXPECT_EQ(write_file("/dev/full", "{}").error().message,
            "/dev/full: cannot be written: No space left on device");
}

}  // namespace
}  // namespace penstock::apps
