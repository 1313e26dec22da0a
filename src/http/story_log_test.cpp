#include "http/story_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/api.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using boost::json::value;
using events::DeliveryOutcome;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: {title: t, version: 1.0.0}
paths:
  /greet/{name}:
    put:
      operationId: greet
      parameters:
        - name: name
          in: path
          required: true
          schema:
            type: string
            pattern: '^[a-z]*$'
        - {name: loud, in: query, schema: {type: boolean}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                size:
                  type: integer
                  maximum: 5
      x-event: {type: t.greeting, topic: greetings, key: /name, delivery: acknowledged}
      responses: {'202': {description: d}}
    post:
      operationId: both
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      x-events:
        events: [{type: t.greeting, topic: greetings}, {type: t.guest, topic: guests}]
      responses: {'202': {description: d}}
    get:
      operationId: look
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d}}
)";

const Handlers kHandlers{{"greet",
                          [](const Request& request) {
                            return empty(202).publish(object{{"name", request.path("name")}});
                          }},
                         {"both",
                          [](const Request&) {
                            return empty(202)
                                .publish("t.greeting", object{{"a", 1}})
                                .publish("t.guest", object{{"a", 1}});
                          }},
                         {"look", [](const Request&) { return empty(200); }}};

// Is a Kafka that answers at once, or never.
class ScriptedSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event&,
                                               events::Ticket ticket) override {
    if (answer.outcome == DeliveryOutcome::not_stored) return answer;
    if (!is_silent) report(ticket, events::DeliveryReport(answer));
    return std::nullopt;
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  events::DeliveryReport answer{.outcome = DeliveryOutcome::stored,
                                .stored_at = events::StoredAt{{2}, {40}}};
  bool is_silent = false;
  ReportListener report;
};

class StoryLogTest : public testing::Test {
 protected:
  explicit StoryLogTest(bool stories = true) {
    auto contract = contract::Contract::parse(kContract, "greet.yaml");
    api_ = std::move(
        Api::make(std::move(contract.value()), kHandlers,
                  {.event_source = "/t", .health_path = "/healthcheck", .stories = stories},
                  publishing_, log_)
            .value());
  }
  ~StoryLogTest() override { ::close(file_); }

  // Asks, and returns the lines of the log.
  std::vector<std::string> ask(std::string_view method, std::string_view target,
                               std::string_view body = {}) {
    RequestMessage request;
    request.set_start_line(boost::beast::http::string_to_verb(method), method, target);
    if (!body.empty()) request.add_header(Field::content_type, "Content-Type", "application/json");
    request.body = body;
    for (const auto& [name, text] : headers_) request.add_header(Field::unknown, name, text);
    request.received_at = base::SystemTime{1000s};
    std::optional<Reply> reply;
    boost::asio::co_spawn(io_.get_executor(), api_->handle(request),
                          [&](std::exception_ptr, Reply made) { reply = std::move(made); });
    io_.restart();
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!reply && io_.run_one_until(deadline) > 0) {
    }
    EXPECT_TRUE(reply);
    if (reply) api_->completed(request, *reply, 1500us, 99);
    return lines();
  }
  // Does the same, and returns the story.
  boost::json::object story(std::string_view method, std::string_view target,
                            std::string_view body = {}) {
    const auto all = ask(method, target, body);
    EXPECT_EQ(all.size(), 2u);
    EXPECT_THAT(all.back(), HasSubstr(R"("message":"request")")) << "the story comes first";
    auto line = boost::json::parse(all.front()).as_object();
    EXPECT_EQ(line["message"], "story");
    return line;
  }

  // Returns the lines of the log since the last call.
  std::vector<std::string> lines() {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::pread(file_, text.data(), text.size(), read_);
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    read_ += count;
    std::vector<std::string> all;
    while (!text.empty()) {
      all.push_back(text.substr(0, text.find('\n')));
      text.erase(0, all.back().size() + 1);
    }
    return all;
  }

  boost::asio::io_context io_;
  const int file_ = ::memfd_create("log", MFD_CLOEXEC);
  log::Log log_{file_, log::Level::info};
  ScriptedSink sink_;
  events::Publisher publisher_{sink_, {.deadline = 500ms}, log_};
  Publishing publishing_{io_, publisher_};
  std::unique_ptr<Api> api_;
  std::vector<std::pair<std::string, std::string>> headers_;

 private:
  off_t read_ = 0;
};

