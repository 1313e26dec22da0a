#include "contract/parameters/media_type.h"

#include <algorithm>

#include "contract/schema/schema.h"

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

// Returns how closely a range matches a type: 3 if they are equal, 2 by "type/*", 1 by "*/*", and 0
// if they do not match. Either of them may be the range.
int closeness(std::string_view range, std::string_view type) {
  if (range == "*/*" || type == "*/*") return 1;
  if (equal_ignoring_case(range, type)) return 3;
  const auto same_group = [](std::string_view wide, std::string_view narrow) {
    return wide.ends_with("/*") && narrow.size() >= wide.size() - 1 &&
           equal_ignoring_case(wide.substr(0, wide.size() - 1), narrow.substr(0, wide.size() - 1));
  };
  return same_group(range, type) || same_group(type, range) ? 2 : 0;
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
    if (equal_ignoring_case(parameter.substr(0, equals), "charset")) {
      found.charset = value;
    } else {
      found.has_more = true;
    }
  }
  return found;
}

BodyKind kind_of(std::string_view type) {
  const auto starts_with = [type](std::string_view text) {
    return equal_ignoring_case(type.substr(0, text.size()), text);
  };
  const size_t suffix = type.rfind('+');
  if (equal_ignoring_case(type, "application/json") ||
      (suffix != std::string_view::npos && equal_ignoring_case(type.substr(suffix), "+json"))) {
    return BodyKind::json;
  }
  return starts_with("text/") ? BodyKind::text : BodyKind::bytes;
}

const MediaType* find_media_type(const std::vector<MediaType>& content, std::string_view type) {
  const MediaType* best = nullptr;
  int closest = 0;
  if (type.find('*') != std::string_view::npos) return nullptr;
  for (const MediaType& entry : content) {
    const int close = closeness(entry.type, type);
    if (close > closest) {
      closest = close;
      best = &entry;
    }
  }
  return best;
}

std::optional<SizeRules> size_rules(const Schema* schema) {
  while (schema != nullptr && !schema->string && schema->composition &&
         schema->composition->reference != nullptr && schema->composition->all_of.empty() &&
         schema->composition->any_of.empty() && schema->composition->one_of.empty() &&
         schema->composition->none_of == nullptr && schema->composition->condition == nullptr) {
    schema = schema->composition->reference;
  }
  if (schema == nullptr) return SizeRules{};
  if ((schema->allowed & type::string) == 0 || schema->composition || schema->enumeration ||
      schema->constant) {
    return std::nullopt;
  }
  if (!schema->string) return SizeRules{};
  if (schema->string->pattern || schema->string->format != nullptr) return std::nullopt;
  return SizeRules{schema->string->min_length.value_or(0),
                   schema->string->max_length.value_or(UINT64_MAX)};
}

int quality(std::string_view accept, std::string_view type) {
  if (trimmed(accept).empty() || accept == "*/*") return 1000;
  int closest = 0;
  int best = 0;
  while (!accept.empty()) {
    std::string_view entry = next_part(accept, ',');
    if (entry.empty()) continue;
    const std::string_view range = next_part(entry, ';');
    if (!is_type(range)) return 1000;
    int weight = 1000;
    while (!entry.empty()) {
      const std::string_view parameter = next_part(entry, ';');
      if (parameter.size() > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=') {
        weight = thousandths(parameter.substr(2));
        if (weight < 0) return 1000;
      }
    }
    const int close = closeness(range, type);
    if (close > closest || (close == closest && close > 0 && weight > best)) {
      closest = close;
      best = weight;
    }
  }
  return best;
}

}  // namespace penstock::contract
