// This table has AWS's rules for batches that fail. Each row runs a real process that misbehaves
// with a real Kafka, and has the exact sequence of what the mapping does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <fstream>

#include "local/function/function_environment.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"
#include "support/recording_listener.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Texts = std::vector<std::string>;

constexpr std::chrono::seconds kPatience{60};

// SlowDestination fails the first time, and accepts everything after that.
class SlowDestination final : public FailureDestination {
 public:
  base::Result<std::string> send(const FailedBatch& failed, std::stop_token) override {
    if (++calls_ == 1) return base::Error{base::ErrorCode::unavailable, "not yet"};
    failures_.push_back(failed.batch.text() + " " + failed.condition + " " +
                        std::to_string(failed.invocations));
    return std::string();
  }
  void serve() override { ++serves_; }

  Texts failures_;
  int serves_ = 0;

 private:
  int calls_ = 0;
};

struct Row {
  const char* name;
  const char* mode;    // The MODE of scripted_bootstrap.
  const char* values;  // Those of one batch of one partition, such as "ok ok bad ok".
  RetryRules rules;
  Texts expected;       // What the listener gets, with T for the topic.
  Texts failures = {};  // What the destination gets.
  Texts state = {};     // What the function notes besides its invocations.
};

// Returns AWS's default rules with these exceptions.
RetryRules rules(std::optional<int64_t> retries, bool bisect = false, bool partial = false,
                 bool destination = false) {
  return {.maximum_retry_attempts = retries,
          .bisect_batch_on_function_error = bisect,
          .report_batch_item_failures = partial,
          .has_destination = destination};
}

// Returns these rules with the reading of streams: after a partial response, all from the first
// named record on comes again.
RetryRules from_first(RetryRules rules) {
  rules.partial_retry = PartialRetry::from_first;
  return rules;
}

