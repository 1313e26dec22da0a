#include "local/console/operations/fault_operations.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/faults/all_faults.h"
#include "processes/file_descriptor.h"
#include "support/console_contract.h"

namespace penstock::local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Keeps what is wrong with its connections.
struct Broker final : BreakableBroker {
  [[nodiscard]] std::string connections_are_fixed() const override { return fixed; }
  [[nodiscard]] std::string process_is_fixed() const override { return "The broker is in memory."; }
  void set_link(const LinkFaults& faults) override { link = faults; }
  void stop_process(const std::string&) override { ADD_FAILURE(); }
  void start_process() override { ADD_FAILURE(); }

  std::string fixed;
  LinkFaults link;
};

class FaultOperations : public ::testing::Test {
 protected:
  auto ask(std::string_view method, const std::string& target, const std::string& body = {}) {
    return contract_.ask(operations_, io_, method, target, body);
  }
  // Returns a fault of the list.
  boost::json::object listed(std::string_view name) {
    const auto list = ask("GET", "/api/faults");
    for (const auto& fault : list.json.at("faults").as_array()) {
      if (fault.at("name").as_string() == name) return fault.as_object();
    }
    ADD_FAILURE() << name;
    return {};
  }

  test::ConsoleContract contract_;
  boost::asio::io_context io_{1};
  processes::FileDescriptor nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Terminal terminal_{nowhere_.get()};
  Broker broker_;
  Faults faults_{io_, terminal_, all_faults(io_, {.broker = &broker_})};
  ConsoleOperations operations_ = fault_operations(faults_);
};

TEST_F(FaultOperations, ListWhatCanBeBrokenAndWhyNot) {
  std::vector<std::string> names;
  const auto list = ask("GET", "/api/faults");
  for (const auto& fault : list.json.at("faults").as_array()) {
    names.emplace_back(fault.at("name").as_string());
    for (const char* text : {"title", "effect", "on_aws", "watch_for"}) {
      EXPECT_FALSE(fault.at(text).as_string().empty()) << names.back();
    }
  }
  EXPECT_THAT(
      names, ElementsAre("broker-stop", "broker-cut", "broker-slow", "broker-hang", "function-kill",
                         "function-timeout", "function-garbage", "queue-full", "api-term"));
  EXPECT_TRUE(listed("broker-slow").at("available").as_bool());
  EXPECT_EQ(listed("broker-slow").at("milliseconds").to_number<int>(), 500);
  EXPECT_EQ(listed("broker-slow").at("parameters"),
            (boost::json::array{"seconds", "milliseconds"}));
  EXPECT_EQ(listed("broker-stop").at("unavailable_because").as_string(),
            "The broker is in memory.");
  EXPECT_FALSE(listed("api-term").at("available").as_bool());
}

TEST_F(FaultOperations, BreakAndMend) {
  const auto started = ask("POST", "/api/faults/broker-slow", R"({"milliseconds":70})");
  ASSERT_EQ(started.status, 200U) << started.body;
  EXPECT_TRUE(started.json.at("active").as_bool());
  EXPECT_EQ(broker_.link.answers.latency, std::chrono::milliseconds(70));
  const auto active = active_faults(faults_);
  ASSERT_EQ(active.size(), 1U);
  EXPECT_GT(active[0].at("ends_at_ms").to_number<int64_t>(), 0);

  const auto refused = ask("POST", "/api/faults/broker-cut", "{}");
  EXPECT_EQ(refused.status, 409U);
  EXPECT_THAT(refused.detail(), HasSubstr("broker-slow is active"));

  const auto ended = ask("DELETE", "/api/faults/broker-slow");
  ASSERT_EQ(ended.status, 200U) << ended.body;
  EXPECT_FALSE(ended.json.at("active").as_bool());
  EXPECT_EQ(broker_.link.answers.latency.count(), 0);
  EXPECT_TRUE(active_faults(faults_).empty());
}

TEST_F(FaultOperations, SayWhyNothingIsBroken) {
  EXPECT_EQ(ask("POST", "/api/faults/explode", "{}").status, 404U);
  EXPECT_EQ(ask("DELETE", "/api/faults/explode").status, 404U);
  EXPECT_EQ(ask("POST", "/api/faults/broker-cut", R"({"count":1})").status, 400U);
  EXPECT_EQ(ask("POST", "/api/faults/broker-cut", R"({"seconds":601})").status, 400U);
  const auto unavailable = ask("POST", "/api/faults/broker-stop", "{}");
  EXPECT_EQ(unavailable.status, 409U);
  EXPECT_EQ(unavailable.detail(), "The broker is in memory.");
}

}  // namespace
}  // namespace penstock::local
