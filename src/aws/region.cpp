#include "aws/region.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii_case.h"

namespace penstock::aws {
namespace {

// Regions with these prefixes are in partitions that have another suffix than amazonaws.com
// (botocore, partitions.json).
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSuffixes{{
    {"cn-", "amazonaws.com.cn"},
    {"eusc-", "amazonaws.eu"},
    {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"},
    {"eu-isoe-", "cloud.adc-e.uk"},
}};

// Returns the region in one "HOST[:PORT]", if the host is one of MSK.
std::optional<std::string> region_of_host(std::string_view server) {
  while (server.starts_with(' ')) server.remove_prefix(1);
  while (server.ends_with(' ')) server.remove_suffix(1);
  std::string host = base::lower(server);
  constexpr std::string_view kProtocol = "sasl_ssl://";  // Kafka's clients take it before a host.
  if (host.starts_with(kProtocol)) host.erase(0, kProtocol.size());
  host.resize(std::min(host.find(':'), host.size()));
  for (const std::string_view label : {".kafka.", ".kafka-serverless."}) {
    const size_t at = host.rfind(label);
    if (at == std::string::npos) continue;
    const std::string_view rest = std::string_view(host).substr(at + label.size());
    const std::string_view region = rest.substr(0, rest.find('.'));
    if (!is_region(region) || rest.size() == region.size()) continue;
    if (rest.substr(region.size() + 1) == dns_suffix(region)) return std::string(region);
  }
  return std::nullopt;
}

}  // namespace

bool is_region(std::string_view text) {
  return text.size() >= 3 && text.size() <= 32 && text.find('-') != std::string_view::npos &&
         text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string_view dns_suffix(std::string_view region) {
  for (const auto& [prefix, suffix] : kSuffixes) {
    if (region.starts_with(prefix)) return suffix;
  }
  return "amazonaws.com";
}

std::optional<std::string> region_of_msk(std::string_view bootstrap) {
  std::optional<std::string> region;
  for (bool more = true; more;) {
    const size_t comma = bootstrap.find(',');
    const std::string_view server = bootstrap.substr(0, comma);
    if (!server.empty()) {  // Kafka's clients pass over an empty one.
      const auto found = region_of_host(server);
      if (!found || (region && *region != *found)) return std::nullopt;
      region = found;
    }
    more = comma != std::string_view::npos;
    if (more) bootstrap.remove_prefix(comma + 1);
  }
  return region;
}

}  // namespace penstock::aws
