#include "apps/shared/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "apps/shared/exit_status.h"

namespace penstock::apps {
namespace {

using testing::HasSubstr;
using testing::Not;

// Is a program with an option of each kind.
class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    const Command kafka = program_.group("Kafka");
    kafka.option("--broker", broker_, "Use this broker.").takes("HOST:PORT").shows_default();
    kafka.option("--port", port_, "Serve on this port.").between(1, 65'535).shows_default();
    kafka.option("--wait", wait_, "Wait this long.")
        .between(std::chrono::seconds(0), std::chrono::seconds(300));
    const Command terminal = program_.group("Terminal");
    terminal.option("--log", log_, "Write lines so.").one_of({"text", "json"});
    const Option file = terminal.option("--api", api_, "Run this.").existing_file();
    terminal
        .flag("--much", much_,
              "Write a great many words, so that the description does not fit into one line "
              "and is wrapped.")
        .needs(file);
    const Command verb = program_.verb("check", "Checks files.");
    verb.option("FILE", files_, "These are checked.").required();
    verb.option("--home", home_, "Look here.").or_variable("COMMAND_LINE_TEST_HOME");
    verb.set_footer("The exit status is 0.");
  }

  // Parses the arguments, and returns what was printed.
  std::string parse(std::vector<std::string> arguments, int expected) {
    arguments.insert(arguments.begin(), "/somewhere/bin/another-name");
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto status = program_.parse(static_cast<int>(pointers.size()), pointers.data());
    const std::string printed =
        testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    EXPECT_EQ(status, expected) << printed;
    return printed;
  }

  CommandLine program_{"penstock_test", "Tests how help looks."};
  std::string broker_ = "kafka";
  int port_ = 8000;
  std::chrono::milliseconds wait_{0};
  std::string log_;
  std::string api_;
  bool much_ = false;
  std::vector<std::string> files_;
  std::filesystem::path home_;
};

TEST_F(CommandLineTest, HelpIsInGroupsAndPlainPhrases) {
  EXPECT_EQ(parse({"--help"}, 0), R"(Tests how help looks.

Usage: penstock_test [OPTION...]
       penstock_test VERB [OPTION...]

Kafka:
  --broker HOST:PORT        Use this broker. [default kafka]
  --port N                  Serve on this port. [1 to 65535; default 8000]
  --wait SECONDS            Wait this long. [0 to 300]

Terminal:
  --log text|json           Write lines so.
  --api FILE                Run this.
  --much                    Write a great many words, so that the description
                            does not fit into one line and is wrapped. [needs
                            --api]

Options:
  -h, --help                Show this help.

Verbs, each of which has a --help of its own:
  check                     Checks files.
)");
}

TEST_F(CommandLineTest, HelpOfAVerbNamesTheProgramAndNotItsPath) {
  EXPECT_EQ(parse({"check", "--help"}, 0), R"(Checks files.

Usage: penstock_test check [OPTION...] FILE...

Arguments:
  FILE...                   These are checked. [required]

Options:
  -h, --help                Show this help.
  --home PATH               Look here. [or the variable COMMAND_LINE_TEST_HOME]

The exit status is 0.
)");
}

TEST_F(CommandLineTest, RefusesWhatBreaksARule) {
  EXPECT_THAT(parse({"--log", "yaml"}, kExitUsage), HasSubstr("--log: yaml not in {text,json}"));
  EXPECT_THAT(parse({"--port", "0"}, kExitUsage),
              HasSubstr("--port: '0' is not a whole number from 1 to 65535"));
  EXPECT_THAT(parse({"--api", "/no/such"}, kExitUsage), HasSubstr("/no/such"));
  EXPECT_THAT(parse({"--much"}, kExitUsage), HasSubstr("--much requires --api"));
  EXPECT_THAT(parse({"check"}, kExitUsage), HasSubstr("FILE is required"));
}

}  // namespace
}  // namespace penstock::apps
