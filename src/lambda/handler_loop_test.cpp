#include "lambda/handler_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "lambda/function_loop.h"
#include "lambda/testing/captured_log.h"
#include "lambda/typed_event_handler.h"
#include "support/counted_new.h"

namespace penstock::lambda {
namespace {

using lambda::testing::CapturedLog;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Is what the handlers of these tests use.
struct Notes {
  boost::asio::io_context* io = nullptr;
  async::BlockingPool* blocking = nullptr;
  std::vector<std::string> lines = {};
  std::string setting = {};
};
struct Others {};

base::Result<std::unique_ptr<Notes>> make_notes(const resources::Start& start) {
  const auto setting = start.environment.find("NOTES");
  if (setting == start.environment.end()) {
    return base::Error{base::ErrorCode::invalid, "NOTES is not set"};
  }
  auto notes = std::make_unique<Notes>();
  notes->io = &start.io;
  notes->blocking = &start.blocking;
  notes->setting = setting->second;
  return notes;
}

base::Result<std::unique_ptr<Others>> make_others(const resources::Start&) {
  return std::make_unique<Others>();
}

// Waits as long as the handler is not cancelled.
Awaitable<> wait_for_ever(boost::asio::io_context& io) {
  async::Timer timer(io, async::SteadyTime::max());
  co_await timer.async_wait(async::use_awaitable);
}
Awaitable<> wait_a_turn(boost::asio::io_context& io) {
  async::Timer timer(io, std::chrono::steady_clock::now() + milliseconds(1));
  co_await timer.async_wait(async::use_awaitable);
}

// These are all forms that a handler may have.
Outcome note(const Record& record, Context&, Notes& notes) {
  notes.lines.push_back("note " + to_text(record.offset));
  return done();
}
Awaitable<Outcome> wait_and_note(const Record& record, Context&, Notes& notes) {
  notes.lines.push_back("begin " + to_text(record.offset));
  co_await wait_a_turn(*notes.io);
  notes.lines.push_back("end " + to_text(record.offset));
  co_return done();
}
Awaitable<Outcome> wait_alone(const Record&, Context& context) {
  context.log("WAITED", true);
  co_return done();
}
Outcome stand_still(const Record&, Context&) {
  return done();
}
Awaitable<Outcome> hang(const Record& record, Context&, Notes& notes) {
  notes.lines.push_back("begin " + to_text(record.offset));
  if (record.offset.value == 2) co_await wait_for_ever(*notes.io);
  co_return done();
}
Awaitable<Outcome> fail_after_a_wait(const Record&, Context&, Notes& notes) {
  co_await wait_a_turn(*notes.io);
  throw std::runtime_error("broken");
}
Awaitable<Outcome> block(const Record&, Context& context, Notes& notes) {
  const auto work = [] { return 7; };
  const auto result = co_await notes.blocking->run(work, context.steady_deadline());
  notes.lines.push_back(std::to_string(result.value()));
  co_return done();
}

std::string record_text(int partition, int64_t offset) {
  return R"({"topic":"events","partition":)" + std::to_string(partition) + R"(,"offset":)" +
         std::to_string(offset) + R"(,"timestamp":1,"timestampType":"CREATE_TIME"})";
}

// Runs one invocation with a handler of all types.
class HandlerLoopTest : public ::testing::Test {
 protected:
  void use(const UntypedEventHandler& handler) {
    handler.add_to(handlers);
    handlers.make_resources_by(make_notes);
    loop = HandlerLoop::make(handlers, start()).value();
  }
  HandlerLoopStart start() {
    return {.environment = environment, .log = captured.log(), .program = "tests"};
  }
  Reply run(std::chrono::milliseconds time, Responses responses = Responses::whole_batch) {
    Function function(captured.log(), handlers, {.responses = responses, .loop = loop.get()});
    return function.run({.request_id = "id-1",
                         .deadline = std::chrono::system_clock::now() + time,
                         .function_arn = {},
                         .trace_id = {},
                         .body = base::WipedText(
                             R"({"eventSource":"aws:kafka","records":{"events-0":[)" +
                             record_text(0, 1) + "," + record_text(0, 2) + "," + record_text(0, 3) +
                             R"(],"events-1":[)" + record_text(1, 9) + "]}}")});
  }
  Notes& notes() { return loop->resources<Notes>(); }

