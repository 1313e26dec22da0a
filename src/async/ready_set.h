#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>

#include "async/awaitable.h"
#include "async/lifetime.h"

namespace penstock::async {

// Watches many descriptors, most of which wait most of the time, on the thread of an io_context.
// Asio tells the kernel of each wait again (epoll_ctl), and keeps memory for each. This one tells
// it once of each descriptor, with an epoll of its own, which the io_context watches. So a wait
// costs nothing, and hears of all that have become ready since the last turn at once
// (docs/adr/0002).
class ReadySet {
 public:
  // Is notified that its descriptor has become ready.
  class Watched {
   public:
    // `events` is what epoll_wait(2) says, edge-triggered: it is said once, until everything was
    // read or nothing more could be written. This may remove any descriptor of the set, but not end
    // the set.
    virtual void ready(uint32_t events) = 0;

   protected:
    ~Watched() = default;
  };

  // Throws boost::system::system_error if the process has no descriptor left.
  explicit ReadySet(boost::asio::io_context& io);
  ReadySet(const ReadySet&) = delete;
  ReadySet& operator=(const ReadySet&) = delete;
  // No descriptor may be in the set any more.
  ~ReadySet() = default;

  // Watches a descriptor for reading and for writing until remove(). While there is one, the
  // io_context has work.
  [[nodiscard]] boost::system::error_code add(int descriptor, Watched& watched);
  // Ends the watch. The descriptor must still be open.
  void remove(int descriptor, Watched& watched) noexcept;

 private:
  // So many are notified in one turn, so that other work has its turn, too.
  static constexpr size_t kNotifiedAtOnce = 128;

  void wait();
  void tell();

  boost::asio::posix::basic_stream_descriptor<Executor> epoll_;
  size_t size_ = 0;
  bool waits_ = false;
  // Are those that are notified now: what is removed meanwhile becomes null.
  std::array<Watched*, kNotifiedAtOnce> notified_{};
  std::array<uint32_t, kNotifiedAtOnce> events_{};
  size_t told_count_ = 0;
  Lifetime lifetime_;
};

}  // namespace penstock::async
