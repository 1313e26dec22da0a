#include "upstream/name_lookup.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <utility>

#include "async/broadcast.h"

namespace penstock::upstream {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct NameLookup::Lookup {
  Lookup(asio::io_context& io, std::string name, uint16_t number)
      : resolver(io.get_executor()), ended(io), host(std::move(name)), port(number) {}

  asio::ip::basic_resolver<tcp, async::Executor> resolver;
  async::Broadcast ended;
  const std::string host;
  const uint16_t port;
  bool under_way = false;
  Outcome<Endpoints> last{Endpoints{}};
};

NameLookup::NameLookup(asio::io_context& io, std::string host, uint16_t port)
    : lookup_(std::make_shared<Lookup>(io, std::move(host), port)) {}

NameLookup::~NameLookup() {
  lookup_->resolver.cancel();
}

async::Awaitable<Outcome<Endpoints>> NameLookup::find(async::SteadyTime deadline) {
  const std::shared_ptr<Lookup> lookup = lookup_;
  error_code no_address;
  const auto address = asio::ip::make_address(lookup->host, no_address);
  if (!no_address) co_return Endpoints{tcp::endpoint(address, lookup->port)};
  if (!lookup->under_way) {
    lookup->under_way = true;
    lookup->resolver.async_resolve(
        lookup->host, std::to_string(lookup->port),
        [lookup](const error_code& error, const tcp::resolver::results_type& found) {
          lookup->under_way = false;
          if (error) {
            lookup->last = error;
          } else {
            Endpoints endpoints;
            for (const auto& entry : found) {
              if (endpoints.size() < kEndpointsMax) endpoints.push_back(entry.endpoint());
            }
            lookup->last = std::move(endpoints);
          }
          lookup->ended.wake_all();
        });
  }
  const bool ended = co_await lookup->ended.wait_until(deadline);
  if (!ended) co_return error_code(asio::error::timed_out);
  co_return lookup->last;
}

}  // namespace penstock::upstream
