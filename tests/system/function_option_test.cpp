// All commands of `penstock_local` refuse a wrong --function in the same words and with status 2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

class FunctionOptionTest : public testing::Test {
 protected:
  struct Verb {
    std::string name;
    std::vector<std::string> arguments;  // All that it needs besides --function.
  };

  std::vector<Verb> verbs() const {
    const std::string mapping = write(
        "mapping.json", R"({"FunctionName":"f","Topics":["topic"],"StartingPosition":"LATEST"})");
    return {{"",
             {"--service", test::kServiceFolder, "--broker", "memory", "--data",
              (folder_.path() / "data").string()}},
            {"esm", {"--config", mapping, "--bootstrap", "127.0.0.1:1"}},
            {"invoke", {write("event.json", "{}")}},
            {"redrive", {write("document.json", "{}"), "--bootstrap", "127.0.0.1:1"}}};
  }
  void expect_refusal(const Verb& verb, const std::vector<std::string>& more,
                      const std::string& sentence) {
    std::vector<std::string> arguments;
    if (!verb.name.empty()) arguments.push_back(verb.name);
    arguments.insert(arguments.end(), verb.arguments.begin(), verb.arguments.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_output(arguments, "penstock_local" + (verb.name.empty() ? "" : " " + verb.name) + ": " +
                                 sentence + "\n");
  }
  void expect_output(const std::vector<std::string>& arguments, const std::string& output) {
    test::Program program("penstock_local", arguments, base::process_environment(),
                          folder_.path() / ("output" + std::to_string(++runs_)));
    EXPECT_EQ(program.exit_status(), 2) << output;
    EXPECT_EQ(program.output(), output);
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  test::TemporaryFolder folder_;

 private:
  int runs_ = 0;
};

TEST_F(FunctionOptionTest, EveryVerbRefusesTheSameInTheSameWords) {
  const std::pair<std::string, std::string> rows[] = {
      {"/nowhere", "there is no such file"},
      {"/", "it is a folder, not a file"},
      {"/etc/passwd", "it is not executable; this command changes that: chmod +x /etc/passwd"},
  };
  for (const Verb& verb : verbs()) {
    for (const auto& [function, why] : rows) {
      expect_refusal(verb, {"--function", function}, "--function " + function + ": " + why);
    }
  }
}

TEST_F(FunctionOptionTest, TheWholeSystemRefusesItBeforeItStarts) {
  const std::string service = test::kServiceFolder;
  expect_output({"--service", service, "--broker", "memory", "--function", "/nowhere"},
                "penstock_local: --function /nowhere: there is no such file\n");
  expect_output({"--service", service, "--broker", "memory", "--mapping", "/nowhere"},
                "penstock_local: /nowhere: there is no such file\n");
}

TEST_F(FunctionOptionTest, RedriveSaysWhereItReadsFrom) {
  const auto redrive = [&](const std::string& from, const std::string& sentence) {
    expect_output({"redrive", "--function", "/bin/true", "--from", from},
                  "penstock_local redrive: " + sentence + "\n");
  };
  redrive("orders",
          "--from: 'orders' is no queue, arn:aws:sqs:REGION:ACCOUNT:NAME, no bucket, "
          "arn:aws:s3:::NAME or arn:aws:s3:::NAME/PREFIX, and no kafka://TOPIC");
  redrive("kafka://orders-dead",
          "--from kafka://orders-dead needs the address of Kafka: name it with --bootstrap "
          "HOST:PORT, or with SelfManagedEventSource in --config");
}

TEST_F(FunctionOptionTest, OnlyOneOptionNamesKafka) {
  for (const Verb& verb : verbs()) {
    if (verb.name != "esm" && verb.name != "redrive") continue;
    for (const std::string name : {"bootstrap.servers", "metadata.broker.list"}) {
      expect_refusal(verb, {"--function", "/bin/true", "--property", name + "=127.0.0.1:1"},
                     "--property " + name + ": name Kafka with --bootstrap instead");
    }
  }
  expect_output({"redrive", "--function", "/bin/true", "--known-as", "127.0.0.1:1", "/nowhere"},
                "penstock_local redrive: --known-as gives another name to a Kafka that you name: "
                "name it with --bootstrap HOST:PORT, or with SelfManagedEventSource in --config\n");
}

TEST_F(FunctionOptionTest, EveryVerbRefusesAUrlOfHttps) {
  for (const Verb& verb : verbs()) {
    if (verb.name.empty()) continue;  // The whole system does not take a URL.
    expect_refusal(verb, {"--function", "https://127.0.0.1:1/x"},
                   "--function https://127.0.0.1:1/x: an invoke URL must begin with http://");
  }
}

TEST_F(FunctionOptionTest, RedriveNamesADocumentThatIsMissing) {
  test::Program program(
      "penstock_local",
      {"redrive", "--function", "/bin/true", "--bootstrap", "127.0.0.1:1", "/nowhere.json"},
      base::process_environment(), folder_.path() / "missing");
  EXPECT_NE(program.exit_status(), 0);
  EXPECT_THAT(program.output(), testing::HasSubstr("/nowhere.json: there is no such file"));
}

TEST_F(FunctionOptionTest, ADryRunRefusesItToo) {
  for (const Verb& verb : verbs()) {
    if (verb.name != "redrive") continue;
    expect_refusal(verb, {"--dry-run", "--function", "/nowhere"},
                   "--function /nowhere: there is no such file");
  }
}

TEST_F(FunctionOptionTest, NamesAPairWithoutItsName) {
  for (const Verb& verb : verbs()) {
    if (verb.name.empty()) continue;  // The whole system has no --env.
    expect_refusal(verb, {"--function", "/bin/true", "--env", "A"}, "--env: 'A' is not NAME=VALUE");
    expect_refusal(verb, {"--function", "/bin/true", "--env", "A=B", "--env", "=C"},
                   "--env: '…' is not NAME=VALUE");
    expect_refusal(verb, {"--function", "/bin/true", "--env", "PASSWORD:secret"},
                   "--env: 'PASSWORD…' is not NAME=VALUE");
  }
}

TEST_F(FunctionOptionTest, ChecksHowManyInvocationsAProcessHandles) {
  for (const Verb& verb : verbs()) {
    if (verb.name.empty()) continue;  // The whole system has no --env.
    expect_refusal(verb, {"--function", "/bin/true", "--env", "AWS_LAMBDA_MAX_CONCURRENCY=0"},
                   "--env AWS_LAMBDA_MAX_CONCURRENCY: '0' is not a whole number from 1 to 1600");
  }
}

TEST_F(FunctionOptionTest, HasTheBoundsOfAwssModel) {
  for (const Verb& verb : verbs()) {
    if (verb.name.empty()) continue;  // The whole system has no --env.
    for (const std::string level : {"LOUD", "info", ""}) {
      expect_refusal(verb, {"--function", "/bin/true", "--env", "AWS_LAMBDA_LOG_LEVEL=" + level},
                     "--env: AWS_LAMBDA_LOG_LEVEL must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL "
                     "(AWS)");
    }
    expect_refusal(verb, {"--function", "/bin/true", "--env", "AWS_LAMBDA_LOG_FORMAT=xml"},
                   "--env: AWS_LAMBDA_LOG_FORMAT must be JSON or Text (AWS)");
    for (const std::string size : {"127", "32769", "128.5", ""}) {
      expect_refusal(
          verb, {"--function", "/bin/true", "--env", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + size},
          "--env: AWS_LAMBDA_FUNCTION_MEMORY_SIZE is '" + size +
              "', but must be a whole number from 128 to 32768 (AWS)");
    }
    for (const std::string seconds : {"0", "0.5", "5401"}) {
      std::vector<std::string> arguments{verb.name};
      arguments.insert(arguments.end(), verb.arguments.begin(), verb.arguments.end());
      arguments.insert(arguments.end(), {"--function", "/bin/true", "--function-timeout", seconds});
      test::Program program("penstock_local", arguments, base::process_environment(),
                            folder_.path() / (verb.name + seconds));
      EXPECT_EQ(program.exit_status(), 2) << verb.name << " " << seconds;
      EXPECT_THAT(program.output(), testing::HasSubstr("--function-timeout"));
    }
  }
}

}  // namespace
}  // namespace penstock
