#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <csignal>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "log/fault_flush.h"
#include "log/log.h"

namespace penstock::log {
namespace {

// Is a file in memory whose size the system limits, as a full disk does: a write that begins below
// the limit is cut there, and a write at the limit fails. Only one may exist at a time.
class LimitedFile {
 public:
  LimitedFile() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
  }
  ~LimitedFile() {
    lift();
    ::close(fd_);
  }
  void limit(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  void lift() const { ::setrlimit(RLIMIT_FSIZE, &before_); }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] size_t size() const { return static_cast<size_t>(::lseek(fd_, 0, SEEK_END)); }
  [[nodiscard]] std::string text() const {
    std::string text(size(), '\0');
    EXPECT_EQ(::pread(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

 private:
  const int fd_ = ::memfd_create("log", MFD_CLOEXEC);
  rlimit before_{};
};

// Counts what a log has written, each line of which must be a whole JSON object.
struct Written {
  explicit Written(const std::string& text) {
    EXPECT_TRUE(text.empty() || text.ends_with('\n')) << text;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
      boost::system::error_code error;
      const auto json = boost::json::parse(line, error);
      if (error || !json.is_object()) {
        ADD_FAILURE() << "this is no line of a log: " << line;
        continue;
      }
      const auto& object = json.get_object();
      if (const auto* count = object.if_contains("lines")) {
        lost += count->to_number<uint64_t>();
        ++notes;
      } else {
        ++lines;
      }
    }
  }
  uint64_t lines = 0;  // Without the notes.
  uint64_t notes = 0;  // Lines that say how many are missing.
  uint64_t lost = 0;   // How many are missing, as the notes say.
};

TEST(LogLoss, ALineThatIsCutIsFinishedWhenThereIsRoomAgain) {
  const LimitedFile file;
  Log log(file.fd(), Level::info);
  Line(log, Level::info, "one");
  file.limit(file.size() + 20);
  Line(log, Level::info, "two");
  Line(log, Level::info, "three");
  EXPECT_EQ(log.dropped_lines(), 1u) << "the line that is cut is not lost yet";
  file.lift();
  Line(log, Level::info, "four");
  const Written written(file.text());
  EXPECT_EQ(written.lines, 3u);
  EXPECT_EQ(written.lost, 1u);
}

TEST(LogLoss, EachLostLineIsCountedOnce) {
  const LimitedFile file;
  file.limit(0);
  Log log(file.fd(), Level::info);
  for (int i = 0; i < 10; ++i) Line(log, Level::info, "lost");
  for (int i = 0; i < 10; ++i) log.flush();
  EXPECT_EQ(log.dropped_lines(), 10u) << "the line that tells of them is none of them";
  file.lift();
  log.flush();
  const Written written(file.text());
  EXPECT_EQ(written.lost, 10u);
  EXPECT_EQ(written.notes, 1u);
  EXPECT_EQ(written.lines, 0u);
}

TEST(LogLoss, TheNoteOfLostLinesMayBeCutToo) {
  const LimitedFile file;
  file.limit(0);
  Log log(file.fd(), Level::info);
  Line(log, Level::info, "lost");
  file.limit(10);
  Line(log, Level::info, "cut");
  file.lift();
  log.flush();
  EXPECT_EQ(Written(file.text()).lost, 1u);
  file.limit(file.size());
  Line(log, Level::info, "lost");
  file.limit(file.size() + 10);
  log.flush();  // Now the note is cut.
  Line(log, Level::info, "lost");
  EXPECT_EQ(log.dropped_lines(), 3u);
  file.lift();
  log.flush();
  const Written written(file.text());
  EXPECT_EQ(written.lost, 3u);
  EXPECT_EQ(written.lines, 1u);
}

TEST(LogLoss, AFullDeviceLosesEveryLineAndNoTime) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Log log(full, Level::info);
  int asked = 0;
  log.defer_flush([&] { ++asked; });
  for (int i = 0; i < 3; ++i) {
    Line(log, Level::info, "lost");
    EXPECT_TRUE(log.flush()) << "nothing is left that a short wait could help";
  }
  EXPECT_EQ(log.dropped_lines(), 3u);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(log.waiting_bytes(), 0u);
  ::close(full);
}

TEST(LogLoss, AsksForAFlushThoughTheRestOfALineWaits) {
  const LimitedFile file;
  Log log(file.fd(), Level::info);
  int asked = 0;
  log.defer_flush([&] { ++asked; });
  file.limit(10);
  Line(log, Level::info, "one");
  EXPECT_TRUE(log.flush());
  EXPECT_GT(log.waiting_bytes(), 0u);
  Line(log, Level::info, "two");
  EXPECT_EQ(asked, 2);
  file.lift();
  EXPECT_TRUE(log.flush());
  EXPECT_EQ(Written(file.text()).lines, 2u);
  EXPECT_EQ(log.dropped_lines(), 0u);
}

// The reader of a pipe goes in the middle of a line, and another one comes.
TEST(LogLoss, TheNextReaderOfAPipeGetsTheRestOfALine) {
  std::signal(SIGPIPE, SIG_IGN);
  int first[2];
  ASSERT_EQ(::pipe2(first, O_CLOEXEC), 0);
  const auto room = static_cast<size_t>(::fcntl(first[1], F_SETPIPE_SZ, 4096));
  Log log(first[1], Level::info);
  Line(log, Level::info, std::string(room, 'x'));
  EXPECT_GT(log.waiting_bytes(), 0u);
  std::string text(2 * room, '\0');
  text.resize(static_cast<size_t>(::read(first[0], text.data(), text.size())));
  ::close(first[0]);
  Line(log, Level::info, "lost");
  EXPECT_EQ(log.dropped_lines(), 1u);
  int second[2];
  ASSERT_EQ(::pipe2(second, O_CLOEXEC), 0);
  ASSERT_EQ(::dup3(second[1], first[1], O_CLOEXEC), first[1]);
  log.flush();
  std::string rest(2 * room, '\0');
  rest.resize(static_cast<size_t>(::read(second[0], rest.data(), rest.size())));
  const Written written(text + rest);
  EXPECT_EQ(written.lines, 1u);
  EXPECT_EQ(written.lost, 1u);
  for (const int fd : {first[1], second[0], second[1]}) ::close(fd);
}

// The space comes and goes at any byte. Whatever happens, each line is there or is counted.
TEST(LogLoss, EachLineIsWholeOrCountedWhereverTheSpaceEnds) {
  std::mt19937 random(20);
  const auto below = [&random](size_t bound) { return random() % bound; };
  for (int round = 0; round < 300; ++round) {
    const LimitedFile file;
    Log log(file.fd(), Level::info);
    if (round % 2 == 0) log.defer_flush([] {});
    uint64_t lines = 0;
    for (size_t step = 0; step < 40; ++step) {
      if (below(3) == 0) file.limit(file.size() + below(400));
      if (below(9) == 0) file.lift();
      if (below(2) == 0) log.flush();
      const size_t length = below(20) == 0 ? Log::kBufferBytesMax / 2 : below(200);
      Line(log, Level::info, std::string(length, 'x'));
      ++lines;
    }
    file.lift();
    EXPECT_TRUE(log.flush());
    EXPECT_EQ(log.waiting_bytes(), 0u);
    const Written written(file.text());
    ASSERT_EQ(written.lost, log.dropped_lines()) << "round " << round;
    ASSERT_EQ(written.lines + written.lost, lines) << "round " << round;
  }
}

using LogLossDeathTest = testing::Test;

TEST(LogLossDeathTest, AFaultFinishesTheLineThatWasCut) {
  const LimitedFile file;
  const auto cut_and_abort = [&file] {
    Log log(file.fd(), Level::info);
    const FaultFlush flush(log);
    file.limit(10);
    Line(log, Level::info, "one");
    Line(log, Level::info, "lost");
    file.lift();
    std::abort();
  };
  EXPECT_DEATH(cut_and_abort(), "");
  const Written written(file.text());
  EXPECT_EQ(written.lines, 1u);
  EXPECT_EQ(written.lost, 1u);
}

TEST(LogLossDeathTest, AFullDeviceDoesNotKeepTheProcessAlive) {
  const auto abort_on_full_device = [] {
    Log log(::open("/dev/full", O_WRONLY | O_CLOEXEC), Level::info,
            {.end_patience = std::chrono::hours(1)});
    const FaultFlush flush(log);
    log.defer_flush([] {});
    Line(log, Level::info, "lost");
    std::abort();
  };
  EXPECT_DEATH(abort_on_full_device(), "");
}

}  // namespace
}  // namespace penstock::log
