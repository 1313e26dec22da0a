// What penstock_local writes on a terminal: lines for people, with colours unless its user wants
// none. A pseudo terminal stands for the window.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "processes/child.h"
#include "processes/pipe.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kPatience{60};
constexpr unsigned short kColumns = 120;
const std::string kReady = "Ctrl-C stops everything";

class UpTerminalTest : public testing::Test {
 protected:
  // Starts the whole system with its broker in memory on a new terminal.
  void start(std::vector<std::string> options, base::Environment environment = {}) {
    int master = -1;
    int slave = -1;
    winsize size{.ws_row = 40, .ws_col = kColumns, .ws_xpixel = 0, .ws_ypixel = 0};
    ASSERT_EQ(::openpty(&master, &slave, nullptr, nullptr, &size), 0);
    window_ = processes::FileDescriptor(master);
    const processes::FileDescriptor terminal(slave);
    port_ = local::free_port().value();
    options.insert(
        options.end(),
        {"--service", test::kServiceFolder, "--broker", "memory", "--data",
         (folder_.path() / "data").string(), "--port", std::to_string(port_), "--admin-port",
         std::to_string(local::free_port().value()), "--batching-window", "0"});
    environment.try_emplace("TERM", "xterm");
    environment.try_emplace("PATH", "/usr/bin:/bin");
    auto child = processes::Child::spawn({.program = test::program_path("penstock_local").string(),
                                          .arguments = std::move(options),
                                          .environment = std::move(environment)},
                                         terminal.get());
    ASSERT_TRUE(child);
    child_.emplace(std::move(*child));
    ASSERT_TRUE(writes(kReady)) << text_;
  }

  // Reads what comes until the text has come. Returns false if it does not.
  bool writes(const std::string& text) {
    const auto deadline = steady_clock::now() + kPatience;
    while (text_.find(text) == std::string::npos) {
      const std::array descriptors{window_.get()};
      if (!processes::wait_until_readable(descriptors, deadline)) return false;
      std::array<char, 4096> some{};
      const ssize_t count = ::read(window_.get(), some.data(), some.size());
      if (count <= 0) return false;  // Nobody has the other end any more.
      for (const char c : std::string_view(some.data(), static_cast<size_t>(count))) {
        if (c != '\r') text_ += c;
      }
    }
    return true;
  }

  void request(const std::string& target, unsigned status) {
    net::HttpClient client("127.0.0.1", port_);
    const auto response = client.request({.method = net::HttpMethod::get, .target = target}, 20s);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, status);
  }

  // Says whether there is such a line. Its time and what stands behind it are not asked for.
  [[nodiscard]] bool has_line(const std::string& form) const {
    return std::regex_search(
        text_, std::regex("(^|\n)[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3} " + form));
  }

  void stop() {
    child_->signal(SIGINT);
    EXPECT_TRUE(writes("penstock stopped") || writes("penstock | stopped")) << text_;
  }

  test::TemporaryFolder folder_;
  processes::FileDescriptor window_;
  std::optional<processes::Child> child_;
  uint16_t port_ = 0;
  std::string text_;  // Without carriage returns.
};

TEST_F(UpTerminalTest, ShowsTheWayOfARequestInLinesForPeople) {
  start({}, {{"NO_COLOR", "1"}, {"TZ", "UTC0"}});
  request(test::kFixedPath, 200);
  request("/nothing", 404);
  request(test::kStampPath + "Paul", 200);
  ASSERT_TRUE(writes("→ done")) << text_;
  EXPECT_TRUE(has_line("api      GET     " + test::kFixedPath + " +200 +[0-9.]+ (m|µ)s\n"))
      << text_;
  EXPECT_TRUE(has_line("api      GET     /nothing +404 +[0-9.]+ (m|µ)s\n")) << text_;
  EXPECT_TRUE(has_line("api      GET     /stamp +200 +[0-9.]+ (m|µ)s  → " + test::kStampType +
                       " [0-9a-f]{8} → " + test::kStampTopic + "-0@0\n"))
      << text_;
  EXPECT_TRUE(has_line("function STAMP  timestamp=[0-9]+  name=Paul\n")) << text_;
  EXPECT_TRUE(has_line("function record " + test::kStampTopic + "-0@0 .*→ done\n")) << text_;
  EXPECT_TRUE(has_line("penstock ready: ")) << text_;
  EXPECT_THAT(text_, HasSubstr("\n" + std::string(24, ' ') + "curl --json '" + R"({"title":)"));
  for (const std::string noise : {"METRICS", "\"message\"", "\"story\"", "\x1b", "\"level\""}) {
    EXPECT_THAT(text_, Not(HasSubstr(noise)));
  }
  stop();
}

TEST_F(UpTerminalTest, HasColours) {
  start({});
  request("/nothing", 404);
  EXPECT_TRUE(writes("\x1b[33m404\x1b[0m")) << text_;
  EXPECT_THAT(text_, HasSubstr("\x1b[1mpenstock\x1b[0m ready: "));
}

TEST_F(UpTerminalTest, HasNoColoursOnATerminalThatKnowsNone) {
  start({"--log", "text"}, {{"TERM", "dumb"}});
  request("/nothing", 404);
  EXPECT_TRUE(writes(" 404 ")) << text_;
  EXPECT_THAT(text_, Not(HasSubstr("\x1b")));
}

TEST_F(UpTerminalTest, WritesTheProgramsOwnLinesIfAsked) {
  start({"--log", "json"});
  request(test::kStampPath + "Paul", 200);
  ASSERT_TRUE(writes(R"("type":"METRICS")")) << text_;
  EXPECT_THAT(text_, HasSubstr("penstock | ready: "));
  EXPECT_TRUE(std::regex_search(
      text_, std::regex(R"(\napi      \| \{"time":.*"message":"request","method":"GET")")))
      << text_;
  EXPECT_THAT(text_, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text_, Not(HasSubstr("story")));
}

TEST_F(UpTerminalTest, NamesNoPageOfTheContractThatIsSwitchedOff) {
  start({}, {{test::variable("CONTRACT_PAGE"), "false"}});
  EXPECT_THAT(text_, Not(HasSubstr("/docs")));
  request("/docs", 404);
}

// Nobody has asked for a terminal, so these lines are for programs, as before.
TEST_F(UpTerminalTest, WritesLinesForPeopleIntoAFileOnlyIfAsked) {
  for (const std::string log : {"", "text"}) {
    std::vector<std::string> options{"--service",    test::kServiceFolder,
                                     "--broker",     "memory",
                                     "--data",       (folder_.path() / "data").string(),
                                     "--port",       std::to_string(local::free_port().value()),
                                     "--admin-port", std::to_string(local::free_port().value())};
    if (!log.empty()) options.insert(options.end(), {"--log", log});
    const test::Program program("penstock_local", options,
                                {{"TERM", "xterm"}, {"PATH", "/usr/bin:/bin"}},
                                folder_.path() / ("output" + log));
    ASSERT_TRUE(test::eventually([&] { return program.output().find(kReady) != std::string::npos; },
                                 kPatience))
        << program.output();
    EXPECT_EQ(program.output().find("penstock | ready: ") == std::string::npos, log == "text")
        << program.output();
    EXPECT_THAT(program.output(), Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace penstock
