// These tests run the fixture service's API and function with librdkafka's broker in memory, and
// follow requests from HTTP to the function's log by what the parts tell an observer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "local/kafka/memory_broker.h"
#include "local/kafka/ports.h"
#include "local/processes/run_on_thread.h"
#include "local/processes/run_until_done.h"
#include "local/system/api_process.h"
#include "local/system/topic_mappings.h"
#include "net/http_client.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/recording_observer.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kApiWrote = "api wrote ";

class ObservedChain : public testing::Test {
 protected:
  ObservedChain() {
    auto broker = MemoryBroker::start(test::kStampTopic, 1);
    broker_.emplace(std::move(broker.value()));
    EXPECT_TRUE(broker_->create(test::kNoteTopic, 1));
  }
  ~ObservedChain() override { ::close(output_); }

  // Runs the system, has the requests sent by `play`, on another thread, and stops it.
  void run(const std::function<void()>& play) {
    const int status = run_until_done(io_, serve(play), [this] { stop_.set(); });
    EXPECT_EQ(status, 0);
  }
  // Sends a request and returns the status of the answer.
  [[nodiscard]] unsigned send(const std::string& target) const {
    net::HttpClient client("127.0.0.1", port_);
    const auto answer = client.request({.target = target}, 10s);
    return answer ? answer->status : 0;
  }
  // Waits for the story of a request with this path and status.
  std::optional<object> story(const std::string& path, int status) {
    std::optional<object> found;
    const bool came = observer_.wait_for([&] {
      for (const std::string& line : observer_.log_) {
        if (!line.starts_with(kApiWrote)) continue;
        boost::system::error_code error;
        const auto parsed = boost::json::parse(line.substr(kApiWrote.size()), error);
        if (error || parsed.as_object().at("message") != "story") continue;
        if (parsed.at("path").as_string() != path || parsed.at("status") != status) continue;
        found = parsed.as_object();
      }
      return found.has_value();
    });
    EXPECT_TRUE(came) << path;
    return found;
  }
  // Waits for a line that has all of these texts, and returns its index.
  std::optional<size_t> find(const std::vector<std::string>& texts) {
    std::optional<size_t> found;
    const bool came = observer_.wait_for([&] {
      const auto has_all = [&](const std::string& line) {
        return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return line.find(text) != std::string::npos;
        });
      };
      const auto line = std::find_if(observer_.log_.begin(), observer_.log_.end(), has_all);
      if (line == observer_.log_.end()) return false;
      found = static_cast<size_t>(line - observer_.log_.begin());
      return true;
    });
    EXPECT_TRUE(came) << texts.front();
    return found;
  }
  [[nodiscard]] std::string on_terminal() const {
    std::string text(1 << 20, '\0');
    const ssize_t count = ::pread(output_, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }

  test::RecordingObserver observer_;

 private:
  async::Awaitable<int> serve(std::function<void()> play) {
    LocalMappingSettings mapping;
    mapping.source.topics = {test::kStampTopic};
    mapping.source.group_id = "group";
    mapping.rules.batching_window = 100ms;
    mapping.observer = &observer_;
    FunctionPool::Settings pool = mapping.pool();
    pool.function.program = test::program_path(test::kFunctionProgram);
    pool.function.name = "function";
    pool.observer = &observer_;
    TopicMappings mappings(io_, terminal_, pool);
    ApiProcess api(io_, terminal_,
                   {.program = test::program_path(test::kApiProgram),
                    .variable_prefix = test::kVariablePrefix,
                    .port = port_,
                    .admin_port = free_port().value(),
                    .bootstrap = broker_->bootstrap(),
                    .creates_topics = false,
                    .observer = &observer_},
                   [](const std::string&) {});
    const std::vector<LocalMappingSettings> all(1, mapping);
    auto started = co_await mappings.set(all, broker_->bootstrap(), stop_);
    if (started) started = co_await api.start(ApiProcess::Until::ready, stop_);
    EXPECT_TRUE(started) << started.error().message;
    if (started) {
      const auto work = [&play](std::stop_token) {
        play();
        return 0;
      };
      co_await run_on_thread<int>(io_, {}, work);
    }
    co_await api.stop();
    co_await mappings.stop();
    co_return started ? 0 : 1;
  }

  boost::asio::io_context io_{1};
  async::Latch stop_{io_};
  std::optional<MemoryBroker> broker_;
  const uint16_t port_ = free_port().value();
  const int output_ = ::memfd_create("terminal", MFD_CLOEXEC);
  Terminal terminal_{output_};
};

