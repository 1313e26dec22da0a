#include "auth/client_addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <cstring>
#include <utility>

#include "http/server/syntax.h"

namespace penstock::auth {
namespace {

namespace ip = boost::asio::ip;

// So many bytes of an address are counted.
constexpr size_t kCountedV4 = 4;
constexpr size_t kCountedV6 = 8;

constexpr std::string_view kForwardedFor = "x-forwarded-for";

// An IPv4 address within an IPv6 socket is one of IPv4.
ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

// Reads an element of X-Forwarded-For, which may have a port: "192.0.2.1:8080", "[2001:db8::1]:80"
// (AWS, "HTTP headers and Application Load Balancers").
std::optional<ip::address> read_element(std::string_view text) {
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    text = text.substr(1, end - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const ip::address address = ip::make_address(text, error);
  if (error) return std::nullopt;
  return plain(address);
}

// Takes the last element off a list.
std::string_view take_last(std::string_view& list) {
  const size_t comma = list.rfind(',');
  const std::string_view last =
      http::without_blanks(comma == std::string_view::npos ? list : list.substr(comma + 1));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return last;
}

}  // namespace

std::optional<ip::address> ClientAddresses::peer_of(const http::RequestMessage& request) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (request.connection < 0 ||
      ::getpeername(request.connection, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return std::nullopt;
  }
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (storage.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return plain(ip::address_v6(bytes));
}

ClientAddresses::ClientAddresses(const Settings& settings, PeerOf peer_of)
    : trusted_v4_(settings.trusted_v4),
      trusted_v6_(settings.trusted_v6),
      peer_of_(std::move(peer_of)) {}

bool ClientAddresses::is_trusted(const Address& address) const {
  const auto has = [](const auto& networks, const auto& one) {
    return std::any_of(networks.begin(), networks.end(), [&](const auto& network) {
      const auto host = decltype(network.canonical())(one, network.prefix_length());
      return host.canonical() == network.canonical();
    });
  };
  return address.is_v4() ? has(trusted_v4_, address.to_v4()) : has(trusted_v6_, address.to_v6());
}

std::optional<ip::address> ClientAddresses::find(const http::RequestMessage& request) const {
  std::optional<Address> client = peer_of_(request);
  if (!client || !is_trusted(*client)) return client;
  std::string lines;
  request.join_header(kForwardedFor, ",", lines);
  std::string_view list = lines;
  // Each proxy has appended the address that it saw, so from the right they are true for as long
  // as the one who wrote them is trusted.
  while (!list.empty() && is_trusted(*client)) {
    const std::string_view last = take_last(list);
    if (last.empty()) continue;
    const auto before = read_element(last);
    if (!before) break;  // Who wrote this is the last one that is known.
    client = before;
  }
  return client;
}

std::string ClientAddresses::of(const http::RequestMessage& request) const {
  const auto address = find(request);
  return address ? address->to_string() : "";
}

bool ClientAddresses::from_trusted_proxy(const http::RequestMessage& request) const {
  if (trusted_v4_.empty() && trusted_v6_.empty()) return false;
  const auto peer = peer_of_(request);
  return peer && is_trusted(*peer);
}

bool ClientAddresses::is_ignored_proxy(const http::RequestMessage& request) const {
  return !request.header(kForwardedFor).empty() && !from_trusted_proxy(request);
}

std::string ClientAddresses::counted(const std::optional<Address>& address) {
  if (!address) return "";
  if (address->is_v4()) {
    const auto bytes = address->to_v4().to_bytes();
    return {reinterpret_cast<const char*>(bytes.data()), kCountedV4};
  }
  const auto bytes = address->to_v6().to_bytes();
  return {reinterpret_cast<const char*>(bytes.data()), kCountedV6};
}

std::string_view ClientAddresses::network(std::string_view counted) {
  return counted.substr(0, counted.size() == kCountedV6 ? 6 : 2);
}

}  // namespace penstock::auth
