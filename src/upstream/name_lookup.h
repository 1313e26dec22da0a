#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "upstream/socket.h"

namespace penstock::upstream {

// Finds the addresses of one host by the system's resolver, on Asio's thread for that. All who ask
// at a time share one lookup: there is never more than one under way, since nothing can end it.
class NameLookup {
 public:
  // `host` is a name, or an address without brackets.
  NameLookup(boost::asio::io_context& io, std::string host, uint16_t port);
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;
  ~NameLookup();

  // Returns at most kEndpointsMax addresses, in the resolver's order. A lookup that has not ended
  // by the deadline goes on, for those who ask next.
  [[nodiscard]] async::Awaitable<Outcome<Endpoints>> find(async::SteadyTime deadline);

  static constexpr size_t kEndpointsMax = 8;

 private:
  struct Lookup;
  std::shared_ptr<Lookup> lookup_;
};

}  // namespace penstock::upstream
