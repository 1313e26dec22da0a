#include "contract/cors/cors_policy.h"

#include <algorithm>

namespace penstock::contract {
namespace {

// Says whether the text is what may stand for the `*` of a host: labels with dots between them.
// The Origin header comes from a client, so it may have anything.
bool are_labels(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

bool CorsPolicy::allows(std::string_view origin) const {
  if (any_origin) return true;
  if (std::find(origins.begin(), origins.end(), origin) != origins.end()) return true;
  return std::any_of(subdomains.begin(), subdomains.end(), [&](const Subdomains& of) {
    return origin.size() > of.scheme.size() + of.host.size() && origin.starts_with(of.scheme) &&
           origin.ends_with(of.host) &&
           are_labels(
               origin.substr(of.scheme.size(), origin.size() - of.scheme.size() - of.host.size()));
  });
}

std::string CorsPolicy::text() const {
  if (any_origin) return "*";
  std::string all;
  const auto add = [&](const std::string& origin) { all += (all.empty() ? "" : ", ") + origin; };
  for (const std::string& origin : origins) add(origin);
  for (const Subdomains& of : subdomains) add(of.scheme + '*' + of.host);
  return all.empty() ? "none" : all;
}

}  // namespace penstock::contract
