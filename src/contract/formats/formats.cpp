#include "contract/formats/formats.h"

#include <algorithm>
#include <array>

#include "contract/formats/format_address.h"
#include "contract/formats/format_scanner.h"

namespace penstock::contract {

namespace {

constexpr Bytes kBase64 = kAlnum.with("+/");

// The formats of dates and times are those of RFC 3339 section 5.6.

bool take_date(Scanner& scanner) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto year = scanner.take_number(4, 0, 9999);
  if (!year || !scanner.take('-')) return false;
  const auto month = scanner.take_number(2, 1, 12);
  if (!month || !scanner.take('-')) return false;
  const bool is_leap = *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
  const int days = *month == 2 && is_leap ? 29 : kDays[static_cast<size_t>(*month) - 1];
  return scanner.take_number(2, 1, days).has_value();
}

bool is_date(std::string_view text) {
  Scanner scanner(text);
  return take_date(scanner) && scanner.done();
}

bool is_time(std::string_view text) {
  Scanner scanner(text);
  const auto hour = scanner.take_number(2, 0, 23);
  if (!hour || !scanner.take(':')) return false;
  const auto minute = scanner.take_number(2, 0, 59);
  if (!minute || !scanner.take(':')) return false;
  const auto second = scanner.take_number(2, 0, 60);
  if (!second) return false;
  if (scanner.take('.') && scanner.take_all(kDigits).empty()) return false;
  int ahead = 0;  // The offset from UTC in minutes.
  if (!scanner.take('Z') && !scanner.take('z')) {
    const bool is_behind = scanner.take('-');
    if (!is_behind && !scanner.take('+')) return false;
    const auto hours = scanner.take_number(2, 0, 23);
    if (!hours || !scanner.take(':')) return false;
    const auto minutes = scanner.take_number(2, 0, 59);
    if (!minutes) return false;
    ahead = (*hours * 60 + *minutes) * (is_behind ? -1 : 1);
  }
  constexpr int kDay = 24 * 60;
  // A leap second is the last second of a day in UTC (RFC 3339 section 5.7).
  const bool is_last_minute = (*hour * 60 + *minute - ahead + kDay) % kDay == kDay - 1;
  return scanner.done() && (*second < 60 || is_last_minute);
}

bool is_date_time(std::string_view text) {
  Scanner scanner(text);
  return take_date(scanner) && (scanner.take('T') || scanner.take('t')) && is_time(scanner.rest());
}

// Checks a duration (RFC 3339 appendix A). A unit in the middle may be left out ("PT1H5S"), as in
// ISO 8601.
bool is_duration(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.take('P') || scanner.done()) return false;
  // Removes the amounts up to the end or 'T'. Each must have a unit of `units`, in their order.
  const auto take_amounts = [&](std::string_view units) {
    do {
      if (scanner.take_all(kDigits).empty() || scanner.done()) return false;
      const size_t at = units.find(scanner.rest().front());
      if (at == std::string_view::npos) return false;
      scanner.take(units[at]);
      units.remove_prefix(at + 1);
    } while (!scanner.done() && scanner.rest().front() != 'T');
    return true;
  };
  if (text.back() == 'W') return take_amounts("W") && scanner.done();
  if (scanner.rest().front() != 'T' && !take_amounts("YMD")) return false;
  return scanner.done() || (scanner.take('T') && take_amounts("HMS") && scanner.done());
}

// Checks a JSON Pointer (RFC 6901 section 3).
bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (size_t i = 0; (i = text.find('~', i)) != std::string_view::npos; ++i) {
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

// Checks a relative JSON Pointer (draft-bhutton-relative-json-pointer-00 section 3).
bool is_relative_json_pointer(std::string_view text) {
  Scanner scanner(text);
  const std::string_view up = scanner.take_all(kDigits);
  if (up.empty() || (up.size() > 1 && up.front() == '0')) return false;
  if (scanner.take('+') || scanner.take('-')) {
    const std::string_view by = scanner.take_all(kDigits);
    if (by.empty() || by.front() == '0') return false;
  }
  return scanner.rest() == "#" || is_json_pointer(scanner.rest());
}

// Checks a UUID (RFC 4122 section 3).
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !kHex.has(text[i])) return false;
  }
  return true;
}

// Checks base64 with padding (RFC 4648 section 4).
bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  Scanner scanner(text);
  scanner.take_all(kBase64);
  return scanner.rest().empty() || scanner.rest() == "=" || scanner.rest() == "==";
}

constexpr std::array kFormats = {
    Format{"date-time", is_date_time, "must be a date and time, as in 2026-01-31T12:00:00Z",
           "2026-01-31T12:00:00Z"},
    Format{"date", is_date, "must be a date, as in 2026-01-31", "2026-01-31"},
    Format{"time", is_time, "must be a time with its offset, as in 12:00:00Z", "12:00:00Z"},
    Format{"duration", is_duration, "must be a duration, as in P1DT12H", "P1DT12H", 2},
    Format{"email", is_email, "must be an e-mail address, as in jo@example.com", "jo@example.com",
           1, true},
    Format{"idn-email", is_idn_email, "must be an e-mail address, as in jo@example.com",
           "jo@example.com", 2, true},
    Format{"hostname", is_hostname, "must be a host name, as in www.example.com", "www.example.com",
           1, true},
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
};

// What a label in Punycode takes beside its bytes: it is decoded, and matched with four patterns.
constexpr uint64_t kLabelSteps = 260;

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

}  // namespace penstock::contract
