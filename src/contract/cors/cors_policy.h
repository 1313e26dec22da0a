#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

// This room reads the extension `x-cors`: which web pages of other origins may call an operation,
// by the CORS protocol of the Fetch standard. Without it none may.

// Says which pages of other origins may call, and what they may send and read. It is the `x-cors`
// of the document, a path or an operation; the nearest one counts, as a whole.
struct CorsPolicy {
  // All subdomains of a host: "https://*.example.com" is kept as "https://" and ".example.com".
  struct Subdomains {
    std::string scheme;  // With "://".
    std::string host;    // With the dot before it, and the port if there is one.
  };

  bool any_origin = false;           // Whether it is `*`: then there are no others.
  std::vector<std::string> origins;  // As browsers write them: "https://example.com:8443".
  std::vector<Subdomains> subdomains;
  // These are the headers that pages may send beside those that the operation declares.
  std::vector<std::string> headers;
  // These are the headers of answers that pages may read beside those that the operation declares.
  std::vector<std::string> exposed_headers;
  bool credentials = false;           // Whether cookies and the like may be sent.
  std::optional<uint32_t> max_age_s;  // How long a browser may remember a preflight.

  // Says whether pages of this origin may call. `origin` is the value of an Origin header.
  [[nodiscard]] bool allows(std::string_view origin) const;
  // Says whether pages of any other origin may call. An empty list of origins allows none.
  [[nodiscard]] bool allows_any() const {
    return any_origin || !origins.empty() || !subdomains.empty();
  }
  // Says whether all pages that may call by the other policy may call by this one, and send and
  // read as much.
  [[nodiscard]] bool covers(const CorsPolicy& other) const;
  // Returns the origins as one text: "*", or "https://a.example, https://*.b.example", or "none".
  [[nodiscard]] std::string text() const;
};

}  // namespace penstock::contract
