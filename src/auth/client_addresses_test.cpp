#include "auth/client_addresses.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace penstock::auth {
namespace {

namespace ip = boost::asio::ip;

Settings trusting(std::initializer_list<const char*> v4, std::initializer_list<const char*> v6) {
  Settings settings;
  for (const char* text : v4) settings.trusted_v4.push_back(ip::make_network_v4(text));
  for (const char* text : v6) settings.trusted_v6.push_back(ip::make_network_v6(text));
  return settings;
}

// Returns the client of a request from `peer` with these lines of X-Forwarded-For.
std::string client(const std::string& peer, std::initializer_list<const char*> lines) {
  const ClientAddresses addresses(trusting({"10.0.0.0/8", "192.0.2.1/32"}, {"fd00::/8"}),
                                  [&](const auto&) { return ip::make_address(peer); });
  http::RequestMessage request;
  for (const char* line : lines) {
    request.add_header(http::Field::unknown, "X-Forwarded-For", line);
  }
  return addresses.of(request);
}

TEST(ClientAddresses, BelieveTheConnectionOfAnybodyElse) {
  EXPECT_EQ(client("203.0.113.9", {}), "203.0.113.9");
  EXPECT_EQ(client("203.0.113.9", {"10.0.0.1", "198.51.100.1"}), "203.0.113.9");
  EXPECT_EQ(client("11.0.0.1", {"198.51.100.1"}), "11.0.0.1");
}

TEST(ClientAddresses, ReadXForwardedForFromTheRight) {
  EXPECT_EQ(client("10.1.2.3", {"198.51.100.1"}), "198.51.100.1");
  EXPECT_EQ(client("10.1.2.3", {"1.1.1.1, 198.51.100.1"}), "198.51.100.1") << "a client's own word";
  EXPECT_EQ(client("10.1.2.3", {"1.1.1.1,198.51.100.1 , 192.0.2.1,10.9.9.9"}), "198.51.100.1");
  EXPECT_EQ(client("10.1.2.3", {"1.1.1.1", "198.51.100.1", "10.0.0.4"}), "198.51.100.1");
  EXPECT_EQ(client("fd00::5", {"2001:db8::7"}), "2001:db8::7");
  EXPECT_EQ(client("10.1.2.3", {"198.51.100.1:4711"}), "198.51.100.1");
  EXPECT_EQ(client("10.1.2.3", {"[2001:db8::7]:4711"}), "2001:db8::7");
  EXPECT_EQ(client("10.1.2.3", {"[2001:db8::7]"}), "2001:db8::7");
  EXPECT_EQ(client("10.1.2.3", {"::ffff:198.51.100.1"}), "198.51.100.1");
}

TEST(ClientAddresses, KeepTheLastOneThatIsKnown) {
  EXPECT_EQ(client("10.1.2.3", {}), "10.1.2.3");
  EXPECT_EQ(client("10.1.2.3", {"", ","}), "10.1.2.3");
  EXPECT_EQ(client("10.1.2.3", {"10.7.7.7, 10.8.8.8"}), "10.7.7.7");
  EXPECT_EQ(client("10.1.2.3", {"198.51.100.1, unknown, 10.8.8.8"}), "10.8.8.8");
  EXPECT_EQ(client("10.1.2.3", {"198.51.100.1, [::1"}), "10.1.2.3");
}

TEST(ClientAddresses, KnowTrustedProxies) {
  const auto is_trusted = [](const char* peer) {
    const ClientAddresses addresses(trusting({"10.0.0.0/8"}, {"fd00::/8"}),
                                    [&](const auto&) { return ip::make_address(peer); });
    return addresses.from_trusted_proxy({});
  };
  EXPECT_TRUE(is_trusted("10.255.255.255"));
  EXPECT_FALSE(is_trusted("11.0.0.0"));
  EXPECT_TRUE(is_trusted("fdff::1"));
  EXPECT_FALSE(is_trusted("fe80::1"));
  const ClientAddresses nobody(trusting({}, {}));
  EXPECT_FALSE(nobody.from_trusted_proxy({}));
  EXPECT_EQ(nobody.of({}), "") << "there is no connection";
}

TEST(ClientAddresses, SeeAProxyThatIsNotTrusted) {
  const ClientAddresses nobody(trusting({}, {}), [](const auto&) { return ip::address(); });
  http::RequestMessage request;
  EXPECT_FALSE(nobody.is_ignored_proxy(request));
  request.add_header(http::Field::unknown, "X-Forwarded-For", "1.2.3.4");
  EXPECT_TRUE(nobody.is_ignored_proxy(request));
}

TEST(ClientAddresses, AskTheKernelForTheConnection) {
  boost::asio::io_context io;
  ip::tcp::acceptor acceptor(io, {ip::address_v6::loopback(), 0});
  ip::tcp::socket client(io);
  client.connect(acceptor.local_endpoint());
  ip::tcp::socket server = acceptor.accept();
  http::RequestMessage request;
  request.connection = server.native_handle();
  EXPECT_EQ(ClientAddresses(Settings{}).of(request), "::1");
  ip::tcp::acceptor both(io, ip::tcp::endpoint(ip::tcp::v6(), 0));
  ip::tcp::socket old(io);
  old.connect({ip::address_v4::loopback(), both.local_endpoint().port()});
  ip::tcp::socket mapped = both.accept();
  request.connection = mapped.native_handle();
  EXPECT_EQ(ClientAddresses(Settings{}).of(request), "127.0.0.1");
}

TEST(ClientAddresses, CountAnIpv6ClientByItsNetwork) {
  const auto counted = [](const char* text) {
    return ClientAddresses::counted(ip::make_address(text));
  };
  EXPECT_EQ(counted("2001:db8:0:1::1"), counted("2001:db8:0:1:ffff::2"));
  EXPECT_NE(counted("2001:db8:0:1::1"), counted("2001:db8:0:2::1"));
  EXPECT_NE(counted("192.0.2.1"), counted("192.0.2.2"));
  EXPECT_EQ(ClientAddresses::counted(std::nullopt), "");
  // Its first eight bytes are the text "1.2.3.44".
  EXPECT_NE(counted("312e:322e:332e:3434::"), counted("1.2.3.44"));
  const auto network = [&](const char* text) {
    return std::string(ClientAddresses::network(counted(text)));
  };
  EXPECT_EQ(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
  EXPECT_NE(network("2001:db8:0:1::1"), network("2001:db8:1:1::1"));
  EXPECT_EQ(network("192.0.2.1"), network("192.0.77.1"));
  EXPECT_NE(network("192.0.2.1"), network("192.1.2.1"));
  EXPECT_EQ(ClientAddresses::network(""), "");
}

}  // namespace
}  // namespace penstock::auth
