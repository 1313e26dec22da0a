#include "contract/formats/formats.h"

#include <algorithm>
#include <array>

#include "contract/expressions/expression.h"
#include "contract/formats/format_address.h"
#include "contract/formats/format_text.h"
#include "contract/formats/format_time.h"

namespace penstock::contract {

namespace {

constexpr std::array kFormats = {
    Format{"date-time", is_date_time, "must be a date and time, as in 2026-01-31T12:00:00Z",
           "2026-01-31T12:00:00Z"},
    Format{"date-time-local", is_date_time_local,
           "must be a date and time without an offset, as in 2026-01-31T12:00:00",
           "2026-01-31T12:00:00"},
    Format{"date", is_date, "must be a date, as in 2026-01-31", "2026-01-31"},
    Format{"time", is_time, "must be a time with its offset, as in 12:00:00Z", "12:00:00Z"},
    Format{"time-local", is_time_local, "must be a time without an offset, as in 12:00:00",
           "12:00:00"},
    Format{"http-date", is_http_date, "must be a date of HTTP, as in Sun, 06 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 08:49:37 GMT"},
    Format{"duration", is_duration, "must be a duration, as in P1DT12H", "P1DT12H", 2},
    Format{"email", is_email, "must be an e-mail address, as in jo@example.com", "jo@example.com",
           1, true},
    Format{"idn-email", is_idn_email, "must be an e-mail address, as in jo@example.com",
           "jo@example.com", 2, true},
    Format{"hostname", is_hostname, "must be a host name, as in www.example.com", "www.example.com",
           1, true},
    // Each label costs some patterns, and one can be as short as "é.".
    Format{"idn-hostname", is_idn_hostname, "must be a host name, as in www.example.com",
           "www.example.com", 150},
    Format{"ipv4", is_ipv4, "must be an IPv4 address, as in 192.0.2.1", "192.0.2.1"},
    Format{"ipv6", is_ipv6, "must be an IPv6 address, as in 2001:db8::1", "2001:db8::1"},
    Format{"uri", is_uri, "must be a URI, as in https://example.com/a", "https://example.com/a", 2},
    Format{"uri-reference", is_uri_reference, "must be a URI or a relative reference, as in /a?b=c",
           "/a?b=c", 2},
    Format{"iri", is_iri, "must be an IRI, as in https://example.com/a", "https://example.com/a",
           3},
    Format{"iri-reference", is_iri_reference,
           "must be an IRI or a relative reference, as in /a?b=c", "/a?b=c", 3},
    Format{"uri-template", is_uri_template, "must be a URI template, as in /orders/{id}",
           "/orders/{id}", 2},
    Format{"uuid", is_uuid, "must be a UUID, as in 123e4567-e89b-42d3-a456-426614174000",
           "123e4567-e89b-42d3-a456-426614174000"},
    Format{"json-pointer", is_json_pointer, "must be a JSON pointer, as in /a/0", "/a/0", 2},
    Format{"relative-json-pointer", is_relative_json_pointer,
           "must be a relative JSON pointer, as in 1/a", "1/a", 2},
    Format{"byte", is_base64, "must be base64 with its padding, as in aGVsbG8=", "aGVsbG8="},
    Format{"base64url", is_base64url, "must be base64url, as in aGVsbG8", "aGVsbG8"},
    Format{"char", is_char, "must be one character, as in a", "a"},
    Format{"regex", is_ecma_pattern, "must be a regular expression of ECMA-262, as in ^[a-z]+$",
           "^[a-z]+$", 12},
    Format{"media-range", is_media_range, "must be a media type or a range of them, as in text/*",
           "text/*", 2},
    Format{"int64", is_int64_text,
           "must be the digits of a whole number that fits into 64 bits, as in 12", "12"},
    Format{"uint64", is_uint64_text,
           "must be the digits of a whole number from 0 that fits into 64 bits, as in 12", "12"},
    Format{"decimal", is_decimal, "must be a decimal number without an exponent, as in 12.50",
           "12.50"},
    Format{"decimal128", is_decimal128, "must be a number with at most 34 digits, as in 12.50",
           "12.50", 2},
    Format{"sf-binary", is_sf_binary,
           "must be base64 between colons (RFC 8941), as in :aGVsbG8=:", ":aGVsbG8=:"},
    Format{"sf-boolean", is_sf_boolean, "must be ?0 or ?1 (RFC 8941), as in ?1", "?1"},
    Format{"sf-string", is_sf_string, "must be a text in quotes (RFC 8941), as in \"text\"",
           "\"text\"", 2},
    Format{"sf-token", is_sf_token, "must be a token (RFC 8941), as in text/html", "text/html"},
};

// Any text has one of these formats.
constexpr std::array kFree = {std::string_view("binary"), std::string_view("commonmark"),
                              std::string_view("html"), std::string_view("password")};

// What a label in Punycode takes beside its bytes: it is decoded, encoded, and matched with
// up to eight patterns.
constexpr uint64_t kLabelSteps = 400;

}  // namespace

uint64_t Format::steps_for(std::string_view text) const {
  uint64_t steps = text.size() * steps_per_byte;
  if (!has_labels) return steps;
  for (size_t at = 0; (at = text.find("--", at)) != std::string_view::npos; at += 2) {
    steps += kLabelSteps;
  }
  return steps;
}

const Format* find_format(std::string_view name) {
  const auto* const found = std::find_if(kFormats.begin(), kFormats.end(),
                                         [&](const Format& format) { return format.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

bool is_free_format(std::string_view name) {
  return std::find(kFree.begin(), kFree.end(), name) != kFree.end();
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names(kFree.begin(), kFree.end());
  for (const Format& format : kFormats) names.push_back(format.name);
  return names;
}

}  // namespace penstock::contract
