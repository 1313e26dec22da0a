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

namespace penstock::local {

struct LocalMappingSettings {
  RecordSource::Settings source;
  MappingRules rules;
  std::string destination = {};  // Names a failure destination; there is none if it is empty.
  FunctionSettings function;
  // Is invoked instead of a process of the function, if it is not empty; concurrency is 1 then.
  std::string invoke_url = {};
  std::chrono::milliseconds function_timeout{30'000};
  int concurrency = 1;   // How many mappings work; more than partitions have nothing to do.
  bool verbose = false;  // Tells of every invocation.

  // Replaces what stands here by what the request says; what it leaves out stays.
  void apply(MappingRequest request);
};

// An event source mapping with its function on this machine: a list of pollers, which are members
// of one consumer group. Each has an EventSourceMapping and, but for a URL, an environment of the
// function. The console tells a person what happens. Everything belongs to the io_context's thread,
// which must be the main thread (see Child).
class LocalMapping {
 public:
  static constexpr int kConcurrencyMax = 64;

  // `io` and `console` must outlive the mapping.
  LocalMapping(boost::asio::io_context& io, Console& console, LocalMappingSettings settings);
  ~LocalMapping();

  // Starts all pollers. After an error some may run; stop() ends them.
  [[nodiscard]] base::Result<> start();
  // Is set when the first poller has got its partitions, which may be none.
  [[nodiscard]] async::Latch& ready() { return ready_; }
  // Kills the function's processes at once, as a last act of the program.
  void kill();
  // Hands over what is in the topics now, for `patience` at the most, leaves the group, and ends
  // the function.
  async::Awaitable<> stop(std::chrono::milliseconds patience);

 private:
  class Poller;

  base::Result<> start_poller(int number);

  boost::asio::io_context& io_;
  Console& console_;
  LocalMappingSettings settings_;
  async::Latch ready_;
  std::vector<std::unique_ptr<Poller>> pollers_;
};

}  // namespace penstock::local
