#include "http/server/request_target.h"

#include <boost/beast/core/string.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

namespace penstock::http {

bool is_host(std::string_view text) {
  if (text.empty()) return false;
  const auto authority = boost::urls::parse_authority(text);
  if (!authority || authority->has_userinfo() || authority->encoded_host().empty()) return false;
  unsigned port = 0;
  for (const char digit : authority->port()) {
    port = port * 10 + static_cast<unsigned>(digit - '0');
    if (port > 65535) return false;
  }
  return true;
}

RequestTarget split_target(std::string_view target) {
  RequestTarget parts;
  if (!target.starts_with('/')) {
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
      target.remove_prefix(scheme.size());
      parts.absolute = true;
      parts.authority = target.substr(0, target.find_first_of("/?"));
      target.remove_prefix(parts.authority.size());
      break;
    }
  }
  const size_t mark = target.find('?');
  parts.path = target.substr(0, mark);
  if (mark != std::string_view::npos) {
    parts.question = target.substr(mark);
    parts.query = target.substr(mark + 1);
  }
  return parts;
}

std::string_view target_fault(std::string_view method, std::string_view target) {
  if (target.starts_with('/')) return {};
  if (target == "*") {
    return method == "OPTIONS" ? std::string_view() : "Only OPTIONS may have the target '*'.";
  }
  const RequestTarget parts = split_target(target);
  if (!parts.absolute) {
    return "The request target must begin with '/', 'http://' or 'https://'.";
  }
  if (!is_host(parts.authority)) return "The host in the request target is not a host.";
  return {};
}

}  // namespace penstock::http
