#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "base/result.h"
#include "local/console/console.h"
#include "local/console/operations/action_observer.h"
#include "local/console/operations/failure_operations.h"
#include "local/console/operations/fault_operations.h"
#include "local/console/operations/given_up_batches.h"
#include "local/console/operations/invocation_lines.h"
#include "local/console/operations/invoke_operations.h"
#include "local/console/operations/send_operations.h"
#include "local/console/operations/topic_operations.h"
#include "local/mapping/local_mapping.h"
#include "local/stories/stories.h"
#include "local/topics/topic_browser.h"

namespace penstock::local {

// Says what the console reaches of a program, besides what the parts tell.
struct ShownParts {
  ShownKafka kafka;
  ShownApi api;
  ShownFunction function;
  FindRedriveTarget redrive_target;
  Faults* faults = nullptr;  // It must outlive what the console serves.
};

// Has the console of one program, and the stories that it shows. It must outlive the parts that
// tell them. All calls are for the io_context's thread.
class SystemConsole {
 public:
  // `port` is the one that the user has named, of which 0 says that there is no console. `io` must
  // outlive this object.
  SystemConsole(boost::asio::io_context& io, std::optional<uint16_t> port)
      : io_(io), named_port_(port) {}

  // Returns what the parts tell, or null without a console: then they tell nobody.
  [[nodiscard]] Observer* observer() { return is_off() ? nullptr : &observer_; }

  // Starts to serve. Does nothing without a console. A port of the others is not taken, unless the
  // user has named it. The error is `unavailable`: the named port cannot be used.
  [[nodiscard]] base::Result<> listen(ShownParts parts,
                                      const std::vector<uint16_t>& ports_of_others);
  // Returns the port, or 0 if it does not listen.
  [[nodiscard]] uint16_t port() const { return console_ ? console_->port() : 0; }
  // Returns a line for the user that has the URL, or an empty text without a console.
  [[nodiscard]] std::string invitation() const;

  // Returns where the records of a mapping are that are handed to the function again.
  [[nodiscard]] RedriveTarget redrive_target(const LocalMappingSettings& settings, Cluster cluster,
                                             Invoker& function);

  // Shows these mappings, besides those that are shown.
  void show_mappings(const std::vector<LocalMappingSettings>& all);
  // Shows no others any more. They must have ended: what they tell would show them again.
  void forget_other_mappings(const std::vector<LocalMappingSettings>& all);
  // Shows what no part tells: names and addresses.
  void show(StoryFacts facts);

  // Ends what waits, and returns when no operation runs any more. It comes before the end of the
  // parts that operations use.
  async::Awaitable<> stop();

 private:
  [[nodiscard]] bool is_off() const { return named_port_ == uint16_t{0}; }

  boost::asio::io_context& io_;
  const std::optional<uint16_t> named_port_;
  std::stop_source stopping_;
  Stories stories_;
  GivenUpBatches given_up_;
  InvocationLines lines_;
  ActionObserver observer_{stories_, given_up_, lines_};
  TopicBrowser topics_;
  std::set<std::string> mappings_;  // The names of those that are shown.
  std::optional<Console> console_;  // Behind what it shows.
};

}  // namespace penstock::local
