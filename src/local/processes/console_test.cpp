#include "local/processes/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <future>
#include <optional>
#include <string>

namespace penstock::local {
namespace {

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = ends[0];
    write_end_ = ends[1];
  }
  ~ConsoleTest() override {
    ::close(read_end_);
    ::close(write_end_);
  }

  // Fills the pipe with empty lines, so that nothing can be written.
  void fill() {
    const int flags = ::fcntl(write_end_, F_GETFL);
    ::fcntl(write_end_, F_SETFL, flags | O_NONBLOCK);
    const std::string page(4096, '\n');
    while (::write(write_end_, page.data(), page.size()) > 0) {
    }
    ::fcntl(write_end_, F_SETFL, flags);
  }
  // Returns what is in the pipe now, without the lines of fill().
  std::string read() {
    ::fcntl(read_end_, F_SETFL, O_NONBLOCK);
    std::string all;
    std::array<char, 4096> some{};
    ssize_t count = 0;
    while ((count = ::read(read_end_, some.data(), some.size())) > 0) {
      all.append(some.data(), static_cast<size_t>(count));
    }
    const size_t begin = all.find_first_not_of('\n');
    return begin == std::string::npos ? "" : all.substr(begin);
  }

  int read_end_ = -1;
  int write_end_ = -1;
};

TEST_F(ConsoleTest, SaysAtItsEndHowManyLinesItHasDropped) {
  std::optional<Console> console;
  console.emplace(write_end_, Console::Names::hidden, 0);
  fill();
  console->line("name", "one");
  console->line("name", "two\nthree");
  EXPECT_EQ(read(), "");
  console.reset();
  EXPECT_EQ(read(), "(3 lines were dropped because nothing read the output)\n");
}

TEST_F(ConsoleTest, EndsThoughNothingReads) {
  std::optional<Console> console;
  console.emplace(write_end_, Console::Names::hidden, 0);
  fill();
  console->line("name", "one");
  console.reset();
  EXPECT_EQ(read(), "");
}

TEST_F(ConsoleTest, WaitsForItsReaderIfItsLinesAreTheResult) {
  fill();
  auto writing = std::async(std::launch::async, [this] {
    Console console(write_end_, Console::Names::shown, Console::kResultPatienceMs);
    console.line("redrive", "1 document left");
  });
  std::string text;
  while (text.empty()) text = read();
  writing.get();
  text += read();
  EXPECT_EQ(text, "redrive  | 1 document left\n");
}

TEST_F(ConsoleTest, IsHurriedWhileItWaitsAndHoldsUpNoOtherConsole) {
  fill();
  std::optional<Console> results;
  results.emplace(write_end_, Console::Names::hidden, Console::kResultPatienceMs);
  auto writing = std::async(std::launch::async, [&] { results->line("redrive", "one"); });
  Console(write_end_, Console::Names::hidden, 0).line("function", "two");
  results->hurry();
  writing.get();
  results.reset();
  EXPECT_EQ(read(), "");
}

TEST_F(ConsoleTest, CountsOnlyWhatItHasDroppedItself) {
  fill();
  Console results(write_end_, Console::Names::hidden, 0);
  std::optional<Console> function;
  function.emplace(write_end_, Console::Names::hidden, 0);
  results.line("redrive", "one\ntwo");
  function->line("function", "three");
  read();
  results.line("redrive", "four");
  function.reset();
  EXPECT_EQ(read(),
            "(2 lines were dropped because nothing read the output)\nfour\n\n"
            "(1 lines were dropped because nothing read the output)\n");
}

}  // namespace
}  // namespace penstock::local
