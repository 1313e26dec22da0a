#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local/failures/failure_destinations.h"
#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"
#include "local/mapping/event_source_mapping.h"
#include "local/mapping/mapping_request.h"
#include "local/processes/console.h"

namespace penstock::local {

struct LocalMappingSettings {
  RecordSource::Settings source;
  MappingSettings mapping;
  std::string destination = {};  // Of failures; empty: none.
  FunctionSettings function;
  std::string invoke_url = {};  // Instead of a process of the function; with it, concurrency is 1.
  std::chrono::milliseconds function_timeout{30'000};
  int concurrency = 1;   // Mappings side by side; those beyond the partitions have nothing to do.
  bool verbose = false;  // A line for every invocation.

  // What a request says takes the place of what was here; what it leaves out stays.
  void apply(MappingRequest request);
};

// An event source mapping with its function on this machine: pollers, each with an environment of the
// function, as members of one consumer group. What happens is told to a person. On the io_context's thread.
class LocalMapping {
 public:
  static constexpr int kConcurrencyMax = 64;

  LocalMapping(boost::asio::io_context& io, Console& console, LocalMappingSettings settings);
  ~LocalMapping();

  [[nodiscard]] base::Result<> start();
  // Set when the first poller has got its partitions, which may be none.
  [[nodiscard]] async::Latch& ready() { return ready_; }
  void kill();
  // Hands over what is in the topics now for `patience` at the most, leaves the group, ends the function.
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
