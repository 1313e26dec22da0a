// These tests run the API program with handlers that wait: for time, for a thread, for too long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/raw_client.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::RawClient;
using test::variable;
using testing::HasSubstr;
using testing::StartsWith;

class WaitingHandlersTest : public testing::Test {
 protected:
  void start(const base::Environment& more = {}) {
    base::Environment environment{
        {variable("PORT"), "0"}, {variable("ADMIN_PORT"), "0"}, {variable("ADDRESS"), "127.0.0.1"}};
    for (const auto& [name, value] : more) environment[name] = value;
    program_.emplace(test::kApiProgram, std::vector<std::string>{}, environment,
                     folder_.path() / "output.log");
  }
  void serve(const base::Environment& more = {}) {
    start(more);
    ASSERT_TRUE(eventually([&] { return !line_with("\"message\":\"listening\"").empty(); }))
        << program_->output();
    const auto line = boost::json::parse(line_with("\"message\":\"listening\""));
    port_ = static_cast<uint16_t>(line.at("port").as_int64());
    admin_port_ = static_cast<uint16_t>(line.at("admin_port").as_int64());
  }
  // Returns the first line of the log that has the text.
  [[nodiscard]] std::string line_with(std::string_view text) const {
    const std::string all = program_->output();
    const size_t found = all.find(text);
    if (found == std::string::npos) return {};
    const size_t begin = all.rfind('\n', found) + 1;  // It may be npos + 1, which is 0.
    return all.substr(begin, all.find('\n', begin) - begin);
  }
  [[nodiscard]] std::string metrics() const {
    net::HttpClient client("127.0.0.1", admin_port_);
    const auto response = client.request({.target = "/metrics"}, 20s);
    return response ? std::string(response->body) : response.error().message;
  }
  [[nodiscard]] bool metric_is(const std::string& name, const std::string& operation, int number) {
    const std::string line = "\npenstock_handlers_" + name + "{operation=\"" + operation + "\"} " +
                             std::to_string(number) + "\n";
    return metrics().find(line) != std::string::npos;
  }
  [[nodiscard]] net::HttpResponse get(const std::string& target) const {
    net::HttpClient client("127.0.0.1", port_);
    auto response = client.request({.target = target}, 60s);
    return response ? std::move(*response) : net::HttpResponse{};
  }
  static std::string request(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  test::TemporaryFolder folder_;
  std::optional<test::Program> program_;
  uint16_t port_ = 0;
  uint16_t admin_port_ = 0;
};

TEST_F(WaitingHandlersTest, OthersAreServedWhileOneWaits) {
  serve();
  RawClient waiting(port_);
  waiting.send(request(test::kSlowPath + "600000"));
  RawClient blocking(port_);
  blocking.send(request(test::kSlowPath + "600000&blocking=true"));
  ASSERT_TRUE(eventually([&] { return metric_is("in_flight", "get_slow", 2); })) << metrics();
  EXPECT_EQ(get(test::kFixedPath).status, 200u);
  EXPECT_EQ(get(test::kSlowPath + "1").status, 200u);
  EXPECT_EQ(get(test::kSlowPath + "1&blocking=true").status, 200u);
  EXPECT_TRUE(metric_is("in_flight", "get_slow", 2)) << "neither has ended";
}

TEST_F(WaitingHandlersTest, OneOverItsDeadlineGets504) {
  serve();
  const net::HttpResponse late = get(test::kLatePath);
  EXPECT_EQ(late.status, 504u);
  EXPECT_THAT(std::string(late.body), HasSubstr("took too long"));
  EXPECT_TRUE(eventually([&] { return metric_is("in_flight", "get_late", 0); })) << metrics();
  EXPECT_TRUE(metric_is("late_total", "get_late", 1));
}

TEST_F(WaitingHandlersTest, OneMoreThanMayWaitGets503) {
  serve();
  RawClient first(port_);
  first.send(request(test::kHeldPath + "600000"));
  ASSERT_TRUE(eventually([&] { return metric_is("in_flight", "get_held", 1); })) << metrics();
  const net::HttpResponse refused = get(test::kHeldPath + "0");
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_THAT(std::string(refused.body), HasSubstr("\"retryable\":true"));
  EXPECT_EQ(get(test::kSlowPath + "0").status, 200u);
}

TEST_F(WaitingHandlersTest, OneWhoseClientLeavesIsCancelled) {
  serve();
  {
    RawClient leaving(port_);
    leaving.send(request(test::kHeldPath + "600000"));
    ASSERT_TRUE(eventually([&] { return metric_is("in_flight", "get_held", 1); })) << metrics();
  }
  EXPECT_TRUE(eventually([&] { return metric_is("in_flight", "get_held", 0); })) << metrics();
  EXPECT_TRUE(metric_is("left_total", "get_held", 1));
  EXPECT_TRUE(eventually([&] { return !line_with("\"status\":499").empty(); }));
  EXPECT_THAT(line_with("\"status\":499"), HasSubstr("\"bytes\":0"));
  EXPECT_THAT(metrics(), HasSubstr("http_response_status_code=\"499\""));
  EXPECT_EQ(get(test::kHeldPath + "0").status, 200u) << "the place is free again";
}

TEST_F(WaitingHandlersTest, AClientThatSendsItsNextRequestEarlyGetsBothAnswers) {
  serve();
  RawClient client(port_);
  client.send(request(test::kSlowPath + "300") + request(test::kFixedPath));
  EXPECT_THAT(client.read_until("\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client.read_until(test::kFixedAnswer), HasSubstr("HTTP/1.1 200 "));
}

TEST_F(WaitingHandlersTest, TheDrainEndsThoseThatWait) {
  serve({{variable("DRAIN_TIMEOUT"), "1"}});
  RawClient waiting(port_);
  waiting.send(request(test::kSlowPath + "600000"));
  ASSERT_TRUE(eventually([&] { return metric_is("in_flight", "get_slow", 1); })) << metrics();
  program_->child().signal(SIGTERM);
  EXPECT_THAT(waiting.read_until("\r\n"), StartsWith("HTTP/1.1 504 "));
  EXPECT_EQ(program_->exit_status(), 0);
}

TEST_F(WaitingHandlersTest, TheEndWaitsForNoWorkThatBlocks) {
  serve({{variable("DRAIN_TIMEOUT"), "1"}});
  EXPECT_EQ(get(test::kFixedPath).status, 200u);
  RawClient blocking(port_);
  blocking.send(request(test::kSlowPath + "600000&blocking=true"));
  ASSERT_TRUE(eventually([&] {
    return metrics().find("penstock_blocking_calls_running 1\n") != std::string::npos;
  })) << metrics();
  program_->child().signal(SIGTERM);
  EXPECT_THAT(blocking.read_until("\r\n"), StartsWith("HTTP/1.1 504 "));
  // The call of ten minutes goes on. exit_status() would wait for 20 seconds, and fail.
  EXPECT_EQ(program_->exit_status(), 0);
  // No line is lost with it.
  EXPECT_THAT(line_with("\"status\":200"), HasSubstr("\"message\":\"request\""));
  EXPECT_THAT(line_with("\"status\":504"), HasSubstr("\"message\":\"request\""));
  EXPECT_THAT(program_->output(), HasSubstr("\"message\":\"stopped\""));
}

TEST_F(WaitingHandlersTest, ResourcesHaveTheirMetricsAndTheirCheck) {
  serve();
  EXPECT_THAT(metrics(), HasSubstr("\nfixture_resources 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("penstock_ready{check=\"fixture\"} 1"));
  EXPECT_THAT(metrics(), HasSubstr("penstock_blocking_calls_running 0"));
}

TEST_F(WaitingHandlersTest, AStartWithoutItsResourcesFails) {
  start({{variable("RESOURCES_FAIL"), "true"}});
  EXPECT_EQ(program_->exit_status(), 1);
  EXPECT_THAT(program_->output(), HasSubstr("the resources cannot be made"));
}

}  // namespace
}  // namespace penstock
