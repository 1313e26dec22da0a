#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "async/awaitable.h"
#include "async/broadcast.h"
#include "async/deadline.h"
#include "aws/json/json_client.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "postgres/server_url.h"
#include "resources/start.h"

namespace penstock::postgres {

// Knows a database's URL: one that it was given, or that of a secret of AWS Secrets Manager, which
// it reads when the first connection is made, and again when the server has refused the password.
// All calls are for the thread of Start::io.
class UrlSource {
 public:
  using Shared = std::shared_ptr<const ServerUrl>;

  // After a refusal the URL is read again at once, and then at most this often, whatever the number
  // of connections is.
  static constexpr std::chrono::seconds kReadsApart{5};

  // Fails with `invalid` if the URL is wrong. `pool` is the name in the log.
  [[nodiscard]] static base::Result<std::shared_ptr<UrlSource>> fixed(const resources::Start& start,
                                                                      const base::WipedText& url,
                                                                      ServerUrl::Session session,
                                                                      std::string pool);
  // Fails with `invalid` if `arn` is not that of a secret, or if an endpoint is wrong.
  [[nodiscard]] static base::Result<std::shared_ptr<UrlSource>> stored(
      const resources::Start& start, const std::string& arn, ServerUrl::Session session,
      std::string pool);

  // Returns the URL. Fails with `unavailable` if the secret cannot be read by the deadline, with
  // `refused` if AWS refuses it, and with `invalid` if its value is no URL. The source must outlive
  // the call.
  [[nodiscard]] async::Awaitable<base::Result<Shared>> current(async::SteadyTime deadline);
  // Returns another URL than the one whose user or password the server has refused, or null if
  // there is none.
  [[nodiscard]] async::Awaitable<Shared> newer_than(Shared refused, async::SteadyTime deadline);

  UrlSource(const resources::Start& start, ServerUrl::Session session, std::string pool);
  UrlSource(const UrlSource&) = delete;
  UrlSource& operator=(const UrlSource&) = delete;

 private:
  class Reading;

  [[nodiscard]] base::Result<Shared> parsed(const base::WipedText& url) const;
  async::Awaitable<base::Result<>> read(async::SteadyTime deadline);

  base::Environment environment_;
  log::Log& log_;
  const ServerUrl::Session session_;
  const std::string pool_;
  std::string arn_ = {};
  std::unique_ptr<aws::JsonClient> secrets_ = {};
  Shared url_ = {};
  async::SteadyTime not_again_before_ = {};
  bool reading_ = false;
  async::Broadcast read_ended_;
};

}  // namespace penstock::postgres
