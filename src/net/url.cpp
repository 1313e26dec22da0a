#include "net/url.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/number_text.h"

namespace penstock::net {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// Returns a host's name or address, without the brackets of IPv6, or an empty text if it has other
// characters.
std::string plain_host(std::string_view host) {
  const bool v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (v6) host = host.substr(1, host.size() - 2);
  const bool plain = std::all_of(host.begin(), host.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || (v6 && c == ':');
  });
  return plain ? std::string(host) : "";
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto wrong = [](const char* what) {
    return Error{.code = ErrorCode::invalid, .message = what};
  };
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->has_userinfo() || parsed->has_fragment()) {
    return wrong("is not an http or https URL");
  }
  Url url;
  if (parsed->scheme_id() != boost::urls::scheme::https &&
      parsed->scheme_id() != boost::urls::scheme::http) {
    return wrong("is not an http or https URL");
  }
  url.tls = parsed->scheme_id() == boost::urls::scheme::https;
  url.host = plain_host(parsed->encoded_host());
  if (url.host.empty()) return wrong("has no host, or one with characters that are not allowed");
  url.port = url.tls ? 443 : 80;
  if (parsed->has_port()) {
    const auto digits = parsed->port();
    const auto port = base::whole_number<uint16_t>({digits.data(), digits.size()});
    if (!port || *port == 0) return wrong("has an invalid port");
    url.port = *port;
  }
  const auto target = parsed->encoded_target();
  url.target.assign(target.data(), target.size());
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  // Boost 1.81 reads 127.0.0.1.example.com as the host 127.0.0.1 and the path .example.com.
  if (url.target.front() != '/') return wrong("is not an http or https URL");
  return url;
}

std::string Url::text() const {
  return std::string(tls ? "https://" : "http://") + authority();
}

std::string Url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) +
         (port == (tls ? 443 : 80) ? "" : ":" + std::to_string(port));
}

}  // namespace penstock::net
