#include "auth/request_credentials.h"

#include <algorithm>
#include <array>

#include "base/ascii_case.h"
#include "base/utf8.h"
#include "base/wiped_copy.h"
#include "contract/parameters/percent.h"
#include "http/server/syntax.h"

namespace penstock::auth {
namespace {

using State = Credential::State;

constexpr std::string_view kSeveral = "is there more than once";
constexpr std::string_view kEmpty = "is empty";
// So many parameters of a query are looked at, as for the contract's own ones.
constexpr size_t kQueryPartsMax = 500;

Credential malformed(std::string_view fault) {
  return {State::malformed, {}, fault};
}

std::string_view next_part(std::string_view& text, char end) {
  const size_t at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return part;
}

// Adds one more value to what was found of a credential.
void take(std::string_view value, Credential& found) {
  if (found.state != State::absent) {
    found = malformed(kSeveral);
  } else if (value.empty()) {
    found = malformed(kEmpty);
  } else {
    found = {State::sent, value, {}};
  }
}

Credential read_query_key(std::string_view name, std::string_view target, std::string& scratch) {
  Credential found;
  std::string decoded;
  const size_t mark = target.find('?');
  std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  std::string_view value;
  for (size_t count = 0; !query.empty() && count < kQueryPartsMax; ++count) {
    std::string_view part = next_part(query, '&');
    const std::string_view raw_name = next_part(part, '=');
    if (!contract::decode_percent(raw_name, true, decoded) || decoded != name) continue;
    take(part, found);
    value = part;
  }
  if (found.state != State::sent) return found;
  if (!contract::decode_percent(value, true, scratch)) {
    return malformed("has a '%' that is not followed by two hexadecimal digits");
  }
  return {State::sent, scratch, {}};
}

Credential read_cookie_key(std::string_view name, const http::RequestMessage& request,
                           std::string& scratch) {
  Credential found;
  request.each_header([&](http::Field field, std::string_view, std::string_view line) {
    if (field != http::Field::cookie) return;
    while (!line.empty()) {
      std::string_view value = next_part(line, ';');
      while (value.starts_with(' ')) value.remove_prefix(1);
      if (next_part(value, '=') == name) take(value, found);
    }
  });
  if (found.state != State::sent) return found;
  std::string_view value = found.text;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (!contract::decode_percent(value, false, scratch)) {
    return malformed("has a '%' that is not followed by two hexadecimal digits");
  }
  if (scratch.empty()) return malformed(kEmpty);
  return {State::sent, scratch, {}};
}

// Reads "Authorization: SCHEME TEXT" (RFC 9110 section 11.4), and returns the text if the scheme is
// this one.
Credential read_authorization(std::string_view scheme, const http::RequestMessage& request) {
  const size_t lines = request.count(http::Field::authorization);
  if (lines == 0) return {};
  if (lines > 1) return malformed(kSeveral);
  const std::string_view value = request.header(http::Field::authorization);
  const size_t space = value.find(' ');
  const std::string_view name = value.substr(0, space);
  if (!http::is_token(name)) return malformed("does not begin with a scheme, such as Bearer");
  if (!base::same_in_any_case(name, scheme)) return {};
  if (space == std::string_view::npos) return malformed("has a scheme and nothing behind it");
  const size_t begin = value.find_first_not_of(' ', space);
  if (begin == std::string_view::npos) return malformed("has a scheme and nothing behind it");
  return {State::sent, value.substr(begin), {}};
}

constexpr http::ByteSet kToken68 =
    http::byte_set('0', '9', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~+/", "");

// Says whether it is b64token, as RFC 6750 section 2.1 writes it.
bool is_token68(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return !text.empty() && http::has_all(kToken68, text);
}

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Decodes Base64 (RFC 4648 section 4). It is strict: a client's library writes padding, and no
// bits that nobody reads.
bool decode_base64(std::string_view text, base::WipedText& out) {
  if (text.size() % 4 != 0) return false;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const size_t length = text.size() - padding;
  base::reserve_wiped(out, text.size() / 4 * 3);
  uint32_t bits = 0;
  for (size_t i = 0; i < length; ++i) {
    const int value = value_of(text[i]);
    if (value < 0) return false;
    bits = bits << 6U | static_cast<uint32_t>(value);
    if (i % 4 == 3) {
      for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(bits >> shift & 0xffU);
      bits = 0;
    }
  }
  if (padding == 1) {  // 18 bits are 2 bytes and 2 bits.
    if ((bits & 3U) != 0) return false;
    out += static_cast<char>(bits >> 10U & 0xffU);
    out += static_cast<char>(bits >> 2U & 0xffU);
  } else if (padding == 2) {  // 12 bits are 1 byte and 4 bits.
    if ((bits & 15U) != 0) return false;
    out += static_cast<char>(bits >> 4U & 0xffU);
  }
  return true;
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

}  // namespace

Credential read_single_header(std::string_view name, const http::RequestMessage& request) {
  Credential found;
  request.each_header([&](http::Field, std::string_view own, std::string_view value) {
    if (base::same_in_any_case(own, name)) take(value, found);
  });
  return found;
}

Credential read_api_key(const contract::SecurityScheme& scheme, const http::RequestMessage& request,
                        std::string& scratch) {
  switch (scheme.in) {
    case contract::In::query:
      return read_query_key(scheme.parameter, request.target(), scratch);
    case contract::In::cookie:
      return read_cookie_key(scheme.parameter, request, scratch);
    case contract::In::header:
    case contract::In::path:
      break;
  }
  return read_single_header(scheme.parameter, request);
}

Credential read_bearer(const http::RequestMessage& request) {
  const Credential found = read_authorization("bearer", request);
  if (found.state == State::sent && !is_token68(found.text)) {
    return malformed("has characters that no token has");
  }
  return found;
}

BasicCredential read_basic(const http::RequestMessage& request) {
  const Credential found = read_authorization("basic", request);
  BasicCredential basic;
  basic.state = found.state;
  basic.fault = found.fault;
  if (found.state != State::sent) return basic;
  basic.state = State::malformed;
  if (!decode_base64(found.text, basic.text)) {
    basic.fault = "is not Base64 with padding";
  } else if (!base::is_utf8(basic.text) || has_controls(basic.text)) {
    basic.fault = "is not UTF-8 without control characters";
  } else if (basic.colon = basic.text.find(':'); basic.colon == base::WipedText::npos) {
    basic.fault = "has no colon between name and password";
  } else {
    basic.state = State::sent;
  }
  return basic;
}

}  // namespace penstock::auth
