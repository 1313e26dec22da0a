#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/principal.h"
#include "auth/secrets/users.h"
#include "base/time_text.h"

namespace penstock::auth {

// Checks passwords: at once if the same one was right a short while ago, and otherwise on a thread
// of its own, for the hash is slow on purpose. The server's thread makes all calls.
class Passwords {
 public:
  static constexpr size_t kWaitingMax = 64;    // More checks are too_busy.
  static constexpr size_t kWaitersMax = 1000;  // Requests may share the check of one password.
  static constexpr size_t kCachedMax = 1'000;  // Passwords that were right, as keyed hashes.
  static constexpr std::chrono::seconds kCachedFor{60};
  // A request waits no longer for its check, and is too_busy then.
  static constexpr std::chrono::seconds kWaitMax{10};
  // A longer password is wrong.
  static constexpr size_t kPasswordBytesMax = 1024;

  // Says whether a password has this hash, as ScryptHash::matches() does. It is called on the
  // thread. Tests have others.
  using Matches = std::function<std::optional<bool>(const ScryptHash&, std::string_view password)>;

  // `io` must outlive it.
  explicit Passwords(boost::asio::io_context& io, Matches matches = &ScryptHash::matches);
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;
  // Ends the thread, after the hash that it computes. Checks that wait become too_busy.
  ~Passwords();

  // Puts users in force; what is cached of the last ones is forgotten.
  void set(std::shared_ptr<const Users> users);
  // What a check has said. `principal` is null if the user or the password is wrong.
  struct Checked {
    Caller::Shared principal;
    bool too_busy = false;
  };
  // Returns the result if it is known without a hash.
  [[nodiscard]] std::optional<Checked> check_now(std::string_view user, std::string_view password,
                                                 base::SystemTime now);
  // Says whose check it is, and how many checks may wait for its address and for its user, so that
  // nobody fills the queue alone. More are too_busy; what shares a check adds none.
  struct Share {
    std::string_view address = {};
    size_t of_address_max = SIZE_MAX;
    size_t of_user_max = SIZE_MAX;
  };
  // Waits for the hash. An unknown user takes as long as a known one. The texts must stay where
  // they are until it ends; its own copy of the password is wiped. A check that nobody waits for
  // any more, because its coroutine has ended, is not begun. `share.address` is not used after the
  // first wait.
  [[nodiscard]] async::Awaitable<Checked> check(std::string_view user, std::string_view password,
                                                base::SystemTime now, Share share);

 private:
  struct Data;
  std::shared_ptr<Data> data_;
};

}  // namespace penstock::auth
