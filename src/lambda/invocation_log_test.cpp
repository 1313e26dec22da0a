#include "lambda/invocation_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "lambda/testing/captured_log.h"

namespace penstock::lambda {
namespace {

using log::Level;

TEST(InvocationLog, WritesLambdasJsonFormat) {
  testing::CapturedLog captured;
  InvocationLog log(captured.log(), "id-1");
  log.write(Level::info, "RECORD", R"({"offset":15})");
  log.write(Level::debug, "LAMBDA_EVENT", "{}");
  const auto lines = captured.lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), 5u);
  EXPECT_TRUE(lines[0].at("timestamp").is_string());
  EXPECT_EQ(lines[0].at("level"), "INFO");
  EXPECT_EQ(lines[0].at("requestId"), "id-1");
  EXPECT_EQ(lines[0].at("type"), "RECORD");
  EXPECT_EQ(lines[0].at("value").at("offset"), 15);
}

TEST(InvocationLog, ReplacesATooLargeValueByItsSize) {
  testing::CapturedLog captured;
  captured.log().defer_flush([] {});
  InvocationLog log(captured.log(), "id-1");
  const auto string_of = [](size_t bytes) { return '"' + std::string(bytes - 2, 'x') + '"'; };
  log.write(Level::info, "SMALL", "1");
  log.write(Level::info, "LARGE", string_of(InvocationLog::kValueBytesMax));
  log.write(Level::info, "TOO_LARGE", string_of(InvocationLog::kValueBytesMax + 1));
  log.flush();
  const auto lines = captured.lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].at("value").as_string().size(), InvocationLog::kValueBytesMax - 2);
  EXPECT_EQ(lines[2].at("value").at("omitted_bytes"), InvocationLog::kValueBytesMax + 1);
}

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  int ends[2] = {-1, -1};
};

// Lets several threads log at the same time into one log of 1 MiB, whose reader is slow. Returns
// the number of lines that have arrived.
ptrdiff_t lines_of(int threads, int lines_of_each, size_t line_bytes) {
  Pipe pipe;
  std::string text;
  std::jthread reader([&] {
    char part[1000];
    for (ssize_t count = 0; (count = ::read(pipe.ends[0], part, sizeof(part))) > 0;) {
      text.append(part, static_cast<size_t>(count));
    }
  });
  {
    log::Log out(pipe.ends[1], Level::info);
    out.defer_flush([] {});
    const std::string value = '"' + std::string(line_bytes, 'x') + '"';
    std::vector<std::jthread> invocations;
    for (int i = 0; i < threads; ++i) {
      invocations.emplace_back([&] {
        InvocationLog log(out, "id-1");
        for (int line = 0; line < lines_of_each; ++line) log.write(Level::info, "MESSAGE", value);
        log.flush();
      });
    }
    invocations.clear();
    EXPECT_EQ(out.dropped_lines(), 0u);
  }
  ::close(pipe.ends[1]);
  pipe.ends[1] = -1;
  reader.join();
  return std::count(text.begin(), text.end(), '\n');
}

TEST(InvocationLog, LosesNothingToASlowReader) {
  EXPECT_EQ(lines_of(1, 5000, 1000), 5000);
}

TEST(InvocationLog, LosesNothingOfInvocationsThatLogAtTheSameTime) {
  EXPECT_EQ(lines_of(8, 500, 2000), 4000);
  EXPECT_EQ(lines_of(8, 3, 600'000), 24);
}

TEST(InvocationLog, WaitsOnceForAReaderThatIsStuck) {
  Pipe pipe;
  log::Log out(pipe.ends[1], Level::info);
  out.defer_flush([] {});
  InvocationLog log(out, "id-1");
  const std::string value = '"' + std::string(300'000, 'x') + '"';
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) log.write(Level::info, "MESSAGE", value);
  log.flush();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_GT(out.dropped_lines(), 0u);
}

}  // namespace
}  // namespace penstock::lambda