const Row kRows[] = {
    {"success", "ok", "ok ok", {}, {"done T-0 0..1", "commit T-0@2"}},
    {"an_error_is_retried_as_a_whole",
     "fail_once",
     "ok ok",
     {},
     {"failed T-0 0..1: Scripted: as asked", "done T-0 0..1", "commit T-0@2"}},
    {"a_time_out_ends_the_process_and_is_retried",
     "time_out",
     "ok",
     {},
     {"failed T-0 0: Sandbox.Timedout: Task timed out after 0.50 seconds", "done T-0 0",
      "commit T-0@1"}},
    {"a_crash_is_retried_with_a_new_process",
     "crash",
     "ok",
     {},
     {"failed T-0 0: Runtime.ExitError: the function's process ended with signal 9 (Killed)",
      "done T-0 0", "commit T-0@1"}},
    {"an_exit_too",
     "exit",
     "ok",
     {},
     {"failed T-0 0: Runtime.ExitError: the function's process ended with exit status 3",
      "done T-0 0", "commit T-0@1"}},
    {"an_answer_over_6_mb_is_retried_with_a_new_process",
     "too_large",
     "ok",
     {},
     {"failed T-0 0: Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed "
      "payload size (6291556 bytes).",
      "done T-0 0", "commit T-0@1"}},
    {"an_answer_that_comes_too_late_counts_for_nothing",
     "too_late",
     "ok",
     {},
     {"failed T-0 0: Sandbox.Timedout: Task timed out after 0.50 seconds", "done T-0 0",
      "commit T-0@1"},
     {},
     {"late: invocation/ID/response: status 400"}},
    {"any_answer_is_success_where_no_partial_response_was_asked_for",
     "garbage",
     "ok ok",
     {},
     {"done T-0 0..1", "commit T-0@2"}},
    {"a_partial_response_that_nobody_asked_for_loses_the_record",
     "partial_on_record",
     "ok bad ok",
     {},
     {"done T-0 0..2", "commit T-0@3"}},
    {"a_partial_response_retries_the_named_records",
     "partial_once",
     "ok bad ok",
     rules({}, false, true),
     {"failed T-0 0..2: batchItemFailures: T-0@1", "commit T-0@1", "done T-0 1", "commit T-0@3"}},
    {"or_from_the_first_named_record_on",
     "partial_once",
     "ok bad ok",
     from_first(rules({}, false, true)),
     {"failed T-0 0..2: batchItemFailures: T-0@1", "commit T-0@1", "done T-0 1..2",
      "commit T-0@3"}},
    {"garbage_retries_the_whole_batch",
     "garbage",
     "ok ok",
     rules({}, false, true),
     {"failed T-0 0..1: the function's response for ReportBatchItemFailures cannot be read: it "
      "is not JSON: a character is out of place, at byte 0",
      "done T-0 0..1", "commit T-0@2"}},
    {"an_unknown_item_retries_the_whole_batch",
     "unknown_item",
     "ok ok",
     rules({}, false, true),
     {"failed T-0 0..1: the function's response for ReportBatchItemFailures names nowhere-0@1, "
      "which is not in the batch",
      "done T-0 0..1", "commit T-0@2"}},
    {"retries_have_an_end",
     "fail_always",
     "ok ok",
     rules(1),
     {"failed T-0 0..1: Scripted: as asked", "failed T-0 0..1: Scripted: as asked",
      "given up T-0 0..1: RetryAttemptsExhausted", "commit T-0@2"}},
    {"no_retry_at_all",
     "fail_always",
     "ok",
     rules(0),
     {"failed T-0 0: Scripted: as asked", "given up T-0 0: RetryAttemptsExhausted",
      "commit T-0@1"}},
    {"a_batch_that_is_given_up_waits_for_its_destination",
     "fail_always",
     "ok ok",
     rules(0, false, false, true),
     {"failed T-0 0..1: Scripted: as asked", "given up T-0 0..1: RetryAttemptsExhausted",
      "commit T-0@2"},
     {"T-0 0..1 RetryAttemptsExhausted 1"}},
    {"bisecting_isolates_the_bad_record",
     "fail_on_record",
     "ok ok bad ok",
     rules(0, true, false, true),
     {"failed T-0 0..3: Scripted: as asked", "done T-0 0..1", "commit T-0@2",
      "failed T-0 2..3: Scripted: as asked", "failed T-0 2: Scripted: as asked",
      "given up T-0 2: RetryAttemptsExhausted", "commit T-0@3", "done T-0 3", "commit T-0@4"},
     {"T-0 2 RetryAttemptsExhausted 3"}},
    {"partial_responses_and_an_end_of_retries",
     "partial_on_record",
     "ok bad ok",
     rules(1, false, true, true),
     {"failed T-0 0..2: batchItemFailures: T-0@1", "commit T-0@1",
      "failed T-0 1: batchItemFailures: T-0@1", "given up T-0 1: RetryAttemptsExhausted",
      "commit T-0@3"},
     {"T-0 1 RetryAttemptsExhausted 2"}},
    {"from_the_first_on_they_give_up_what_is_behind_the_bad_record",
     "partial_on_record",
     "ok bad ok",
     from_first(rules(1, false, true, true)),
     {"failed T-0 0..2: batchItemFailures: T-0@1", "commit T-0@1",
      "failed T-0 1..2: batchItemFailures: T-0@1", "given up T-0 1..2: RetryAttemptsExhausted",
      "commit T-0@3"},
     {"T-0 1..2 RetryAttemptsExhausted 2"}},
    {"partial_responses_with_bisecting_lose_nothing_good",
     "partial_on_record",
     "ok bad ok",
     from_first(rules(1, true, true, true)),
     {"failed T-0 0..2: batchItemFailures: T-0@1", "commit T-0@1",
      "failed T-0 1: batchItemFailures: T-0@1", "failed T-0 1: batchItemFailures: T-0@1",
      "given up T-0 1: RetryAttemptsExhausted", "commit T-0@2", "done T-0 2", "commit T-0@3"},
     {"T-0 1 RetryAttemptsExhausted 3"}},
};

