#include "lambda/concurrent_loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "lambda/function_loop.h"
#include "lambda/testing/captured_log.h"
#include "support/scripted_server.h"

namespace penstock::lambda {
namespace {

using ::testing::HasSubstr;

TEST(ConcurrentLoops, RunsAllAtTheSameTimeAndReturnsTheFirstEnd) {
  std::latch all_run(3);
  std::latch may_end(1);
  std::vector<ConcurrentLoops::Loop> loops(2, [&] {
    all_run.arrive_and_wait();
    may_end.wait();
    return base::Error{base::ErrorCode::internal, "later"};
  });
  loops.push_back([&] {
    all_run.arrive_and_wait();  // Is passed only if all three loops run at once.
    return base::Error{base::ErrorCode::unavailable, "first"};
  });
  const auto started = ConcurrentLoops::start(std::move(loops));
  ASSERT_TRUE(started);
  EXPECT_EQ((*started)->first_end().message, "first");
  may_end.count_down();
}

TEST(ConcurrentLoops, AnExceptionEndsALoop) {
  const auto started = ConcurrentLoops::start(
      {[]() -> base::Error { throw std::runtime_error("no memory is left"); }});
  ASSERT_TRUE(started);
  EXPECT_EQ((*started)->first_end().message, "no memory is left");
}

TEST(ConcurrentLoops, AnythingThatIsThrownEndsALoop) {
  const auto started = ConcurrentLoops::start({[]() -> base::Error { throw 42; }});
  ASSERT_TRUE(started);
  EXPECT_EQ((*started)->first_end().message, "something was thrown that is not a std::exception");
}

// Returns a Kafka event with one record, which has this offset.
std::string event_with(int offset) {
  return R"({"eventSource":"aws:kafka","records":{"events-0":[{"topic":"events","partition":0,)"
         R"("offset":)" +
         std::to_string(offset) +
         R"(,"timestamp":1763900000000,"timestampType":"CREATE_TIME","value":"YQ==",)"
         R"("headers":[]}]}})";
}

std::string next_answer(const std::string& id) {
  return "Lambda-Runtime-Aws-Request-Id: " + id +
         "\r\nLambda-Runtime-Deadline-Ms: 1542409706888\r\nLambda-Runtime-Trace-Id: trace-" + id +
         "\r\n";
}

TEST(ConcurrentLoops, ThreeFunctionsHandleAtTheSameTimeAndShareWhatTheyRemember) {
  // The server gives each client an invocation before any of them has answered. Then it gives one
  // client the record again that another one has finished.
  std::set<std::string> answers;
  test::ScriptedServer server([&](test::ScriptedServer& self) {
    auto one = self.accept();
    auto two = self.accept();
    auto three = self.accept();
    int number = 0;
    for (auto* client : {&one, &two, &three}) {
      client->read_request();
      client->answer(event_with(number), next_answer(std::to_string(number)));
      ++number;
    }
    for (auto* client : {&one, &two, &three}) {
      answers.insert(client->read_request().substr(0, 50));
      client->answer("", "", "202 Accepted");
    }
    three.read_request();
    two.read_request();
    one.read_request();
    one.answer(event_with(2), next_answer("again"));
    one.read_request();
    one.answer("", "", "202 Accepted");
  });
  std::latch all_handle(3);
  std::mutex mutex;
  std::multiset<std::string> traces;
  const EventHandlers handlers{{"*", [&](const Record&, Context& context) {
                                  all_handle.arrive_and_wait();
                                  const std::lock_guard lock(mutex);
                                  traces.emplace(context.trace_id());
                                  return done();
                                }}};
  testing::CapturedLog captured;
  const auto memory = std::make_shared<FunctionMemory>();
  std::vector<ConcurrentLoops::Loop> loops(3, [&] {
    auto api = RuntimeApiClient::at("127.0.0.1:" + std::to_string(server.port())).value();
    Function function(captured.log(), handlers, {}, memory);
    return serve(api, function, captured.log(), TraceVariable::left);
  });
  {
    const auto started = ConcurrentLoops::start(std::move(loops));
    ASSERT_TRUE(started);
    EXPECT_THAT((*started)->first_end().message, HasSubstr("connection"));
    server.join();
  }
  EXPECT_EQ(answers.size(), 3u);
  EXPECT_EQ(traces, (std::multiset<std::string>{"trace-0", "trace-1", "trace-2"}));
  size_t duplicates = 0;
  for (const auto& line : captured.lines()) duplicates += line.at("type") == "DUPLICATE" ? 1 : 0;
  EXPECT_EQ(duplicates, 1u);
}

}  // namespace
}  // namespace penstock::lambda