TEST_F(StoryLogTest, OfAnEventThatIsStoredHasItsStagesInTheirOrder) {
  headers_ = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
  auto line = story("PUT", "/greet/ann?loud=true", R"({"size":1})");
  EXPECT_EQ(line["method"], "PUT");
  EXPECT_EQ(line["route"], "/greet/{name}");
  EXPECT_EQ(line["path"], "/greet/ann");
  EXPECT_EQ(line["status"], 202);
  EXPECT_EQ(line["duration_us"], 1500);
  EXPECT_EQ(line["bytes"], 99);
  EXPECT_EQ(line["received_at"], "1970-01-01T00:16:40.000000Z");
  EXPECT_EQ(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(line["event_type"], "t.greeting");
  EXPECT_EQ(line["topic"], "greetings");
  EXPECT_EQ(line["event_id"].as_string().size(), 36u);
  EXPECT_EQ(line["partition"], 2);
  EXPECT_EQ(line["offset"], 40);
  const int64_t validated = line["validated_us"].to_number<int64_t>();
  const int64_t handled = line["handled_us"].to_number<int64_t>();
  EXPECT_GE(validated, 0);
  EXPECT_GE(handled, validated);
  EXPECT_GE(line["stored_us"].to_number<int64_t>(), handled);
  EXPECT_FALSE(line.contains("violations"));
}

TEST_F(StoryLogTest, EachOfSeveralEventsHasALine) {
  const auto all = ask("POST", "/greet/ann");
  ASSERT_EQ(all.size(), 3u);
  const auto first = boost::json::parse(all[0]).as_object();
  const auto second = boost::json::parse(all[1]).as_object();
  EXPECT_EQ(first.at("event_number"), 1);
  EXPECT_EQ(first.at("event_type"), "t.greeting");
  EXPECT_EQ(second.at("event_number"), 2);
  EXPECT_EQ(second.at("event_type"), "t.guest");
  EXPECT_EQ(second.at("topic"), "guests");
  EXPECT_EQ(second.at("outcome"), "stored");
  EXPECT_EQ(second.at("offset"), 40);
  EXPECT_NE(first.at("event_id"), second.at("event_id"));
  EXPECT_TRUE(second.contains("stored_us"));
}

TEST_F(StoryLogTest, OfABrokenContractHasEachViolationWithItsPlaceAndNoValue) {
  auto line = story("PUT", "/greet/SECRET?loud=SECRET", R"({"size":4711})");
  EXPECT_EQ(line["status"], 400);
  EXPECT_EQ(line["violations"], boost::json::parse(
                                    R"([{"in":"path","where":"name","keyword":"pattern",
                     "message":"must match ^[a-z]*$","place":"greet.yaml:13"},
                    {"in":"query","where":"loud","keyword":"type",
                     "message":"must be true or false","place":"greet.yaml:14"},
                    {"in":"body","where":"/size","keyword":"maximum",
                     "message":"must be at most 5","place":"greet.yaml:24"}])"));
  EXPECT_FALSE(line.contains("validated_us"));
  EXPECT_FALSE(line.contains("event_id"));
  line.erase("path");  // It may have parameters.
  const std::string text = boost::json::serialize(line);
  EXPECT_THAT(text, Not(HasSubstr("SECRET")));
  EXPECT_THAT(text, Not(HasSubstr("4711")));
  EXPECT_FALSE(story("GET", "/nothing").contains("violations")) << "those are another request's";
}

TEST_F(StoryLogTest, WithoutARouteThereIsThePathAlone) {
  const auto line = story("GET", "/nothing/\x1b[2J?password=SECRET");
  EXPECT_EQ(line.at("status"), 404);
  EXPECT_EQ(line.at("route"), "");
  EXPECT_EQ(line.at("path"), "/nothing/\\x1b[2J");
  const auto long_one = story("GET", "/" + std::string(10'000, 'x'));
  EXPECT_LE(long_one.at("path").as_string().size(), 128u);
}

TEST_F(StoryLogTest, AnEventThatIsNotStoredHasNoTimeOfThat) {
  sink_.answer = {.outcome = DeliveryOutcome::not_stored, .reason = "the queue is full"};
  const auto line = story("PUT", "/greet/ann", "{}");
  EXPECT_EQ(line.at("status"), 503);
  EXPECT_EQ(line.at("reason"), "the queue is full");
  EXPECT_EQ(line.at("topic"), "greetings");
  EXPECT_TRUE(line.contains("handled_us"));
  EXPECT_FALSE(line.contains("stored_us"));
  EXPECT_FALSE(line.contains("offset"));
}

TEST_F(StoryLogTest, NorHasOneWithoutAReport) {
  sink_.is_silent = true;
  const auto line = story("PUT", "/greet/ann", "{}");
  EXPECT_EQ(line.at("status"), 504);
  EXPECT_TRUE(line.contains("event_id"));
  EXPECT_FALSE(line.contains("stored_us"));
}

TEST_F(StoryLogTest, HeadAndTheHealthCheckHaveTheirStory) {
  const auto head = story("HEAD", "/greet/ann");
  EXPECT_EQ(head.at("method"), "HEAD");
  EXPECT_EQ(head.at("status"), 200);
  EXPECT_TRUE(head.contains("handled_us"));
  EXPECT_FALSE(head.contains("event_id"));
  EXPECT_EQ(story("GET", "/healthcheck").at("route"), "/healthcheck");
}

TEST_F(StoryLogTest, ARequestThatWasAnsweredBeforeItWasCompleteHasAStoryToo) {
  RequestMessage request;
  request.set_start_line(Verb::put, "PUT", "/greet/ann");
  const Reply reply = api_->too_large(request);
  api_->completed(request, reply, 1ms, 10);
  const auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  const auto line = boost::json::parse(all.front()).as_object();
  EXPECT_EQ(line.at("status"), 413);
  EXPECT_EQ(line.at("route"), "/greet/{name}");
  EXPECT_FALSE(line.contains("validated_us"));
}

class NoStoryLogTest : public StoryLogTest {
 protected:
  NoStoryLogTest() : StoryLogTest(false) {}
};

TEST_F(NoStoryLogTest, WithoutTheSettingThereIsOnlyTheRequest) {
  const auto lines = ask("PUT", "/greet/ann", "{}");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines.front(), HasSubstr(R"("message":"request")"));
}

// A warning hides the line of the request, but what was asked for is written.
TEST(StoryLog, IsWrittenWhateverTheLevel) {
  const int file = ::memfd_create("log", MFD_CLOEXEC);
  log::Log log(file, log::Level::error);
  StoryLog stories(log);
  RequestMessage request;
  request.set_start_line(Verb::get, "GET", "/");
  stories.begin(request).validated = std::chrono::steady_clock::now();
  stories.complete(request, Reply{}, 1ms, 10);
  std::string text(4'096, '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  ::close(file);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  EXPECT_THAT(text, HasSubstr(R"({"message":"story",)"));
  EXPECT_THAT(text, HasSubstr(R"("validated_us":)"));
}

}  // namespace
}  // namespace penstock::http
