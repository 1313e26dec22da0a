#include "local/faults/faults_of_function.h"

#include <string>

namespace penstock::local {
namespace {

constexpr int kKillSeconds = 5;

std::string unavailable(const FunctionPool* pool) {
  if (pool == nullptr) return "The function is a URL, so it has no process here.";
  return pool->has_processes() ? "" : "The function does not run.";
}

std::string seconds_of(const FunctionPool* pool) {
  if (pool == nullptr) return "";
  const auto time = std::chrono::duration<double>(pool->settings().timeout).count();
  std::string text = std::to_string(time);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return " (" + text + " s)";
}

Fault kill_fault(FunctionPool* pool) {
  return {
      .part = FaultPart::function,
      .name = "function-kill",
      .title = "Kill the function",
      .effect =
          "Its process gets SIGKILL as soon as it has its next invocation, or after these seconds "
          "if there is none.",
      .on_aws =
          "The function crashes, or takes more memory than it has: Runtime.ExitError, and a new "
          "execution environment.",
      .watch_for =
          "The invocation fails with Runtime.ExitError, and the same batch comes again. A new "
          "process starts within half a second.",
      .defaults = {.seconds = kKillSeconds},
      .unavailable_because = [pool] { return unavailable(pool); },
      .begin = [pool](const FaultParameters&) { pool->set_faults({.kills = 1}); },
      .end =
          [pool](FaultEnd why) {
            const bool is_due = pool->faults().kills > 0;
            pool->set_faults({});
            if (is_due && why == FaultEnd::time_is_over) pool->kill();
          },
      .is_over = [pool] { return pool->faults().kills == 0; },
  };
}

Fault timeout_fault(FunctionPool* pool) {
  return {
      .part = FaultPart::function,
      .name = "function-timeout",
      .title = "Make the function time out",
      .effect =
          "In so many invocations its process is stopped (SIGSTOP), until the function's time-out" +
          seconds_of(pool) + " ends the invocation.",
      .on_aws =
          "The function waits for something that does not answer: Sandbox.Timedout, \"Task timed "
          "out after … seconds\".",
      .watch_for =
          "The lag grows while the invocation waits. Then it fails, the process is killed, and the "
          "same batch comes again.",
      .defaults = {.count = 1},
      .unavailable_because = [pool] { return unavailable(pool); },
      .begin =
          [pool](const FaultParameters& parameters) {
            pool->set_faults({.stops = *parameters.count});
          },
      .end = [pool](FaultEnd) { pool->set_faults({}); },
      .is_over = [pool] { return pool->faults().stops == 0 && !pool->is_stopped(); },
  };
}

Fault garbage_fault(FunctionPool* pool) {
  return {
      .part = FaultPart::function,
      .name = "function-garbage",
      .title = "Make the function answer garbage",
      .effect =
          "So many of its responses are replaced, in turns by text that is no JSON and by a list "
          "of failures with a record that was not in the batch. Its work is done by then.",
      .on_aws =
          "The function returns something else than the event source mapping expects: with "
          "ReportBatchItemFailures, the whole batch counts as failed.",
      .watch_for =
          "The batch comes again, although the function has handled its records: the promise "
          "counts them as doubled, unless the function knows them.",
      .defaults = {.count = 1},
      .unavailable_because =
          [pool] {
            std::string why = unavailable(pool);
            if (why.empty() && !pool->settings().function.reports_batch_item_failures) {
              why =
                  "The mapping does not read the function's responses, since it has no "
                  "ReportBatchItemFailures, so garbage would change nothing.";
            }
            return why;
          },
      .begin =
          [pool](const FaultParameters& parameters) {
            pool->set_faults({.garbled = *parameters.count});
          },
      .end = [pool](FaultEnd) { pool->set_faults({}); },
      .is_over = [pool] { return pool->faults().garbled == 0; },
  };
}

}  // namespace

std::vector<Fault> faults_of_function(FunctionPool* pool) {
  std::vector<Fault> faults;
  faults.push_back(kill_fault(pool));
  faults.push_back(timeout_fault(pool));
  faults.push_back(garbage_fault(pool));
  return faults;
}

}  // namespace penstock::local
