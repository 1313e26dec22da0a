#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/service.h"

namespace penstock::local {

// Decides which requests the console answers at all. A browser on this machine also runs pages of
// other sites, which must neither read nor change anything here: not by a request of their own, nor
// by a name of theirs that leads to 127.0.0.1 (DNS rebinding). And what changes something needs the
// token, which another user of this machine does not have.
class RequestGuard {
 public:
  // Names the header that has the token.
  static constexpr std::string_view kTokenHeader = "x-penstock-token";

  explicit RequestGuard(std::string token) : token_(std::move(token)) {}

  // Says on which port the console listens, which is part of its name. Until then each request is
  // refused.
  void set_port(uint16_t port);

  // Returns the reply to a request that is refused: 403 with a problem document that says why.
  [[nodiscard]] std::optional<http::Reply> refusal_of(const http::RequestMessage& request) const;

 private:
  [[nodiscard]] bool is_ours(std::string_view host) const;
  [[nodiscard]] bool is_of_our_page(const http::RequestMessage& request) const;
  [[nodiscard]] bool has_token(const http::RequestMessage& request) const;

  const std::string token_;
  std::array<std::string, 3> hosts_;
};

}  // namespace penstock::local
