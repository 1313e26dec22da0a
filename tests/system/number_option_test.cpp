// Every option and every variable of the programs that takes a number refuses what is none. The
// settings of the API have a test of their own, apps/api/settings_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/bad_numbers.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using testing::HasSubstr;

class NumberOptionTest : public testing::Test {
 protected:
  struct Ended {
    int status = 0;
    std::string output;
  };
  Ended run(const std::string& program, const std::vector<std::string>& arguments,
            const base::Environment& environment = {}) {
    test::Program child(program, arguments, environment,
                        folder_.path() / ("output" + std::to_string(++runs_)));
    const int status = child.exit_status();
    return {status, child.output()};
  }

  struct Option {
    std::string name;
    bool seconds = false;
  };
  // Finds the options with numbers in the program's help, so that none is forgotten here.
  std::vector<Option> options_of(const std::string& program, const std::string& verb) {
    std::vector<std::string> arguments{"--help"};
    if (!verb.empty()) arguments.insert(arguments.begin(), verb);
    const std::regex form("^  (--[a-z-]+) (N|SECONDS)\\b.*");
    std::vector<Option> options;
    std::istringstream help(run(program, arguments).output);
    for (std::string line; std::getline(help, line);) {
      std::smatch match;
      if (std::regex_match(line, match, form)) options.push_back({match[1], match[2] == "SECONDS"});
    }
    return options;
  }
  // Gives each option of a program's verb each wrong text. Returns how many options there are.
  size_t expect_refusals(const std::string& program, const std::string& verb = {}) {
    const auto options = options_of(program, verb);
    for (const Option& option : options) {
      for (const std::string& text :
           option.seconds ? test::no_seconds() : test::no_whole_numbers()) {
        std::vector<std::string> arguments{option.name + "=" + text};
        if (!verb.empty()) arguments.insert(arguments.begin(), verb);
        const Ended ended = run(program, arguments);
        EXPECT_EQ(ended.status, 2) << verb << " " << arguments.back();
        EXPECT_THAT(ended.output,
                    HasSubstr(option.name + ": '" + text + "' is not a " +
                              (option.seconds ? "number of seconds from " : "whole number from ")));
      }
    }
    return options.size();
  }

  test::TemporaryFolder folder_;

 private:
  int runs_ = 0;
};

TEST_F(NumberOptionTest, PenstockLocalRefusesWhatIsNoNumber) {
  EXPECT_EQ(expect_refusals("penstock_local"), 7u);
  EXPECT_EQ(expect_refusals("penstock_local", "esm"), 3u);
  EXPECT_EQ(expect_refusals("penstock_local", "invoke"), 4u);
  EXPECT_EQ(expect_refusals("penstock_local", "redrive"), 2u);
}

TEST_F(NumberOptionTest, PenstockContractRefusesWhatIsNoNumber) {
  EXPECT_EQ(expect_refusals("penstock_contract", "mock"), 3u);
  for (const std::string verb : {"check", "routes", "asyncapi"}) {
    EXPECT_EQ(expect_refusals("penstock_contract", verb), 1u) << verb;
  }
}

TEST_F(NumberOptionTest, TheFunctionRefusesWhatIsNoNumber) {
  const std::string& program = test::kFunctionProgram;
  for (const std::string& text : test::no_whole_numbers()) {
    const Ended concurrency =
        run(program, {},
            {{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"}, {"AWS_LAMBDA_MAX_CONCURRENCY", text}});
    EXPECT_NE(concurrency.status, 0);
    EXPECT_THAT(concurrency.output, HasSubstr("AWS_LAMBDA_MAX_CONCURRENCY is '" + text +
                                              "', but must be a whole number from 1 to 1600"));
    const Ended port = run(program, {}, {{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + text}});
    EXPECT_NE(port.status, 0);
    EXPECT_THAT(port.output,
                HasSubstr("\"127.0.0.1:" + text + "\" is not an address such as 127.0.0.1:9001"));
  }
}

TEST_F(NumberOptionTest, TheFunctionsVariablesRefuseWhatIsNoNumber) {
  for (const std::string& text : test::no_whole_numbers()) {
    for (const std::string name :
         {"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"}) {
      const Ended ended = run("penstock_local", {"invoke", "--function", "/bin/true", "--env",
                                                 name + "=" + text, "/dev/null"});
      EXPECT_EQ(ended.status, 2) << name << "=" << text;
      EXPECT_THAT(ended.output, HasSubstr(name));
      EXPECT_THAT(ended.output, HasSubstr("'" + text + "'"));
      EXPECT_THAT(ended.output, HasSubstr("a whole number from 1"));
    }
  }
}

}  // namespace
}  // namespace penstock
