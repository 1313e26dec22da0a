#include "local/failures/named_kafka.h"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <cstdint>
#include <optional>
#include <tuple>

#include "aws/region.h"
#include "aws/services/msk_hosts.h"
#include "base/ascii_case.h"
#include "base/number_text.h"
#include "base/printable_text.h"

namespace penstock::local {
namespace {

using base::Error;
using base::ErrorCode;
using base::lower;

constexpr uint16_t kStandardPort = 9092;  // librdkafka's, of a server without a port.
// AWS's documents have at most three servers, and a mapping at most ten.
constexpr size_t kListBytesMax = 8 * 1024;
constexpr size_t kHostBytesMax = 253;  // RFC 1035, section 2.3.4, without the root's dot.
constexpr size_t kShownMax = 300;      // The bytes of a list in a message.

// Is a server in the one form in which it is compared and contacted.
struct Server {
  std::string host;  // In lower case, and without the brackets of IPv6 and the root's dot.
  uint16_t port;

  [[nodiscard]] std::string text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  }
  friend bool operator==(const Server&, const Server&) = default;
};
using Servers = std::vector<Server>;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= kHostBytesMax && host.front() != '.' &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == '_';
         });
}

std::optional<Server> server_of(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  const size_t colon = text.rfind(':');
  const bool v6 = text.starts_with('[') || text.find(':') != colon;
  if (colon != std::string_view::npos && (!v6 || (colon > 0 && text[colon - 1] == ']'))) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return std::nullopt;
  }
  Server server{.host = lower(host), .port = kStandardPort};
  if (v6) {
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) host = host.substr(1, host.size() - 2);
    boost::system::error_code wrong;
    const auto address = boost::asio::ip::make_address_v6(std::string(host), wrong);
    if (wrong || address.scope_id() != 0) return std::nullopt;
    server.host = address.to_string();
  } else {
    if (server.host.ends_with('.')) server.host.pop_back();
    if (!is_host_name(server.host)) return std::nullopt;
  }
  if (port.empty()) return server;
  const auto number = base::whole_number<uint16_t>(port);
  if (!number || *number == 0) return std::nullopt;
  server.port = *number;
  return server;
}

// Reads "HOST:PORT,…". Returns nothing if the text is empty, too long, or has anything else.
std::optional<Servers> servers_of(std::string_view list) {
  if (list.size() > kListBytesMax) return std::nullopt;
  Servers servers;
  for (bool more = true; more;) {
    const size_t comma = list.find(',');
    more = comma != std::string_view::npos;
    auto server = server_of(trimmed(list.substr(0, comma)));
    if (!server) return std::nullopt;
    servers.push_back(std::move(*server));
    if (more) list.remove_prefix(comma + 1);
  }
  return servers;
}

// Takes "PROTOCOL://" from the beginning of a server, and then also a path from its end.
std::string_view without_protocol(std::string_view server) {
  const size_t end = server.find("://");
  if (end == std::string_view::npos) return server;
  const std::string protocol = lower(server.substr(0, end));
  if (protocol != "plaintext" && protocol != "ssl" && protocol != "sasl_plaintext" &&
      protocol != "sasl_ssl") {
    return server;
  }
  server.remove_prefix(end + 3);
  return server.substr(0, server.find('/'));
}

// Reads what the user gives to librdkafka, which takes more than "HOST:PORT,…": it passes over
// empty servers, and takes a protocol and a path (rd_kafka_brokers_add()).
std::optional<Servers> own_servers_of(std::string_view list) {
  std::string plain;
  for (bool more = true; more;) {
    const size_t comma = list.find(',');
    more = comma != std::string_view::npos;
    const std::string_view server = without_protocol(trimmed(list.substr(0, comma)));
    if (!server.empty()) plain += (plain.empty() ? "" : ",") + std::string(server);
    if (more) list.remove_prefix(comma + 1);
  }
  return servers_of(plain);
}

std::string text_of(const Servers& servers) {
  std::string text;
  for (const Server& server : servers) text += (text.empty() ? "" : ",") + server.text();
  return text;
}

Error refused(std::string sentence) {
  return {.code = ErrorCode::refused, .message = std::move(sentence)};
}

std::string shown(std::string_view list) {
  return "'" + base::printable(list, kShownMax) + "'";
}

bool have_one_in_common(const Servers& some, const Servers& others) {
  return std::find_first_of(some.begin(), some.end(), others.begin(), others.end()) != some.end();
}