class MappingTable : public test::RealKafkaTest {
 protected:
  void play(const Row& row) {
    const std::string topic = std::string("t") + std::to_string(&row - kRows);
    ASSERT_TRUE(test::create_topic(kafka().bootstrap(), topic, 1));
    std::vector<test::NewRecord> records;
    std::istringstream values{row.values};
    for (std::string value; values >> value;) records.push_back({.value = value});
    const auto stored = test::produce(kafka().bootstrap(), topic, records);
    ASSERT_TRUE(stored) << stored.error().message;

    const test::TemporaryFolder folder;
    const std::string state = folder.path() / "state";
    boost::asio::io_context io(1);
    Terminal terminal(STDERR_FILENO);
    FunctionEnvironment function(io, terminal,
                                 {.program = PENSTOCK_SCRIPTED_BOOTSTRAP,
                                  .name = "scripted",
                                  .environment = {{"MODE", row.mode}, {"STATE", state}}},
                                 milliseconds(500), "function");
    ASSERT_TRUE(function.start());
    test::RecordingListener listener;
    SlowDestination destination;
    MappingRules settings;
    settings.retries = row.rules;
    settings.batching_window = milliseconds(1'000);
    settings.batch_size = static_cast<int64_t>(records.size());
    settings.retry_pause_min = settings.retry_pause_max = milliseconds(5);
    auto mapping = EventSourceMapping::start(
        {.cluster = {.bootstrap = kafka().bootstrap()}, .topics = {topic}, .group_id = topic},
        settings, function.invoker(), row.rules.has_destination ? &destination : nullptr, listener);
    ASSERT_TRUE(mapping);
    const auto finished = [&] {
      const auto at = listener.committed_.find(0);
      return at != listener.committed_.end() && at->second == static_cast<int64_t>(records.size());
    };
    run_until(io, [&] { return listener.wait_for(finished, std::chrono::seconds(0)); });
    const auto noted = [&] {
      Texts lines;
      std::ifstream stream(state);
      for (std::string line; std::getline(stream, line);) {
        if (line != "invocation") lines.push_back(line);
      }
      return lines;
    };
    run_until(io, [&] { return noted().size() >= row.state.size(); });
    (*mapping)->stop(milliseconds(0));
    run_until(io, [&] {
      return listener.wait_for([&] { return listener.ended_; }, std::chrono::seconds(0));
    });
    mapping->reset();

    const auto plain = [&](Texts lines) {
      for (std::string& line : lines) {
        for (size_t at = 0; (at = line.find(topic + "-0", at)) != std::string::npos;) {
          line.replace(at, topic.size(), "T");
        }
        const size_t id = line.find("invocation/");
        if (id != std::string::npos) line.replace(id + 11, 36, "ID");
      }
      return lines;
    };
    EXPECT_EQ(plain(listener.log_), row.expected);
    EXPECT_EQ(plain(destination.failures_), row.failures);
    EXPECT_EQ(plain(noted()), row.state);
    EXPECT_EQ(destination.serves_ > 0, row.rules.has_destination);
    const bool lost_silently =
        std::string(row.mode) == "partial_on_record" && !row.rules.report_batch_item_failures;
    if (lost_silently) {
      EXPECT_THAT(listener.troubles_,
                  ::testing::Contains(::testing::HasSubstr("FunctionResponseTypes")));
    }
    function.signal(SIGKILL);
  }

  template <class Condition>
  static void run_until(boost::asio::io_context& io, Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) io.run_one_for(milliseconds(20));
    EXPECT_TRUE(condition());
  }
};

TEST_F(MappingTable, IsAsAwsDocumentsIt) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.name);
    play(row);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace penstock::local
