#include "upstream/connect_race.h"

#include <boost/asio/error.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "async/latch.h"

namespace penstock::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

struct Race {
  explicit Race(asio::io_context& io) : changed(io) {}

  async::Latch changed;
  std::vector<Socket> sockets;  // Has its full capacity from the start, so that none moves.
  std::optional<size_t> winner;
  size_t pending = 0;
  error_code last = asio::error::host_not_found;
};

// Closes the sockets of those that have not won, also if the coroutine is cancelled.
class Finish {
 public:
  explicit Finish(std::shared_ptr<Race> race) : race_(std::move(race)) {}
  Finish(const Finish&) = delete;
  Finish& operator=(const Finish&) = delete;
  ~Finish() {
    error_code ignored;
    for (Socket& socket : race_->sockets) socket.close(ignored);
  }

 private:
  std::shared_ptr<Race> race_;
};

void start(const std::shared_ptr<Race>& race, asio::io_context& io,
           const asio::ip::tcp::endpoint& endpoint) {
  const size_t index = race->sockets.size();
  Socket& socket = race->sockets.emplace_back(io.get_executor());
  ++race->pending;
  socket.async_connect(endpoint, [race, index](const error_code& error) {
    --race->pending;
    if (error) {
      race->last = error;
    } else if (!race->winner) {
      race->winner = index;
    }
    race->changed.set();
  });
}

}  // namespace

async::Awaitable<Outcome<Socket>> connect_first(asio::io_context& io, Endpoints endpoints,
                                                async::SteadyTime deadline) {
  const auto race = std::make_shared<Race>(io);
  race->sockets.reserve(endpoints.size());
  const Finish finish(race);
  size_t next = 0;
  while (true) {
    if (race->winner) {
      Socket socket = std::move(race->sockets[*race->winner]);
      error_code ignored;
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      co_return std::move(socket);
    }
    const bool more = next < endpoints.size();
    if (!more && race->pending == 0) co_return race->last;
    if (async::SteadyTime::clock::now() >= deadline) co_return error_code(asio::error::timed_out);
    race->changed.reset();
    if (more) start(race, io, endpoints[next++]);
    const bool others = next < endpoints.size();
    const auto until = others ? async::at_most(deadline, kHeadStart) : deadline;
    co_await race->changed.wait_until(until);
  }
}

}  // namespace penstock::upstream
