#include "contract/parameters/percent.h"

#include <algorithm>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/grammar/string_token.hpp>
#include <boost/url/pct_string_view.hpp>

namespace penstock::contract {

namespace {

constexpr std::string_view kHexadecimal = "0123456789ABCDEF";

// Returns whether a segment of a path may have the character as it is (RFC 3986 section 3.3).
bool is_of_segment(char c) {
  return is_unreserved(c) || std::string_view("!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

unsigned digit(char c) {
  if (c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

void append_encoded(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out.append({'%', kHexadecimal[byte >> 4U], kHexadecimal[byte & 15U]});
}

}  // namespace

bool decode_percent(std::string_view text, bool plus, std::string& out) {
  if (text.find_first_of(plus ? "%+" : "%") == std::string_view::npos) {
    out.assign(text);
    return true;
  }
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) return false;
  encoded->decode(boost::urls::encoding_opts(plus), boost::urls::string_token::assign_to(out));
  return true;
}

bool is_percent_encoded(std::string_view text) {
  return text.find('%') == std::string_view::npos || boost::urls::make_pct_string_view(text);
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void encode_percent(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      append_encoded(c, out);
    }
  }
}

bool may_be_abnormal(std::string_view raw) {
  return !std::all_of(raw.begin(), raw.end(), is_of_segment);
}

void NormalSegment::assign(std::string_view raw) {
  text.clear();
  offsets.clear();
  for (size_t i = 0; i < raw.size();) {
    const size_t from = i;
    const bool is_encoded = raw[i] == '%' && i + 2 < raw.size();
    const char c =
        is_encoded ? static_cast<char>(digit(raw[i + 1]) << 4U | digit(raw[i + 2])) : raw[i];
    i += is_encoded ? 3 : 1;
    if (is_encoded ? is_unreserved(c) : is_of_segment(c)) {
      text += c;
    } else {
      append_encoded(c, text);
    }
    offsets.resize(text.size(), static_cast<uint32_t>(from));
  }
  offsets.push_back(static_cast<uint32_t>(raw.size()));
}

}  // namespace penstock::contract
