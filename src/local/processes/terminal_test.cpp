#include "local/processes/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <optional>
#include <string>

namespace penstock::local {
namespace {

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = ends[0];
    write_end_ = ends[1];
  }
  ~TerminalTest() override {
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

TEST_F(TerminalTest, SaysAtItsEndHowManyLinesItHasDropped) {
  std::optional<Terminal> terminal;
  terminal.emplace(write_end_, Terminal::Names::hidden, 0);
  fill();
  terminal->line("name", "one");
  terminal->line("name", "two\nthree");
  EXPECT_EQ(read(), "");
  terminal.reset();
  EXPECT_EQ(read(), "(3 lines were lost: nothing read the output)\n");
}

TEST_F(TerminalTest, EndsThoughNothingReads) {
  std::optional<Terminal> terminal;
  terminal.emplace(write_end_, Terminal::Names::hidden, 0);
  fill();
  terminal->line("name", "one");
  terminal.reset();
  EXPECT_EQ(read(), "");
}

TEST_F(TerminalTest, WaitsForItsReaderIfItsLinesAreTheResult) {
  fill();
  auto writing = std::async(std::launch::async, [this] {
    Terminal terminal(write_end_, Terminal::Names::shown, Terminal::kResultPatienceMs);
    terminal.line("redrive", "1 document left");
  });
  std::string text;
  while (text.empty()) text = read();
  writing.get();
  text += read();
  EXPECT_EQ(text, "redrive  | 1 document left\n");
}

TEST_F(TerminalTest, IsHurriedWhileItWaitsAndHoldsUpNoOtherTerminal) {
  fill();
  std::optional<Terminal> results;
  results.emplace(write_end_, Terminal::Names::hidden, Terminal::kResultPatienceMs);
  auto writing = std::async(std::launch::async, [&] { results->line("redrive", "one"); });
  Terminal(write_end_, Terminal::Names::hidden, 0).line("function", "two");
  results->hurry();
  writing.get();
  results.reset();
  EXPECT_EQ(read(), "");
}

TEST_F(TerminalTest, CountsOnlyWhatItHasDroppedItself) {
  fill();
  Terminal results(write_end_, Terminal::Names::hidden, 0);
  std::optional<Terminal> function;
  function.emplace(write_end_, Terminal::Names::hidden, 0);
  results.line("redrive", "one\ntwo");
  function->line("function", "three");
  read();
  results.line("redrive", "four");
  function.reset();
  EXPECT_EQ(read(),
            "(2 lines were lost: nothing read the output)\nfour\n"
            "(1 lines were lost: nothing read the output)\n");
}

TEST_F(TerminalTest, WritesLinesForPeople) {
  std::optional<Terminal> terminal;
  terminal.emplace(write_end_, LineStyle{});
  EXPECT_TRUE(terminal->is_for_people());
  terminal->fault("penstock", "function ended with exit status 1");
  EXPECT_EQ(read().substr(13), "penstock ERROR function ended with exit status 1\n");
  terminal->hidden(
      R"({"message":"story","event_id":"f2b3c450","event_type":"greeting","topic":"events"})");
  terminal->line("api", R"({"message":"request","method":"GET","route":"/a","status":200,)"
                        R"("duration_us":87,"event_id":"f2b3c450","partition":2,"offset":15})");
  EXPECT_EQ(
      read().substr(13),
      "api      GET     /a                   200    87 µs  → greeting f2b3c450 → events-2@15\n");
  terminal->batch("mapping", "events-2 15 done in 5 ms");
  EXPECT_EQ(read().substr(13), "mapping  events-2 15 done in 5 ms\n");
}

TEST_F(TerminalTest, LosesNoRecordWhoseOutcomeDidNotCome) {
  const std::string record = R"({"requestId":"r","type":"RECORD",)"
                             R"("value":{"topic":"events","partition":2,"offset":15,"key":null}})";
  std::optional<Terminal> terminal;
  terminal.emplace(write_end_, LineStyle{});
  terminal->line("function", record);
  EXPECT_EQ(read(), "");
  terminal->ended("function");
  const std::string shown = "function record events-2@15  no key  → no outcome in the log\n";
  EXPECT_EQ(read().substr(13), shown);
  terminal->line("function", record);
  terminal.reset();
  EXPECT_EQ(read().substr(13), shown);
}

TEST_F(TerminalTest, KnowsNothingOfPeopleWithoutAStyle) {
  Terminal terminal(write_end_, std::nullopt);
  EXPECT_FALSE(terminal.is_for_people());
  terminal.batch("mapping", "events-2 15 done in 5 ms");
  terminal.hidden(R"({"message":"story"})");
  terminal.ended("function");
  terminal.warn("penstock", "still waiting");
  terminal.line("api", R"({"message":"request"})");
  EXPECT_EQ(read(), "penstock | still waiting\napi      | {\"message\":\"request\"}\n");
}

// A line that is longer than the pipe's room is cut when the patience ends.
TEST_F(TerminalTest, ALineThatWasCutIsEndedBeforeAnother) {
  const auto room = static_cast<size_t>(::fcntl(write_end_, F_SETPIPE_SZ, 16384));
  const std::string line(2 * room + 100, 'x');
  Terminal terminal(write_end_, Terminal::Names::hidden, 0);
  terminal.line("name", line + "\nlost");
  std::string all = read();
  EXPECT_EQ(all.size(), room);
  Terminal other(write_end_, Terminal::Names::hidden, 0);
  other.line("other", "two");
  all += read();
  other.line("other", "three");  // The note of the line "two", which had no room, comes before it.
  terminal.line("name", "four");
  all += read();
  EXPECT_EQ(all, line + "\n(1 lines were lost: nothing read the output)\nthree\n" +
                     "(1 lines were lost: nothing read the output)\nfour\n");
}

TEST_F(TerminalTest, AFullDiskCutsNoLineAndEachLostOneIsCounted) {
  std::signal(SIGXFSZ, SIG_IGN);
  const int file = ::memfd_create("terminal", MFD_CLOEXEC);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  std::optional<Terminal> terminal;
  terminal.emplace(file, Terminal::Names::shown);
  Terminal other(file, Terminal::Names::shown);
  const rlimit limit{20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  terminal->line("function", "one\ntwo\nthree");
  other.line("kafka", "four");
  ::setrlimit(RLIMIT_FSIZE, &before);
  other.line("kafka", "five");
  terminal.reset();
  std::string text(1000, '\0');
  text.resize(static_cast<size_t>(::pread(file, text.data(), text.size(), 0)));
  ::close(file);
  EXPECT_EQ(text,
            "function | one\nfunction | two\n"
            "(1 lines were lost: the output cannot be written: File too large)\n"
            "kafka    | five\n"
            "(1 lines were lost: the output cannot be written: File too large)\n");
}

}  // namespace
}  // namespace penstock::local
