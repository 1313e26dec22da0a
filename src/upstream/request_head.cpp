#include "upstream/request_head.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii_case.h"
#include "base/wiped_copy.h"

namespace penstock::upstream {
namespace {

// Says whether the text is a token (RFC 9110 section 5.6.2).
bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// Says whether a text has no character that ends a line or, without `spaces`, a target. With one a
// value could become another header or another request.
bool is_plain(std::string_view text, bool spaces) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c > 0x20 && c != 0x7f) || (spaces && (c == ' ' || c == '\t'));
  });
}

bool is_own(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kReserved{
      "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"};
  return std::any_of(kReserved.begin(), kReserved.end(),
                     [&](std::string_view own) { return base::same_in_any_case(own, name); });
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

bool is_idempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 6> kIdempotent{"GET",    "HEAD",    "PUT",
                                                               "DELETE", "OPTIONS", "TRACE"};
  return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

base::Result<base::WipedText> request_head(const Request& request, const Origin& origin) {
  const auto invalid = [](const char* sentence) {
    return base::Error{.code = base::ErrorCode::invalid, .message = sentence};
  };
  if (!is_token(request.method) || request.method == "CONNECT") {
    return invalid("the request's method is not one of HTTP that can be sent");
  }
  if (!request.target.starts_with('/') || !is_plain(request.target, false) ||
      request.target.find('#') != std::string::npos) {
    return invalid(
        "the request's target does not begin with a slash, or has a character that must be "
        "percent-encoded");
  }
  size_t bytes = origin.prefix.size() + request.target.size() + origin.authority.size() +
                 origin.user_agent.size() + 128;
  bool has_agent = false;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_plain(value, true)) {
      return invalid("a header of the request has a character that HTTP does not allow");
    }
    if (is_own(name)) {
      return invalid("the request has a header that only the client may set, such as Host");
    }
    has_agent = has_agent || base::same_in_any_case(name, "user-agent");
    bytes += name.size() + value.size() + 4;
  }
  base::WipedText head;
  base::reserve_wiped(head, bytes);
  head.append(request.method)
      .append(" ")
      .append(origin.prefix)
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(origin.authority);
  if (!has_agent && !origin.user_agent.empty()) {
    head.append("\r\nUser-Agent: ").append(origin.user_agent);
  }
  for (const auto& [name, value] : request.headers) {
    head.append("\r\n").append(name).append(": ").append(value);
  }
  const bool expects_body =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() || expects_body) {
    head.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
  }
  head.append("\r\n\r\n");
  return head;
}

}  // namespace penstock::upstream
