#include "log/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <optional>
#include <stop_token>
#include <thread>

#include "support/counted_new.h"

namespace penstock::log {
namespace {

// Holds both ends of a pipe. The test reads from it.
struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::string read_some() {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(ends[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }
  int ends[2] = {-1, -1};
};

const base::SystemTime kTime{std::chrono::seconds(1'795'539'140)};

TEST(Log, WritesOneJsonObjectALine) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  Line(log, Level::info, "listening", kTime)
      .field("port", 8000)
      .field("host", "a\"b")
      .field("up", true);
  EXPECT_EQ(
      pipe.read_some(),
      "{\"time\":\"2026-11-24T16:52:20.000000Z\",\"level\":\"INFO\",\"message\":\"listening\","
      "\"port\":8000,\"host\":\"a\\\"b\",\"up\":true}\n");
}

TEST(Log, WritesNullForANumberThatJsonDoesNotHave) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  Line(log, Level::info, "", kTime)
      .field("half", 0.5)
      .field("much", std::numeric_limits<double>::infinity());
  EXPECT_EQ(
      pipe.read_some(),
      "{\"time\":\"2026-11-24T16:52:20.000000Z\",\"level\":\"INFO\",\"half\":0.5,\"much\":null}\n");
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::warning);
  Line(log, Level::info, "not this").field("n", 1);
  Line(log, Level::error, "this");
  const std::string text = pipe.read_some();
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_NE(text.find("\"ERROR\",\"message\":\"this\""), std::string::npos);
}

// A terminal obeys control characters, also those of ISO 8859-1, which are two bytes in UTF-8.
TEST(Log, HasNoCharacterThatATerminalObeysOrThatEndsALine) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  Line(log, Level::info, "", kTime)
      .field("c",
             "\x1b\x7f\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80"
             "\xaa");
  EXPECT_EQ(pipe.read_some(),
            "{\"time\":\"2026-11-24T16:52:20.000000Z\",\"level\":\"INFO\",\"c\":\"\\u001b\\u007f"
            "\\u0080\\u009b\\u009f\xc2\xa0\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"}\n");
}

TEST(Log, AsksOnceForAFlushOfDeferredLines) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  int asked = 0;
  log.defer_flush([&] { ++asked; });
  Line(log, Level::info, "one");
  Line(log, Level::info, "two");
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(log.flush());
  const std::string text = pipe.read_some();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  Line(log, Level::info, "three");
  EXPECT_EQ(asked, 2);
}

TEST(Log, LosesOnlyTheExcessWhenTheReaderStopsReading) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  const std::string filler(1000, 'x');
  for (int i = 0; i < 3000; ++i) {
    Line(log, Level::info, filler);  // 3 MB into a pipe of 64 KiB and a buffer of 1 MiB.
  }
  EXPECT_GT(log.dropped_lines(), 0u);
  std::string all;
  while (!log.flush()) all += pipe.read_some();
  ::fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK);
  for (std::string part = pipe.read_some(); !part.empty(); part = pipe.read_some()) all += part;
  const auto lines = static_cast<uint64_t>(std::count(all.begin(), all.end(), '\n'));
  // One more line than was kept: the one that reports the count.
  EXPECT_EQ(lines, 3000 - log.dropped_lines() + 1);
  EXPECT_NE(all.find("\"lines\":" + std::to_string(log.dropped_lines())), std::string::npos);
}

// Only a build with ThreadSanitizer sees whether the count is shared rightly.
TEST(Log, TheCountOfDroppedLinesMayBeReadWhileOthersLog) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  const std::string filler(1000, 'x');
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) Line(log, Level::info, filler);
  });
  while (log.dropped_lines() == 0) std::this_thread::yield();
}

TEST(Log, ALineWhoseEndThereIsNoMemoryForCountsAsDropped) {
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  std::optional<Line> line;
  constexpr size_t kLines = 400;  // One of them just fits into its memory without its end.
  std::string text;
  for (size_t i = 0; i < kLines; ++i) {
    line.emplace(log, Level::info, "");
    line->field("x", std::string(i, 'x'));
    {
      const test::NoMemory none;
      line.reset();
    }
    if (log.dropped_lines() == 0) text += pipe.read_some();
  }
  EXPECT_GT(log.dropped_lines(), 0u);
  EXPECT_TRUE(log.flush());
  text += pipe.read_some();
  EXPECT_EQ(static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')),
            kLines - log.dropped_lines() + 1);
}

// The reader never empties the buffer, but takes as many lines as there are new ones.
TEST(Log, LosesNothingToAReaderThatIsAlwaysALittleBehind) {
  Pipe pipe;
  ::fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK);
  Log log(pipe.ends[1], Level::info);
  log.defer_flush([] {});
  const std::string filler(1000, 'x');
  Line(log, Level::info, filler);
  std::string read(16 * log.waiting_bytes(), '\0');
  for (int i = 1; i < 500; ++i) Line(log, Level::info, filler);
  for (int i = 0; i < 3000; ++i) {
    Line(log, Level::info, filler);
    if (i % 16 != 0) continue;
    log.flush();
    EXPECT_GT(::read(pipe.ends[0], read.data(), read.size()), 0);
  }
  EXPECT_EQ(log.dropped_lines(), 0u);
  EXPECT_GT(log.waiting_bytes(), 100'000u);
  EXPECT_LT(log.waiting_bytes(), 900'000u);
}

TEST(Log, CountsWhatCannotBeWritten) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  Log log(pipe.ends[1], Level::info);
  log.defer_flush([] {});
  Line(log, Level::info, "one");
  Line(log, Level::info, "two");
  ::close(pipe.ends[0]);
  pipe.ends[0] = -1;
  EXPECT_TRUE(log.flush());
  EXPECT_EQ(log.dropped_lines(), 2u);
  EXPECT_EQ(log.waiting_bytes(), 0u);
}

TEST(Log, WaitsForASlowReaderAtItsEnd) {
  Pipe pipe;
  std::string text;
  std::jthread reader([&] {
    for (std::string part = pipe.read_some(); !part.empty(); part = pipe.read_some()) text += part;
  });
  {
    Log log(pipe.ends[1], Level::info, {.end_patience = std::chrono::seconds(60)});
    log.defer_flush([] {});
    for (int i = 0; i < 900; ++i) Line(log, Level::info, std::string(1000, 'x'));
  }
  ::close(pipe.ends[1]);
  pipe.ends[1] = -1;
  reader.join();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 900);
}

TEST(Log, KnowsTheUsualNamesOfLevels) {
  EXPECT_EQ(level_named("info"), Level::info);
  EXPECT_EQ(level_named("WARN"), Level::warning);
  EXPECT_EQ(level_named("FATAL"), Level::error);
  EXPECT_EQ(level_named("loud"), std::nullopt);
}

}  // namespace
}  // namespace penstock::log
