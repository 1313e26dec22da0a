#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/latch.h"
#include "base/result.h"
#include "local/function/function_pool.h"
#include "local/mapping/mapping_request.h"
#include "local/mapping/mapping_rules.h"
#include "local/mapping/mapping_status.h"
#include "local/processes/terminal.h"
#include "local/records/record_source.h"
#include "local/reports/mapping_report.h"
#include "local/stories/observer.h"

namespace penstock::local {

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
  // Is the number of pollers. If there are more than partitions, some have nothing to do. The
  // function has as many places for invocations.
  int concurrency = 1;
  std::string name = "mapping";  // On the terminal.
  // Writes a line for every invocation.
  bool verbose = false;
  // Hears what the mapping does.
  Observer* observer = nullptr;

  // Replaces the settings by those of the request. What the request leaves out stays.
  void apply(MappingRequest request);
  // Returns the name of the mapping for the observer: its topic, or `name` if it reads several.
  [[nodiscard]] const std::string& observed_name() const;
  // Returns the settings of the function's processes, which send partial responses exactly if the
  // mapping reads them.
  [[nodiscard]] FunctionPool::Settings pool() const;
};

// Runs an event source mapping on this machine. It has a list of pollers, which are members of one
// consumer group, each with an EventSourceMapping. The terminal shows what happens. All calls are
// for the io_context's thread.
class LocalMapping {
 public:
  static constexpr int kConcurrencyMax = 64;  // The largest `concurrency`.

  // `io`, `terminal` and `function` must outlive the mapping. `function` is invoked by all pollers,
  // at the same time; if it is null, the URL of the settings is.
  LocalMapping(boost::asio::io_context& io, Terminal& terminal, Invoker* function,
               LocalMappingSettings settings);
  ~LocalMapping();

  // Starts all pollers. After an error some may be running, which stop() ends. The errors are those
  // of UrlInvoker::at(), open_failure_destination() and EventSourceMapping::start().
  [[nodiscard]] base::Result<> start();
  // Is set when the first poller has been assigned its partitions, of which there may be none.
  [[nodiscard]] async::Latch& ready() { return ready_; }
  // Asks all pollers to hand over the records that are in the topics now, for `patience` at most,
  // and to leave the group. Returns at once.
  void ask_to_stop(std::chrono::milliseconds patience);
  // Returns when all pollers have left, for which ask_to_stop() must have asked.
  async::Awaitable<> ended();

 private:
  class Poller;

  boost::asio::io_context& io_;
  Terminal& terminal_;
  Invoker* const function_;
  LocalMappingSettings settings_;
  const std::string uuid_;  // Names the mapping in its reports, as AWS does.
  async::Latch ready_;
  std::optional<MappingStatus> status_;  // For an observer.
  std::vector<std::unique_ptr<Poller>> pollers_;
};

}  // namespace penstock::local
