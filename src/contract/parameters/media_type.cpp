#include "contract/parameters/media_type.h"

#include <algorithm>

namespace penstock::contract {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Removes the part before the first `separator` outside quotes from `rest`, and returns it.
std::string_view next_part(std::string_view& rest, char separator) {
  bool quoted = false;
  size_t i = 0;
  for (; i < rest.size() && (quoted || rest[i] != separator); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (rest[i] == '\\' && quoted) ++i;
  }
  i = std::min(i, rest.size());
  const std::string_view part = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return trimmed(part);
}

bool is_type(std::string_view text) {
  const size_t slash = text.find('/');
  return slash != std::string_view::npos && is_token(text.substr(0, slash)) &&
         is_token(text.substr(slash + 1));
}

bool has_prefix(std::string_view type, std::string_view prefix) {
  return equal_ignoring_case(type.substr(0, prefix.size()), prefix);
}

bool has_suffix(std::string_view type, std::string_view suffix) {
  return type.size() >= suffix.size() &&
         equal_ignoring_case(type.substr(type.size() - suffix.size()), suffix);
}

// A Closeness says how closely a range matches a type.
enum Closeness { kNone, kAny, kGroup, kSuffix, kSame };

// Returns whether the range "type/*", or "type/*+suffix", includes a type, or a smaller range.
bool includes(std::string_view range, std::string_view type) {
  const size_t star = range.find("/*");
  if (star == std::string_view::npos) return false;
  const std::string_view group = range.substr(0, star + 1);
  const std::string_view suffix = range.substr(star + 2);
  return type.size() > group.size() + suffix.size() && (group == "*/" || has_prefix(type, group)) &&
         has_suffix(type, suffix);
}

// Either of them may be the range.
Closeness closeness(std::string_view range, std::string_view type) {
  if (range == "*/*" || type == "*/*") return kAny;
  if (equal_ignoring_case(range, type)) return kSame;
  if (!includes(range, type) && !includes(type, range)) return kNone;
  return range.ends_with("/*") || type.ends_with("/*") ? kGroup : kSuffix;
}

// Returns the text of a parameter's value, without the quotes and the backslashes of a quoted
// string (RFC 9110 section 5.6.4).
std::string unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    text += value[i];
  }
  return text;
}

const std::string* value_of(const MediaTypeParameters& parameters, std::string_view name) {
  for (const auto& [other, value] : parameters) {
    if (equal_ignoring_case(other, name)) return &value;
  }
  return nullptr;
}

// The value of charset has no case (RFC 9110 section 8.3.2). Of other values the type decides, so
// that case matters here.
bool same_value(std::string_view name, std::string_view a, std::string_view b) {
  if (!equal_ignoring_case(name, "charset")) return a == b;
  return equal_ignoring_case(a, b) || (is_utf8_charset(a) && is_utf8_charset(b));
}

// Returns how many of the entry's parameters the type has, or -1 if it lacks one.
int shared_parameters(const MediaType& entry, const MediaTypeParameters& given) {
  int shared = 0;
  for (const auto& [name, wanted] : entry.parameters) {
    const std::string* value = value_of(given, name);
    if (value != nullptr && same_value(name, *value, wanted)) {
      ++shared;
    } else if (value != nullptr || name != "charset") {
      return -1;
    }
  }
  return shared;
}

// Returns a quality in thousandths: 500 for "0.5" (RFC 9110 section 12.4.2). Returns -1 if it is
// malformed.
int thousandths(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.') ||
      text.size() > 5) {
    return -1;
  }
  int value = text[0] - '0';
  for (size_t i = 2; i < 5; ++i) {
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return -1;
    value = value * 10 + (digit - '0');
  }
  return value > 1000 ? -1 : value;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<ContentType> parse_content_type(std::string_view header) {
  ContentType found;
  found.type = next_part(header, ';');
  if (!is_type(found.type)) return std::nullopt;
  found.parameters = header;
  while (!header.empty()) {
    const std::string_view parameter = next_part(header, ';');
    if (parameter.empty()) continue;
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || !is_token(parameter.substr(0, equals))) {
      return std::nullopt;
    }
    std::string_view value = parameter.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (equal_ignoring_case(parameter.substr(0, equals), "charset")) found.charset = value;
  }
  return found;
}