TEST_F(ObservedChain, ARequestIsFollowedToTheLineOfTheFunction) {
  std::optional<object> story;
  std::optional<size_t> invoking;
  std::optional<size_t> handled;
  std::optional<size_t> done;
  run([&] {
    ASSERT_EQ(send(test::kStampPath + "Anna"), 200u);
    story = this->story("/stamp", 200);
    if (!story) return;
    const std::string record = test::kStampTopic + "-" +
                               std::to_string(story->at("partition").as_int64()) + " " +
                               std::to_string(story->at("offset").as_int64());
    invoking = find({test::kStampTopic + "/0 attempt 1: " + record});
    done = find({test::kStampTopic + "/0 attempt 1: " + record + " (", ") done"});
    handled = find({"wrote for", "STAMP", "Anna"});
  });
  ASSERT_TRUE(story && invoking && handled && done);
  EXPECT_EQ(story->at("route"), "/stamp");
  EXPECT_EQ(story->at("event_type"), boost::json::value(test::kStampType));
  EXPECT_EQ(story->at("topic"), boost::json::value(test::kStampTopic));
  EXPECT_LE(story->at("validated_us").to_number<int64_t>(),
            story->at("handled_us").to_number<int64_t>());
  EXPECT_LE(story->at("handled_us").to_number<int64_t>(),
            story->at("stored_us").to_number<int64_t>());
  EXPECT_LT(*invoking, *handled);
  EXPECT_LT(*handled, *done) << "the function's lines come before the end of its invocation";
  // The invocation's id joins the line and the batch.
  const std::string& end = observer_.log_[*done];
  const std::string id = end.substr(end.find('(') + 1, end.find(')') - end.find('(') - 1);
  EXPECT_THAT(observer_.log_[*handled], HasSubstr("wrote for " + id + ": "));

  EXPECT_TRUE(observer_.has("mapping " + test::kStampTopic + " is running"));
  EXPECT_TRUE(observer_.has("mapping " + test::kStampTopic + " is stopped: it was stopped"));
  EXPECT_TRUE(observer_.has("api is running"));
  EXPECT_THAT(on_terminal(), HasSubstr(R"("message":"request")"));
  EXPECT_THAT(on_terminal(), Not(HasSubstr(R"("message":"story")")));
}

TEST_F(ObservedChain, ARequestThatBreaksTheContractIsToldWithTheContractsLine) {
  std::optional<object> refused;
  std::optional<object> nowhere;
  run([&] {
    EXPECT_EQ(send(test::kStampPath + "9nine"), 400u);
    refused = story("/stamp", 400);
    EXPECT_EQ(send("/nowhere"), 404u);
    nowhere = story("/nowhere", 404);
  });
  ASSERT_TRUE(refused && nowhere);
  const object violation = refused->at("violations").at(0).as_object();
  EXPECT_EQ(violation.at("in"), "query");
  EXPECT_EQ(violation.at("where"), "name");
  EXPECT_EQ(violation.at("keyword"), "pattern");
  EXPECT_THAT(std::string(violation.at("place").as_string()), HasSubstr("fixture.openapi.yaml:"));
  EXPECT_FALSE(refused->contains("event_id"));
  EXPECT_EQ(nowhere->at("route"), "");
}

}  // namespace
}  // namespace penstock::local
