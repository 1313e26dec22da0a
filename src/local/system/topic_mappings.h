#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "base/result.h"
#include "local/function/function_pool.h"
#include "local/mapping/local_mapping.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Runs an event source mapping for each topic, as AWS has one for each, and the function that they
// all invoke. The function has as many places for invocations as one mapping has pollers: as with
// a function's reserved concurrency on AWS, the mappings share them. All calls are for the
// io_context's thread, which must be the main thread (see Child).
class TopicMappings {
 public:
  // `io` and `terminal` must outlive this object. `function` starts with the first mapping. The
  // mappings tell its observer what they do.
  TopicMappings(boost::asio::io_context& io, Terminal& terminal, FunctionPool::Settings function);

  // Starts the mappings of new topics, each of which reads one topic, and ends those of topics that
  // are not among them. Returns when each has partitions and the function has asked for an
  // invocation, or early when `stop` is set. The error says what did not start.
  [[nodiscard]] async::Awaitable<base::Result<>> set(const std::vector<LocalMappingSettings>& all,
                                                     const std::string& bootstrap,
                                                     async::Latch& stop);
  // Starts the function's program again between batches: FunctionPool::replace().
  [[nodiscard]] async::Awaitable<base::Result<>> replace_function(async::Latch& stop);
  // Says whether this topic is read.
  [[nodiscard]] bool reads(const std::string& topic) const { return mappings_.contains(topic); }

  // Returns the function, which has no process before it has started.
  [[nodiscard]] FunctionPool& pool() { return function_; }
  // Returns the function, or null before it has started.
  [[nodiscard]] Invoker* function() { return started_ ? &function_ : nullptr; }

  // Kills the function's processes at once. It is for a program that ends immediately afterwards.
  void kill() { function_.kill(); }
  // Hands over the records that are in the topics now, for some seconds at most, leaves the groups,
  // and ends the function.
  async::Awaitable<> stop();

 private:
  async::Awaitable<> end_others(const std::vector<LocalMappingSettings>& all);
  // Starts the mappings of topics that have none, and appends these topics to `fresh`.
  [[nodiscard]] base::Result<> start_new(const std::vector<LocalMappingSettings>& all,
                                         const std::string& bootstrap,
                                         std::vector<std::string>& fresh);
  async::Awaitable<base::Result<>> wait_for_partitions(LocalMapping& mapping,
                                                       const std::string& topic,
                                                       async::Latch& stop);
  async::Awaitable<base::Result<>> wait_for_function(async::Latch& stop);

  boost::asio::io_context& io_;
  Terminal& terminal_;
  Observer* const observer_;
  FunctionPool function_;
  bool started_ = false;  // Whether the function was started.
  std::map<std::string, std::unique_ptr<LocalMapping>> mappings_;  // By topic.
};

}  // namespace penstock::local
