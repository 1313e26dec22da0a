// This part of Connection notices that a client leaves while a service waits for others.
#include <utility>

#include "http/server/connection.h"

namespace penstock::http {

using boost::system::error_code;

// Bytes are the client's next request, or the rest of a body that nobody needs. They are left where
// they are, and nothing more is noticed then.
void Connection::watch(std::function<void()> left) {
  watched_ = std::make_unique<Watched>();
  watched_->left = std::move(left);
  socket_.async_wait(Socket::wait_read, watched_->lifetime.guard([this](const error_code& error) {
    if (error || cut_ || !is_client_gone()) return;
    close_ = cut_ = true;
    // A client that has only ended its sending side gets nothing, as if it were
    // gone: the two look alike, and it was said to be gone.
    error_code ignored;
    socket_.close(ignored);
    // What this calls may end the watch.
    const auto callback = std::move(watched_->left);
    callback();
  }));
}

void Connection::end_watch() {
  watched_.reset();
  error_code ignored;
  if (socket_.is_open()) socket_.cancel(ignored);
}

}  // namespace penstock::http
