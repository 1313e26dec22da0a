#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_settings.h"
#include "http/server/message.h"

namespace penstock::auth {

// Says where requests come from: from a client itself, or by way of proxies that are trusted.
class ClientAddresses {
 public:
  using Address = boost::asio::ip::address;
  // Returns the address of the other side of a request's connection. Tests have others.
  using PeerOf = std::function<std::optional<Address>(const http::RequestMessage&)>;
  // Asks the kernel (getpeername).
  [[nodiscard]] static std::optional<Address> peer_of(const http::RequestMessage& request);

  // Only the trusted proxies of the settings matter.
  explicit ClientAddresses(const Settings& settings, PeerOf peer_of = &ClientAddresses::peer_of);

  // Returns the client's address: that of the connection, or if it is one of a trusted proxy, the
  // last one in X-Forwarded-For that is not. If all are, it is the first. It is nothing if it
  // cannot be known.
  [[nodiscard]] std::optional<Address> find(const http::RequestMessage& request) const;
  // Does the same as a text, which is empty if the address cannot be known.
  [[nodiscard]] std::string of(const http::RequestMessage& request) const;
  // Says whether the connection is one of a trusted proxy.
  [[nodiscard]] bool from_trusted_proxy(const http::RequestMessage& request) const;
  // Says whether X-Forwarded-For was sent from an address that is not trusted, so that it is not
  // believed.
  [[nodiscard]] bool is_ignored_proxy(const http::RequestMessage& request) const;

  // Returns the text by which events of one client are counted: an IPv4 address, or the first 64
  // bits of an IPv6 address, of which a client has all others (RFC 6177 section 2).
  [[nodiscard]] static std::string counted(const std::optional<Address>& address);
  // Returns the part of such a text that the neighbours of a client have, too: the first 16 bits of
  // an IPv4 address, or 48 of an IPv6 address, which a site may have (RFC 6177 section 2).
  [[nodiscard]] static std::string_view network(std::string_view counted);

 private:
  [[nodiscard]] bool is_trusted(const Address& address) const;

  std::vector<boost::asio::ip::network_v4> trusted_v4_;
  std::vector<boost::asio::ip::network_v6> trusted_v6_;
  PeerOf peer_of_;
};

}  // namespace penstock::auth
