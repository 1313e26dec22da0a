#include "local/console/request_guard.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "http/server/problem.h"
#include "http/server/request_target.h"

namespace penstock::local {
namespace {

using http::Verb;

constexpr uint16_t kHttpPort = 80;
constexpr std::string_view kScheme = "http://";

http::Reply forbidden(std::string_view detail) {
  return {.response = http::problem_response({.status = 403, .detail = detail}),
          .problem = std::string(detail)};
}

// Its duration does not tell how much of a wrong token is right.
bool same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    difference |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i]);
  }
  return difference == 0;
}

// Says whether somebody has followed a link to the page. Who has put the link elsewhere cannot read
// the page that is shown then, nor have it in a frame.
bool follows_link(const http::RequestMessage& request, std::string_view path) {
  return request.verb == Verb::get && path == "/" &&
         request.header("sec-fetch-mode") == "navigate" &&
         request.header("sec-fetch-dest") == "document";
}

}  // namespace

void RequestGuard::set_port(uint16_t port) {
  // A browser leaves out the port of the scheme.
  const std::string end = port == kHttpPort ? "" : ":" + std::to_string(port);
  hosts_ = {"127.0.0.1" + end, "localhost" + end, "[::1]" + end};
}

bool RequestGuard::is_ours(std::string_view host) const {
  return !host.empty() && std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& ours) {
    return boost::beast::iequals(host, ours);
  });
}

bool RequestGuard::is_of_our_page(const http::RequestMessage& request) const {
  const http::RequestTarget target = http::split_target(request.target());
  bool ours = true;
  request.each_header([&](http::Field, std::string_view name, std::string_view value) {
    if (boost::beast::iequals(name, "origin")) {
      ours = ours && value.starts_with(kScheme) && is_ours(value.substr(kScheme.size()));
    } else if (boost::beast::iequals(name, "sec-fetch-site")) {
      ours =
          ours && (value == "same-origin" || value == "none" || follows_link(request, target.path));
    }
  });
  return ours;
}

bool RequestGuard::has_token(const http::RequestMessage& request) const {
  return same_secret(request.header(kTokenHeader), token_);
}

std::optional<http::Reply> RequestGuard::refusal_of(const http::RequestMessage& request) const {
  const http::RequestTarget target = http::split_target(request.target());
  if (!is_ours(request.header(http::Field::host)) ||
      (target.absolute && !is_ours(target.authority))) {
    return forbidden(
        "The console has only the names 127.0.0.1, localhost and [::1], each with its port. Open "
        "the URL that penstock_local has printed.");
  }
  if (!is_of_our_page(request)) {
    return forbidden(
        "A page of another site has sent this request. The console answers its own page alone, and "
        "programs that are no browser.");
  }
  const bool only_reads =
      request.verb == Verb::get || request.verb == Verb::head || request.verb == Verb::options;
  if (!only_reads && !has_token(request)) {
    return forbidden(
        "What changes something needs the header x-penstock-token with the token that is at the "
        "end of the URL that penstock_local has printed. Each start of penstock_local makes a new "
        "one, so open that URL again.");
  }
  return std::nullopt;
}

}  // namespace penstock::local
