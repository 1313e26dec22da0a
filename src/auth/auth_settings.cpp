#include "auth/auth_settings.h"

#include <boost/asio/ip/address.hpp>

#include "auth/settings/scheme_settings.h"
#include "auth/settings/settings_members.h"
#include "base/printable_text.h"
#include "json/parse.h"

namespace penstock::auth {
namespace {

namespace ip = boost::asio::ip;

constexpr int64_t kFailuresMax = 100'000;
constexpr std::string_view kProxySentence =
    "must be a network, such as 10.0.0.0/16 or fd00::/8, or an address";
constexpr std::string_view kMappedSentence =
    "is one of IPv4 in a form of IPv6; write it as 10.0.0.0/16 is written";

// An address within ::ffff:0:0/96 would meet no client, since those are known by their IPv4 ones.
bool is_mapped(const ip::address& address) {
  return address.is_v6() && address.to_v6().is_v4_mapped();
}

// Takes a network only as it is written without bits behind its prefix: 10.0.0.1/8 is a mistake,
// and nobody knows whether in the address or in the number.
template <class Network>
void take_network(const SettingsMembers& members, const std::string& at, const Network& network,
                  std::vector<Network>& out) {
  if (is_mapped(network.network())) {
    members.mistakes().add(at, kMappedSentence);
  } else if (network.prefix_length() == 0) {
    members.mistakes().add(at, "would believe what everybody says; name the proxy's network");
  } else if (network != network.canonical()) {
    members.mistakes().add(at, "has bits behind its prefix; write " +
                                   network.canonical().to_string() + ", or correct the prefix");
  } else {
    out.push_back(network);
  }
}

void read_proxy(const SettingsMembers& members, const std::string& at, const std::string& text,
                Settings& settings) {
  boost::system::error_code error;
  if (text.find('/') == std::string::npos) {
    const ip::address address = ip::make_address(text, error);
    const bool has_scope = !error && address.is_v6() && address.to_v6().scope_id() != 0;
    if (error || has_scope) {
      members.mistakes().add(at, kProxySentence);
    } else if (is_mapped(address)) {
      members.mistakes().add(at, kMappedSentence);
    } else if (address.is_v4()) {
      settings.trusted_v4.emplace_back(address.to_v4(), 32);
    } else {
      settings.trusted_v6.emplace_back(address.to_v6(), 128);
    }
  } else if (const auto v4 = ip::make_network_v4(text, error); !error) {
    take_network(members, at, v4, settings.trusted_v4);
  } else if (const auto v6 = ip::make_network_v6(text, error); !error) {
    take_network(members, at, v6, settings.trusted_v6);
  } else {
    members.mistakes().add(at, kProxySentence);
  }
}

std::string names_of(const contract::SecuritySchemes& schemes) {
  std::string names;
  for (const auto& [name, scheme] : schemes) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : base::printable(names, 500);
}

void read_schemes(const SettingsMembers& members, const contract::SecuritySchemes& schemes,
                  Settings& settings) {
  const boost::json::object* object = members.object("schemes");
  if (object == nullptr) return;
  const SettingsMembers list(*object, members.at("schemes"), members.mistakes());
  for (const auto& member : *object) {
    const std::string name(member.key());
    const auto known = schemes.find(name);
    if (known == schemes.end()) {
      list.mistake(name, "is not a security scheme of the contract, which has " +
                             names_of(schemes) + "; correct the name, or remove it");
    } else if (const boost::json::object* scheme = list.object(name)) {
      const SettingsMembers one(*scheme, list.at(name), members.mistakes());
      auto read = read_scheme_settings(one, known->second);
      if (!read) continue;
      if (needs_trusted_proxy(*read) && settings.trusted_v4.empty() &&
          settings.trusted_v6.empty()) {
        one.mistake("", "believes a load balancer: name its network in \"trusted_proxies\"");
      }
      settings.schemes.emplace(name, *std::move(read));
    }
  }
}

}  // namespace

base::Result<Settings> read_settings(std::string_view json,
                                     const contract::SecuritySchemes& schemes) {
  const auto fail = [](std::string message) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(message)};
  };
  if (json.size() > kSettingsBytesMax) {
    return fail("the settings of authentication have more than " +
                std::to_string(kSettingsBytesMax) + " bytes");
  }
  const auto value = json::parse(json);
  if (!value) {
    return fail("the settings of authentication cannot be read: " + value.error().message);
  }
  if (!value->is_object()) return fail("the settings of authentication must be an object of JSON");

  Settings settings;
  SettingsMistakes mistakes;
  const SettingsMembers members(value->get_object(), "", mistakes);
  members.refuse_others({"trusted_proxies", "failures_per_minute", "schemes"});
  if (const auto* proxies = members.array("trusted_proxies", SettingsMembers::kListMax);
      proxies != nullptr && !proxies->empty()) {
    const std::vector<std::string> texts = members.texts("trusted_proxies");
    for (size_t i = 0; i < texts.size() && texts.size() == proxies->size(); ++i) {
      read_proxy(members, "/trusted_proxies/" + std::to_string(i), texts[i], settings);
    }
  }
  if (const auto failures = members.whole("failures_per_minute", 1, kFailuresMax)) {
    settings.failures_per_minute = static_cast<int>(*failures);
  }
  read_schemes(members, schemes, settings);
  if (mistakes.count() == 0) return settings;
  std::string message = mistakes.text();
  if (mistakes.count() > SettingsMistakes::kMax) {
    message += "\nand " + std::to_string(mistakes.count() - SettingsMistakes::kMax) + " more";
  }
  return fail(std::move(message));
}

}  // namespace penstock::auth
