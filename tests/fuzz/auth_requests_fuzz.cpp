// Reads foreign bytes as the settings of authentication, and as what requests show: Authorization,
// cookies, the query, and what proxies say.
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "auth/auth_settings.h"
#include "auth/client_addresses.h"
#include "auth/request_credentials.h"
#include "base/check.h"
#include "base/utf8.h"
#include "contract/openapi/security.h"

namespace {

using namespace penstock;

using Kind = contract::SecurityScheme::Kind;
using State = auth::Credential::State;

const contract::SecuritySchemes& schemes() {
  static const contract::SecuritySchemes kAll = {
      {"key", {.kind = Kind::api_key, .parameter = "k"}},
      {"staff", {.kind = Kind::http, .http_scheme = "basic"}},
      {"login", {.kind = Kind::http, .http_scheme = "bearer"}},
      {"oidc", {.kind = Kind::open_id_connect, .open_id_connect_url = "https://i.example/c"}},
      {"mtls", {.kind = Kind::mutual_tls}}};
  return kAll;
}

void read_settings(std::string_view text) {
  const auto settings = auth::read_settings(text, schemes());
  if (!settings) {
    base::check(!settings.error().message.empty(), "a mistake has a sentence");
    base::check(settings.error().message.size() < 100'000, "mistakes are bounded");
    return;
  }
  for (const auto& [name, scheme] : settings->schemes) {
    base::check(schemes().contains(name), "a scheme is one of the contract");
    if (const auto* bearer = std::get_if<auth::BearerSettings>(&scheme)) {
      base::check(!bearer->rules.audiences.empty() || bearer->rules.in_header,
                  "tokens for others are not taken");
    }
  }
}

void is_right(const auth::Credential& found) {
  base::check((found.state == State::sent) == !found.text.empty(), "what is sent is not empty");
  base::check((found.state == State::malformed) == !found.fault.empty(), "a fault has a name");
}

void read_request(const http::RequestMessage& request) {
  std::string scratch;
  for (const contract::In in : {contract::In::header, contract::In::query, contract::In::cookie}) {
    is_right(auth::read_api_key({.in = in, .parameter = "k"}, request, scratch));
  }
  is_right(auth::read_bearer(request));
  is_right(auth::read_single_header("x-amzn-mtls-clientcert-subject", request));
  const auth::BasicCredential basic = auth::read_basic(request);
  if (basic.state == State::sent) {
    base::check(basic.user().find(':') == std::string_view::npos, "a name has no colon");
    base::check(basic.user().size() + basic.password().size() + 1 == basic.text.size(), "no more");
    base::check(base::is_utf8(basic.text), "names and passwords are UTF-8");
  }
  auth::Settings settings;
  settings.trusted_v4.push_back(boost::asio::ip::make_network_v4("10.0.0.0/8"));
  settings.trusted_v6.push_back(boost::asio::ip::make_network_v6("fd00::/8"));
  for (const char* peer : {"10.1.2.3", "192.0.2.1"}) {
    const auto address = boost::asio::ip::make_address(peer);
    const auth::ClientAddresses addresses(settings, [&](const auto&) { return address; });
    const auto client = addresses.find(request);
    base::check(client.has_value(), "a request has a client");
    if (!addresses.from_trusted_proxy(request)) {
      base::check(*client == address, "nobody else's word counts");
    }
    base::check(auth::ClientAddresses::counted(client).size() <= 15, "a counted text is short");
  }
}

}  // namespace

// The input is a target, and lines of headers: "NAME: VALUE". It is also a document.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_settings(text);
  http::RequestMessage request;
  std::string_view rest = text;
  bool is_first = true;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (is_first) {
      request.set_start_line(http::Verb::get, "GET", line);
      is_first = false;
    } else if (const size_t colon = line.find(": "); colon != std::string_view::npos) {
      const std::string_view name = line.substr(0, colon);
      request.add_header(boost::beast::http::string_to_field(name), name, line.substr(colon + 2));
    }
  }
  if (!is_first) read_request(request);
  return 0;
}
