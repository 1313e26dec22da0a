// This part of Connection notices that a client leaves while a service waits for others.
#include <utility>

#include "http/server/connection.h"

namespace penstock::http {

// Bytes are the client's next request, or the rest of a body that nobody needs. They are left where
// they are, and nothing more is noticed then.
void Connection::watch(std::function<void()> left) {
  watched_ = std::make_unique<Watched>();
  watched_->left = std::move(left);
  socket_.watch(watched_->lifetime.guard([this] {
    if (cut_ || !socket_.is_ended()) return;
    close_ = cut_ = true;
    // A client that has only ended its sending side gets nothing, as if it were
    // gone: the two look alike, and it was said to be gone.
    socket_.close();
    // What this calls may end the watch.
    const auto callback = std::move(watched_->left);
    callback();
  }));
}

void Connection::end_watch() {
  watched_.reset();
  socket_.cancel();
}

}  // namespace penstock::http
