#include "contract/cors/cors_policy.h"

#include <algorithm>

#include "base/ascii_case.h"

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

// Says whether the one list has all names of the other, in any case of letters.
bool has_all(const std::vector<std::string>& list, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& one) { return base::same_in_any_case(one, name); });
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

bool CorsPolicy::covers(const CorsPolicy& other) const {
  if (!other.allows_any()) return true;
  if (other.credentials && !credentials) return false;
  if (!has_all(headers, other.headers) || !has_all(exposed_headers, other.exposed_headers)) {
    return false;
  }
  if (any_origin || other.any_origin) return any_origin;
  return std::all_of(other.origins.begin(), other.origins.end(),
                     [&](const std::string& origin) { return allows(origin); }) &&
         std::all_of(other.subdomains.begin(), other.subdomains.end(), [&](const Subdomains& of) {
           return std::any_of(subdomains.begin(), subdomains.end(), [&](const Subdomains& mine) {
             return of.scheme == mine.scheme && of.host.ends_with(mine.host);
           });
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
