#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>

#include "http/server/service.h"
#include "local/console/feed.h"

namespace penstock::local {

// Makes the bodies of get_stream: server-sent events with what changes in the system. A stream asks
// for the next changes only when its client has taken the last ones. So one that reads slowly gets
// the newest of them, and the number of those that are left out, and takes no memory. All calls are
// for the io_context's thread.
class EventStreams {
 public:
  // So many streams may be open. Each costs some time, and a browser that reconnects in vain must
  // not make more and more.
  static constexpr size_t kClientsMax = 16;
  static constexpr std::chrono::milliseconds kStatePeriod{1000};
  static constexpr std::chrono::milliseconds kStoriesPeriod{200};
  // An event `stories` has at most so many.
  static constexpr size_t kStoriesMax = 100;

  // `io` must outlive the streams. What `feed` uses must live until they have ended.
  EventStreams(boost::asio::io_context& io, ConsoleFeed feed);
  ~EventStreams();
  EventStreams(const EventStreams&) = delete;
  EventStreams& operator=(const EventStreams&) = delete;

  // Opens a stream, with the stories that change from now on if they are wanted. It is null if
  // kClientsMax are open, and after end().
  [[nodiscard]] std::unique_ptr<http::BodyStream> open(bool with_stories);
  // Ends all streams, now and later.
  void end();

 private:
  struct Shared;
  class Stream;

  // A stream may outlive this object, though only to be destroyed.
  std::shared_ptr<Shared> shared_;
};

}  // namespace penstock::local
