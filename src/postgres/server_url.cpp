#include "postgres/server_url.h"

#include <unistd.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstring>
#include <memory>

#include "async/latch.h"
#include "base/number_text.h"
#include "postgres/libpq.h"

namespace penstock::postgres {
namespace {

using boost::asio::ip::tcp;
using Resolver = boost::asio::ip::basic_resolver<tcp, async::Executor>;

// Names the system's authorities, on Debian and on Amazon Linux.
constexpr std::array<const char*, 2> kAuthorities{"/etc/ssl/certs/ca-certificates.crt",
                                                  "/etc/pki/tls/certs/ca-bundle.crt"};

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    parts.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_address(const std::string& host) {
  boost::system::error_code no_address;
  boost::asio::ip::make_address(host, no_address);
  return !no_address;
}

bool is_local(const Place& place) {
  const std::string& where = place.address.empty() ? place.host : place.address;
  if (where.empty() || where[0] == '/' || where[0] == '@' || where == "localhost") return true;
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(where, no_address);
  return !no_address && address.is_loopback();
}

std::string authorities(const base::Environment& environment) {
  const auto file = environment.find("SSL_CERT_FILE");
  if (file != environment.end() && !file->second.empty()) return file->second;
  for (const char* name : kAuthorities) {
    if (::access(name, R_OK) == 0) return name;
  }
  return kAuthorities[0];
}

base::Result<std::vector<Place>> places_of(const ServerUrl::Options& read) {
  const auto listed = [&](std::string_view name) {
    for (const auto& [key, value] : read) {
      if (key == name && !value.empty()) return parts_of(value);
    }
    return std::vector<std::string>();
  };
  const std::vector<std::string> hosts = listed("host");
  const std::vector<std::string> addresses = listed("hostaddr");
  const std::vector<std::string> ports = listed("port");
  const size_t count = std::max({hosts.size(), addresses.size(), size_t{1}});
  const auto fits = [&](const auto& list) { return list.empty() || list.size() == count; };
  if (!fits(hosts) || !fits(addresses) || (!fits(ports) && ports.size() != 1)) {
    return base::Error{base::ErrorCode::invalid,
                       "the database's URL has not as many ports or addresses as hosts"};
  }
  std::vector<Place> places(count);
  for (size_t i = 0; i < count; ++i) {
    if (!hosts.empty()) places[i].host = hosts[i];
    if (!addresses.empty()) places[i].address = addresses[i];
    if (!ports.empty()) places[i].port = ports.size() == 1 ? ports[0] : ports[i];
    if (places[i].port.empty()) places[i].port = "5432";
    const auto port = base::whole_number<int64_t>(places[i].port);
    if (!port || *port < 1 || *port > 65'535) {
      return base::Error{base::ErrorCode::invalid,
                         "the database's URL has a port beyond 1 to 65535"};
    }
  }
  return places;
}

// What a look-up shares with whoever waits for it: it goes on when nobody does.
struct LookUp {
  explicit LookUp(boost::asio::io_context& io) : resolver(io.get_executor()), done(io) {}

  Resolver resolver;
  async::Latch done;
  boost::system::error_code error = {};
  Resolver::results_type found = {};
};

}  // namespace

base::Result<ServerUrl> ServerUrl::read(const base::WipedText& url,
                                        const base::Environment& environment,
                                        const Session& session) {
  char* problem = nullptr;
  const OptionsHandle parsed(PQconninfoParse(url.c_str(), &problem));
  if (problem != nullptr) PQfreemem(problem);  // It may repeat the URL.
  if (!parsed) {
    return base::Error{base::ErrorCode::invalid,
                       "the database's URL is not one of PostgreSQL, such as "
                       "postgresql://USER:PASSWORD@HOST:5432/NAME?sslmode=verify-full"};
  }
  ServerUrl made;
  Options places;
  bool rooted = false;
  std::string mode;
  for (PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view key = option->keyword;
    const std::string_view value = option->val;
    if (key == "host" || key == "hostaddr" || key == "port") {
      places.emplace_back(key, value);
    } else if (key == "options") {
      made.options.emplace_back(
          key, base::WipedText(session.server_options) + " " + base::WipedText(value));
    } else {
      made.options.emplace_back(key, value);
    }
    if (key == "sslmode") mode = value;
    rooted = rooted || key == "sslrootcert";
    if (key == "password" || key == "sslpassword") made.redaction.add(value);
    base::wipe(option->val, std::strlen(option->val));
  }
  const auto set_default = [&](std::string_view key, std::string_view value) {
    for (const auto& option : made.options) {
      if (option.first == key) return;
    }
    if (!value.empty()) made.options.emplace_back(key, value);
  };
  auto found = places_of(places);
  if (!found) return found.error();
  made.places = std::move(*found);
  set_default("options", session.server_options);
  set_default("fallback_application_name", session.program);
  set_default("client_encoding", "UTF8");
  set_default("gssencmode", "disable");  // Kerberos would wait for its own servers.
  set_default("keepalives_idle", "30");
  set_default("keepalives_interval", "10");
  set_default("keepalives_count", "3");
  set_default("tcp_user_timeout", "15000");
  const bool verifies = mode == "verify-ca" || mode == "verify-full";
  if (verifies && !rooted) set_default("sslrootcert", authorities(environment));
  made.verified = mode == "verify-full";
  if (!made.verified) {
    made.verified = true;
    for (const Place& place : made.places) made.verified = made.verified && is_local(place);
  }
  return made;
}

async::Awaitable<base::Result<std::vector<Place>>> ServerUrl::find(
    boost::asio::io_context& io, async::SteadyTime deadline) const {
  std::vector<Place> found;
  std::string problem;
  for (const Place& place : places) {
    const bool no_name = place.host.empty() || place.host[0] == '/' || place.host[0] == '@';
    if (no_name || !place.address.empty()) {
      found.push_back(place);
      continue;
    }
    if (is_address(place.host)) {
      found.push_back({place.host, place.host, place.port});
      continue;
    }
    const auto look_up = std::make_shared<LookUp>(io);
    look_up->resolver.async_resolve(place.host, place.port,
                                    [look_up](const auto& error, Resolver::results_type results) {
                                      look_up->error = error;
                                      look_up->found = std::move(results);
                                      look_up->done.set();
                                    });
    const bool in_time = co_await look_up->done.wait_until(deadline);
    if (!in_time) {
      problem = "no address for " + place.host + " by the deadline";
      break;
    }
    if (look_up->error) {
      problem = "no address for " + place.host + ": " + look_up->error.message();
      continue;
    }
    for (const auto& entry : look_up->found) {
      found.push_back({place.host, entry.endpoint().address().to_string(), place.port});
    }
  }
  if (found.empty()) {
    co_return base::Error{base::ErrorCode::unavailable, "the database cannot be reached", problem,
                          true};
  }
  co_return found;
}

}  // namespace penstock::postgres
