#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/principal.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::auth {

// Holds users and the hashes of their passwords (scrypt, RFC 7914). It does not change.
class Users {
 public:
  // Reads a document of users (docs/authentication/keys.md).
  [[nodiscard]] static base::Result<Users> parse(std::string_view text, std::string_view scheme);
  Users(Users&&) noexcept;
  Users& operator=(Users&&) noexcept;
  ~Users();

 private:
  friend class Passwords;
  struct Data;
  explicit Users(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

// Checks passwords: at once if the same one was right a short while ago, and otherwise on a thread
// of its own, for the hash is slow on purpose. The server's thread makes all calls.
class Passwords {
 public:
  static constexpr size_t kWaitingMax = 64;    // More are too_busy.
  static constexpr size_t kCachedMax = 1'000;  // Passwords that were right, as keyed hashes.
  static constexpr std::chrono::seconds kCachedFor{60};

  explicit Passwords(boost::asio::io_context& io);
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
  // Waits for the hash. An unknown user takes as long as a known one.
  [[nodiscard]] async::Awaitable<Checked> check(std::string user, std::string password,
                                                base::SystemTime now);

 private:
  struct Data;
  std::shared_ptr<Data> data_;
};

}  // namespace penstock::auth
