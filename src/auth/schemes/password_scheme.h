#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "auth/schemes/scheme.h"
#include "auth/secrets/passwords.h"

namespace penstock::auth {

// Checks users and passwords (http basic).
class PasswordScheme : public Scheme {
 public:
  // `io` must outlive it.
  explicit PasswordScheme(boost::asio::io_context& io) : passwords_(io) {}

  // Puts users in force.
  void set(std::shared_ptr<const Users> users);

  // No password is looked at, not even a right one, if there were too many failures of its address
  // or of its user: whoever may go on trying learns in the end which one is right.
  [[nodiscard]] std::optional<Check> check_now(const Attempt& attempt) override;
  [[nodiscard]] async::Awaitable<Check> check(const Attempt& attempt) override;
  [[nodiscard]] std::string credential() const override {
    return "the user's password in the header Authorization (scheme Basic)";
  }
  [[nodiscard]] std::string place() const override { return "header authorization"; }
  [[nodiscard]] std::string challenge(std::string_view realm) const override;

 private:
  [[nodiscard]] Check result(const Passwords::Checked& checked, std::string_view user) const;
  // Returns why no password of this address or user is looked at, or nothing.
  [[nodiscard]] std::optional<Check> too_many(const Attempt& attempt, std::string_view user) const;

  Passwords passwords_;
  bool has_users_ = false;
};

}  // namespace penstock::auth
