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
#include "local/mapping/local_mapping.h"
#include "local/stories/stories.h"

namespace penstock::local {

// Has the console of one program, and the stories that it shows. It must outlive the parts that
// tell them. All calls are for the io_context's thread.
class SystemConsole {
 public:
  // `port` is the one that the user has named, of which 0 says that there is no console. `io` must
  // outlive this object.
  SystemConsole(boost::asio::io_context& io, std::optional<uint16_t> port)
      : io_(io), named_port_(port) {}

  // Returns what the parts tell, or null without a console: then they tell nothing.
  [[nodiscard]] Observer* observer() { return is_off() ? nullptr : &stories_; }
  [[nodiscard]] Stories& stories() { return stories_; }
  // Operations that wait end when a stop is requested here.
  [[nodiscard]] std::stop_token stopping() const { return stopping_.get_token(); }

  // Starts to serve the stories and what else there is to do. Does nothing without a console. A
  // port of the others is not taken, unless the user has named it. The error is `unavailable`: the
  // named port cannot be used.
  [[nodiscard]] base::Result<> listen(ConsoleOperations operations,
                                      const std::vector<uint16_t>& ports_of_others);
  // Returns the port, or 0 if it does not listen.
  [[nodiscard]] uint16_t port() const { return console_ ? console_->port() : 0; }
  // Returns a line for the user that has the URL, or an empty text without a console.
  [[nodiscard]] std::string invitation() const;

  // Shows these mappings, and no others.
  void show_mappings(const std::vector<LocalMappingSettings>& all);
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
  std::set<std::string> mappings_;  // The names of those that are shown.
  std::optional<Console> console_;  // Behind the stories, which it shows.
};

}  // namespace penstock::local