MediaTypeParameters parameters_of(const ContentType& type) {
  MediaTypeParameters all;
  std::string_view rest = type.parameters;
  while (!rest.empty()) {
    const std::string_view parameter = next_part(rest, ';');
    const size_t equals = std::min(parameter.find('='), parameter.size());
    if (equals == parameter.size()) continue;
    std::string name(parameter.substr(0, equals));
    std::transform(name.begin(), name.end(), name.begin(), lower);
    all.emplace_back(std::move(name), unquoted(parameter.substr(equals + 1)));
  }
  return all;
}

bool is_type_or_range(std::string_view type) {
  if (!is_type(type)) return false;
  const size_t star = type.find('*');
  if (star == std::string_view::npos || type == "*/*") return true;
  const std::string_view rest = type.substr(star + 1);
  return type[star - (star > 0 ? 1 : 0)] == '/' && (rest.empty() || rest.size() > 1) &&
         (rest.empty() || rest[0] == '+') && rest.find('*') == std::string_view::npos;
}

BodyKind kind_of(std::string_view type) {
  if (equal_ignoring_case(type, "application/json") || equal_ignoring_case(type, "text/json") ||
      has_suffix(type, "+json")) {
    return BodyKind::json;
  }
  return has_prefix(type, "text/") ? BodyKind::text : BodyKind::bytes;
}

bool is_not_served(std::string_view type) {
  return has_prefix(type, "multipart/") ||
         equal_ignoring_case(type, "application/x-www-form-urlencoded") ||
         equal_ignoring_case(type, "application/xml") || equal_ignoring_case(type, "text/xml") ||
         has_suffix(type, "+xml");
}

bool has_only_not_served(const std::vector<MediaType>& content) {
  return !content.empty() && std::none_of(content.begin(), content.end(),
                                          [](const MediaType& media) { return media.served; });
}

bool is_utf8_charset(std::string_view charset) {
  return charset.empty() || equal_ignoring_case(charset, "utf-8") ||
         equal_ignoring_case(charset, "utf8") || equal_ignoring_case(charset, "us-ascii");
}

const MediaType* find_media_type(const std::vector<MediaType>& content, const ContentType& type) {
  const MediaType* best = nullptr;
  int best_rank = -1;
  std::optional<MediaTypeParameters> given;  // Read only if an entry has parameters.
  if (type.type.find('*') != std::string_view::npos) return nullptr;
  for (const MediaType& entry : content) {
    const int close = closeness(entry.type, type.type);
    if (close == kNone) continue;
    if (!entry.parameters.empty() && !given) given = parameters_of(type);
    const int shared = entry.parameters.empty() ? 0 : shared_parameters(entry, *given);
    if (shared < 0) continue;
    // A charset that the type does not name makes the entry a little less close.
    const int rank = close * 1024 + 2 * std::min(shared, 255) -
                     (entry.parameters.size() > static_cast<size_t>(shared) ? 1 : 0);
    if (rank > best_rank) {
      best_rank = rank;
      best = &entry;
    }
  }
  return best;
}

Acceptance acceptance(std::string_view accept, std::string_view type,
                      const MediaTypeParameters& parameters) {
  if (trimmed(accept).empty() || accept == "*/*") return {};
  int best_rank = 0;
  Acceptance best{.quality = 0};
  while (!accept.empty()) {
    std::string_view entry = next_part(accept, ',');
    if (entry.empty()) continue;
    const std::string_view range = next_part(entry, ';');
    if (!is_type(range)) return {};
    Acceptance here;
    bool differs = false;
    bool has_more = false;
    while (!entry.empty()) {
      const std::string_view parameter = next_part(entry, ';');
      const size_t equals = std::min(parameter.find('='), parameter.size());
      if (equals == parameter.size()) continue;
      const std::string_view name = parameter.substr(0, equals);
      if (equal_ignoring_case(name, "q")) {
        here.quality = thousandths(parameter.substr(equals + 1));
        if (here.quality < 0) return {};
      } else if (const std::string* value = value_of(parameters, name); value == nullptr) {
        has_more = true;
      } else if (same_value(name, *value, unquoted(parameter.substr(equals + 1)))) {
        ++here.parameters;
      } else {
        differs = !equal_ignoring_case(name, "charset");
      }
    }
    const int close = differs ? kNone : closeness(range, type);
    if (close == kNone) continue;
    const int rank = close * 1024 + 2 * std::min(here.parameters, 255) - (has_more ? 1 : 0);
    if (rank > best_rank || (rank == best_rank && here > best)) {
      best_rank = rank;
      best = here;
    }
  }
  return best;
}

int quality(std::string_view accept, std::string_view type) {
  return acceptance(accept, type, {}).quality;
}

}  // namespace penstock::contract
