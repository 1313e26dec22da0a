#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "async/latch.h"
#include "base/result.h"
#include "local/function/function_command.h"
#include "local/mapping/mapping_request.h"
#include "local/mapping/mapping_rules.h"
#include "local/processes/console.h"
#include "local/records/record_source.h"
#include "local/reports/mapping_report.h"

namespace penstock::local {

class FunctionEnvironment;

// Says what a local mapping reads, and which function it invokes.
struct LocalMappingSettings {
  RecordSource::Settings source;
  MappingRules rules;
  ReportRules reports = {};
  std::string destination = {};  // The name of the failure destination, or empty if there is none.
  FunctionSettings function;
  // If it is not empty, this URL is invoked and no process is started. `concurrency` must be 1
  // then.
  std::string invoke_url = {};
  std::chrono::milliseconds function_timeout{30'000};
  // Says how many mappings work. If there are more than partitions, some have nothing to do. As
  // many of them share a process of the function as its AWS_LAMBDA_MAX_CONCURRENCY says.
  int concurrency = 1;
  // Writes a line for every invocation.
  bool verbose = false;

  // Replaces the settings by those of the request. What the request leaves out stays.
  void apply(MappingRequest request);
};

// Runs an event source mapping with its function on this machine. It has a list of pollers, which
// are members of one consumer group, each with an EventSourceMapping; and, unless a URL is invoked,
// a list of the function's environments, each of which one poller or several invoke. The console
// shows what happens. All calls are for the io_context's thread, which must be the main thread (see
// Child).
class LocalMapping {
 public:
  static constexpr int kConcurrencyMax = 64;  // The largest `concurrency`.

  // `io` and `console` must outlive the mapping.
  LocalMapping(boost::asio::io_context& io, Console& console, LocalMappingSettings settings);
  ~LocalMapping();

  // Starts all pollers. After an error some may be running, which stop() ends. The errors are those
  // of max_concurrency(), FunctionEnvironment::start(), UrlInvoker::at(),
  // open_failure_destination() and EventSourceMapping::start().
  [[nodiscard]] base::Result<> start();
  // Is set when the first poller has been assigned its partitions, of which there may be none.
  [[nodiscard]] async::Latch& ready() { return ready_; }
  // Says whether the function has asked for an invocation in each of its environments, so that it
  // runs. A URL is taken to run.
  [[nodiscard]] bool function_runs() const;
  // Returns how the function has ended before it asked for an invocation in one of its
  // environments, as a sentence without an end, or an empty text.
  [[nodiscard]] std::string function_ended_early() const;
  // Kills the function's processes at once. It is for a program that ends immediately afterwards.
  void kill();
  // Hands over the records that are in the topics now, for `patience` at most, leaves the group,
  // and ends the function.
  async::Awaitable<> stop(std::chrono::milliseconds patience);

 private:
  class Poller;

  boost::asio::io_context& io_;
  Console& console_;
  LocalMappingSettings settings_;
  const std::string uuid_;  // Names the mapping in its reports, as AWS does.
  async::Latch ready_;
  std::vector<std::unique_ptr<FunctionEnvironment>> functions_;
  std::vector<std::unique_ptr<Poller>> pollers_;  // Behind the functions, which they invoke.
};

}  // namespace penstock::local