// Returns what may send a secret to these servers: an option, a property, or nothing.
std::string credentials_for(const Servers& servers, const NamedKafka& kafka) {
  if (kafka.iam) return "--iam";
  for (const auto& property : kafka.properties) {
    if (may_authenticate(property)) return "--property " + base::printable(property.first, 100);
  }
  const bool has_protocol =
      std::any_of(kafka.properties.begin(), kafka.properties.end(),
                  [](const auto& property) { return property.first == "security.protocol"; });
  const bool is_msk = std::any_of(servers.begin(), servers.end(), [](const Server& server) {
    return aws::region_of_msk(server.host).has_value();
  });
  return is_msk && !has_protocol ? "MSK IAM" : "";
}

}  // namespace

bool may_authenticate(const std::pair<std::string, std::string>& property) {
  const std::string& name = property.first;
  if (name == "security.protocol") {
    return lower(property.second).find("sasl") != std::string::npos;
  }
  if (name.starts_with("sasl.") || name.starts_with("enable.sasl.") ||
      name.starts_with("plugin.")) {
    return true;
  }
  if (!name.starts_with("ssl.") && !name.starts_with("ssl_")) return false;
  // These say whom the client trusts, and not who it is (librdkafka, CONFIGURATION.md).
  static constexpr std::string_view kHarmless[] = {
      "ssl.ca.",         "ssl.crl.location", "ssl.cipher.suites",
      "ssl.curves.list", "ssl.sigalgs.list", "ssl.endpoint.identification.algorithm"};
  return std::none_of(std::begin(kHarmless), std::end(kHarmless),
                      [&](std::string_view prefix) { return name.starts_with(prefix); });
}

base::Result<> NamedKafka::check() const {
  // What cannot be read would agree with no document.
  if (!bootstrap.empty() && !own_servers_of(bootstrap)) {
    return Error{.code = ErrorCode::invalid,
                 .message = "--bootstrap, or SelfManagedEventSource in --config: " +
                            shown(bootstrap) + " is not HOST:PORT,…"};
  }
  for (const std::string& address : known_as) {
    if (!servers_of(address)) {
      return Error{.code = ErrorCode::invalid,
                   .message = "--known-as: " + shown(address) + " is not HOST:PORT"};
    }
  }
  if (!known_as.empty() && bootstrap.empty()) {
    return Error{.code = ErrorCode::invalid,
                 .message =
                     "--known-as gives another name to a Kafka that you name: name it with "
                     "--bootstrap HOST:PORT, or with SelfManagedEventSource in --config"};
  }
  return {};
}

base::Result<NamedKafka::Address> NamedKafka::address_of(std::string_view document) const {
  if (document.empty() && !bootstrap.empty()) return Address{bootstrap, true};
  if (document.empty()) {
    return refused(
        "it does not name the Kafka with its records: name it with --bootstrap HOST:PORT");
  }
  const auto servers = servers_of(document);
  if (!servers) return refused("its bootstrapServers are not HOST:PORT,…: " + shown(document));
  const std::string address = text_of(*servers);
  if (!bootstrap.empty()) {
    Servers own = own_servers_of(bootstrap).value_or(Servers{});
    for (const std::string& name : known_as) {
      const auto more = servers_of(name).value_or(Servers{});
      own.insert(own.end(), more.begin(), more.end());
    }
    if (have_one_in_common(*servers, own)) return Address{bootstrap, true};
    return refused("it is about the Kafka at " + shown(address) + ", and you named the one at " +
                   shown(bootstrap) +
                   ". Name the document's Kafka with --bootstrap or, if both are the same, add "
                   "--known-as " +
                   servers->front().text());
  }
  const std::string advice =
      ". If you know that Kafka, name it with --bootstrap " + base::printable(address, kShownMax);
  if (!event_source_arn.empty()) {
    const auto cluster = aws::MskClusterArn::parse(event_source_arn);
    const bool agree = cluster && std::all_of(servers->begin(), servers->end(), [&](const auto& s) {
                         return cluster->may_have(s.host);
                       });
    if (agree) return Address{address, true};
    return refused("it is about the Kafka at " + shown(address) +
                   ", which is not the cluster that you named, " + shown(event_source_arn) +
                   advice);
  }
  const std::string credentials = credentials_for(*servers, *this);
  if (credentials.empty()) return Address{address, false};
  return refused("it is about the Kafka at " + shown(address) +
                 ", and you named none. Credentials (" + credentials + ") go only where you say" +
                 advice);
}

}  // namespace penstock::local
