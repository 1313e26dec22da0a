#include "http/representation/entity_tag.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace penstock::http {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::string_view kWeak = "W/";
constexpr std::string_view kGzip = "-gzip";
// Half of a SHA-256 is enough to tell versions apart, also those that somebody chooses.
constexpr size_t kHashBytes = 16;

// Says whether a tag may have the character (RFC 9110 section 8.8.3, etagc).
bool is_tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

std::string_view without_weakness(std::string_view tag) {
  return tag.starts_with(kWeak) ? tag.substr(kWeak.size()) : tag;
}

// Returns the length of the tag at the beginning of the list, or 0 if there is none.
size_t tag_length(std::string_view list) {
  const size_t start = list.starts_with(kWeak) ? kWeak.size() : 0;
  if (start == list.size() || list[start] != '"') return 0;
  for (size_t i = start + 1; i < list.size(); ++i) {
    if (list[i] == '"') return i + 1;
    if (!is_tag_character(list[i])) return 0;
  }
  return 0;
}

void skip_spaces(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(" \t"), list.size()));
}

}  // namespace

std::string entity_tag(std::string_view version) {
  std::string tag = "\"";
  for (const char c : version) {
    if (is_tag_character(c) && c != '%') {
      tag += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      tag += '%';
      tag += kHexDigits[byte >> 4U];
      tag += kHexDigits[byte & 0xfU];
    }
  }
  return tag + '"';
}

std::string entity_tag(int64_t version) {
  return '"' + std::to_string(version) + '"';
}

std::string weak_entity_tag(std::string_view version) {
  return std::string(kWeak) + entity_tag(version);
}

std::string content_tag(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), hash.data());
  std::string tag = "\"";
  for (size_t i = 0; i < kHashBytes; ++i) {
    tag += kHexDigits[hash[i] >> 4U];
    tag += kHexDigits[hash[i] & 0xfU];
  }
  return tag + '"';
}

bool strongly_equal(std::string_view one, std::string_view other) {
  return !one.starts_with(kWeak) && one == other;
}

bool weakly_equal(std::string_view one, std::string_view other) {
  return without_weakness(one) == without_weakness(other);
}

std::string gzip_tag(std::string_view tag) {
  std::string coded(tag);
  if (!tag.starts_with(kWeak) && tag.ends_with('"')) coded.insert(coded.size() - 1, kGzip);
  return coded;
}

Listed find_tag(std::string_view list, std::string_view tag,
                bool (*equal)(std::string_view one, std::string_view other),
                std::string_view& found) {
  if (list == "*") return Listed::any;
  const std::string coded = gzip_tag(tag);
  bool any_tag = false;
  // Empty elements are no fault (RFC 9110 section 5.6.1.2).
  for (skip_spaces(list); !list.empty(); skip_spaces(list)) {
    if (list.front() == ',') {
      list.remove_prefix(1);
      continue;
    }
    const size_t length = tag_length(list);
    if (length == 0) return Listed::malformed;
    const std::string_view one = list.substr(0, length);
    list.remove_prefix(length);
    skip_spaces(list);
    if (!list.empty() && list.front() != ',') return Listed::malformed;
    any_tag = true;
    if (!tag.empty() && (equal(one, tag) || equal(one, coded))) {
      found = one;
      return Listed::some;
    }
  }
  return any_tag ? Listed::none : Listed::malformed;
}

}  // namespace penstock::http
