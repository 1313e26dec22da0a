// Every option, setting and document that names a topic refuses what can be no topic of Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using testing::HasSubstr;

class TopicOptionTest : public testing::Test {
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
  // Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::ofstream(path) << text;
    return path;
  }
  // Returns a contract with one event, which goes to this topic.
  std::string contract(const std::string& topic) {
    return file("contract.yaml",
                "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n"
                "    get:\n      operationId: a\n      responses: {'200': "
                "{description: d}}\n      x-event: {type: t, topic: '" +
                    topic + "'}\n");
  }

  const std::vector<std::string> wrong_{
      ".", "..", "a b", "a/b", "a:b", "\xC3\xA4", "a\tb", "*", std::string(250, 'x')};
  test::TemporaryFolder folder_;

 private:
  int runs_ = 0;
};

TEST_F(TopicOptionTest, PenstockLocalRefusesWhatIsNoTopic) {
  for (const std::string& topic : wrong_) {
    const std::vector<std::vector<std::string>> commands{
        {"--topic", topic},
        {"invoke", "--function", "/bin/true", "--from-topic", topic},
        {"redrive", "--to-topic", topic, "/dev/null"},
        {"redrive", "--function", "/bin/true", "--bootstrap", "127.0.0.1:1", "--from",
         "kafka://" + topic},
    };
    for (const auto& command : commands) {
      const Ended ended = run("penstock_local", command);
      EXPECT_EQ(ended.status, 2) << command.front() << " " << topic;
      EXPECT_THAT(ended.output, HasSubstr("Kafka can have no topic '")) << command.front();
    }
  }
}

TEST_F(TopicOptionTest, TheApisSettingRefusesWhatIsNoTopic) {
  const std::string name = test::variable("AWS_MSK_CLUSTER_TOPIC");
  for (const std::string& topic : wrong_) {
    const Ended ended = run(test::kApiProgram, {}, {{name, topic}});
    EXPECT_EQ(ended.status, 2) << topic;
    EXPECT_THAT(ended.output, HasSubstr(name + " is '"));
    EXPECT_THAT(ended.output, HasSubstr("', but must be at most 249 of a-z, A-Z, 0-9, "));
  }
}

TEST_F(TopicOptionTest, ContractsAreRefusedBeforeTheyAreServed) {
  for (const std::string& topic : wrong_) {
    const std::string document = contract(topic);
    for (const auto& [program, arguments] : {std::pair<std::string, std::vector<std::string>>{
                                                 "penstock_contract", {"check", document}},
                                             {test::kApiProgram, {"--contract", document}}}) {
      const Ended ended = run(program, arguments);
      EXPECT_NE(ended.status, 0) << program << " " << topic;
      EXPECT_THAT(ended.output, HasSubstr("contract.yaml:8:33: x-event: Kafka can have no topic '"))
          << program;
    }
  }
}

}  // namespace
}  // namespace penstock