  const base::Environment environment{{"NOTES", "here"}};
  CapturedLog captured{log::Level::error};
  EventHandlers handlers;
  std::unique_ptr<HandlerLoop> loop;
};

TEST_F(HandlerLoopTest, RunsHandlersThatWaitOneAfterTheOther) {
  use(wait_and_note);
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
  EXPECT_THAT(notes().lines, ElementsAre("begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3",
                                         "begin 9", "end 9"));
  EXPECT_EQ(notes().setting, "here");
}

TEST_F(HandlerLoopTest, GivesResourcesToHandlersThatDoNotWait) {
  use(note);
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
  EXPECT_THAT(notes().lines, ElementsAre("note 1", "note 2", "note 3", "note 9"));
}

TEST_F(HandlerLoopTest, NeedsNoResourcesToWait) {
  UntypedEventHandler(wait_alone).add_to(handlers);
  EXPECT_EQ(loop_maker(handlers), static_cast<MakeHandlerLoop>(&HandlerLoop::make));
  EXPECT_TRUE(check(handlers));
  loop = HandlerLoop::make(handlers, start()).value();
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
}

TEST_F(HandlerLoopTest, IsNotNeededByOtherHandlers) {
  UntypedEventHandler(stand_still).add_to(handlers);
  EXPECT_TRUE(loop_maker(handlers) == nullptr);
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
}

TEST_F(HandlerLoopTest, RetriesARecordWhoseHandlerThrowsAfterAWait) {
  use(fail_after_a_wait);
  const Reply reply = run(std::chrono::minutes(1));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->message, "events-0@1: broken; events-1@9: broken");
}

TEST_F(HandlerLoopTest, CancelsAHandlerAtTheDeadlineAndAnswersInTime) {
  use(hang);
  const auto begin = std::chrono::steady_clock::now();
  const Reply reply = run(std::chrono::seconds(2), Responses::partial);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
  ASSERT_FALSE(reply.error);
  // The record, what is behind it, and what has no time left; the first one is done.
  EXPECT_EQ(reply.response, R"({"batchItemFailures":[)"
                            R"({"itemIdentifier":{"partition":"events-0","offset":2}},)"
                            R"({"itemIdentifier":{"partition":"events-0","offset":3}},)"
                            R"({"itemIdentifier":{"partition":"events-1","offset":9}}]})");
  EXPECT_THAT(notes().lines, ElementsAre("begin 1", "begin 2"));
  EXPECT_THAT(captured.short_lines(),
              ElementsAre(HasSubstr("the handler was cancelled, as the invocation has no time"),
                          HasSubstr("the invocation has no time left")));
  // The loop goes on with the next invocation.
  notes().lines.clear();
  handlers.clear();
  UntypedEventHandler(wait_and_note).add_to(handlers);
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
  EXPECT_EQ(notes().lines.size(), 8U);
}

TEST_F(HandlerLoopTest, RunsWhatBlocksOnAnotherThread) {
  use(block);
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
  EXPECT_THAT(notes().lines, ElementsAre("7", "7", "7", "7"));
}

TEST_F(HandlerLoopTest, SurvivesATaskOfTheResourcesThatThrows) {
  use(wait_and_note);
  boost::asio::post(*notes().io, [] { throw std::runtime_error("a task"); });
  EXPECT_FALSE(run(std::chrono::minutes(1)).error);
  EXPECT_EQ(notes().lines.size(), 8U);
}

Awaitable<Outcome> end_after(bool waits, boost::asio::io_context& io) {
  if (waits) co_await wait_a_turn(io);
  co_return done();
}

TEST_F(HandlerLoopTest, EndsWithoutMemory) {
  use(wait_and_note);
  for (const bool waits : {false, true}) {
    // Each allocation of a call fails once, whatever it is for.
    bool happened = true;
    for (size_t before = 0; happened; ++before) {
      const test::OneWithoutMemory fails(before);
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
      try {
        static_cast<void>(loop->outcome_of(end_after(waits, loop->io()), deadline));
        EXPECT_LT(std::chrono::steady_clock::now(), deadline) << before;
      } catch (const std::bad_alloc&) {  // The record is tried again.
      }
      happened = fails.happened();
    }
    const Outcome outcome =
        loop->outcome_of(end_after(waits, loop->io()), async::SteadyTime::max());
    EXPECT_EQ(outcome.kind, Outcome::Kind::done);
  }
}

TEST_F(HandlerLoopTest, FailsIfTheResourcesCannotBeMade) {
  handlers.make_resources_by(make_notes);
  const base::Environment none;
  const auto made =
      HandlerLoop::make(handlers, {.environment = none, .log = captured.log(), .program = "tests"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "NOTES is not set");
}

TEST_F(HandlerLoopTest, ChecksThatTheResourcesAreThoseThatHandlersUse) {
  UntypedEventHandler(note).add_to(handlers);
  ASSERT_FALSE(check(handlers));
  EXPECT_EQ(check(handlers).error().message,
            "the handler of event type * uses resources, which handlers() must be given a function "
            "for that makes them: handlers(Events{…}, make_resources)");
  handlers.make_resources_by(make_others);
  EXPECT_FALSE(check(handlers));
  handlers.make_resources_by(make_notes);
  EXPECT_TRUE(check(handlers));
}

TEST_F(HandlerLoopTest, IsMissedByAHandlerThatWaits) {
  UntypedEventHandler(wait_alone).add_to(handlers);
  const Reply reply = run(std::chrono::minutes(1));
  ASSERT_TRUE(reply.error);
  EXPECT_THAT(reply.error->message, HasSubstr("nothing was made for it"));
}

}  // namespace
}  // namespace penstock::lambda
