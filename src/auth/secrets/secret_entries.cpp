#include "auth/secrets/secret_entries.h"

#include <algorithm>
#include <array>
#include <memory>

#include "base/number_text.h"
#include "base/utf8.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// The documents are flat; comments may be of any form.
constexpr size_t kDepthMax = 8;

Result<std::vector<std::string>> read_scopes(const boost::json::value& value,
                                             const std::string& place) {
  const boost::json::array* list = value.if_array();
  if (list == nullptr) return mistake(place, "must be a list of texts");
  if (list->size() > kScopesMax) {
    return mistake(place, "must have at most " + std::to_string(kScopesMax) + " scopes");
  }
  std::vector<std::string> scopes;
  for (size_t i = 0; i < list->size(); ++i) {
    const auto scope = json::text(&(*list)[i]);
    if (!scope || !is_scope(*scope)) {
      return mistake(place + '/' + std::to_string(i),
                     "must be a scope: 1 to 256 printable ASCII characters without spaces, quotes "
                     "and backslashes");
    }
    scopes.emplace_back(*scope);
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  return scopes;
}

bool is_known(std::string_view member, std::string_view own) {
  static constexpr std::array<std::string_view, 5> kMembers{"name", "scopes", "expires", "created",
                                                            "comment"};
  return member == own || std::find(kMembers.begin(), kMembers.end(), member) != kMembers.end();
}

}  // namespace

Error mistake(std::string_view place, std::string_view must) {
  std::string message(place);
  return {.code = ErrorCode::invalid, .message = message.append(": ").append(must)};
}

Result<> read_entries(std::string_view text, std::string_view member, size_t bytes_max,
                      size_t entries_max, const ReadEntry& read) {
  if (text.size() > bytes_max) {
    return Error{.code = ErrorCode::too_large,
                 .message = "the document has more than " + std::to_string(bytes_max) + " bytes"};
  }
  const auto document = json::parse(text, {.depth_max = kDepthMax});
  if (!document) {
    return Error{.code = ErrorCode::invalid,
                 .message = "the document cannot be read: " + document.error().message};
  }
  const std::string place = '/' + std::string(member);
  const boost::json::value* list = json::find(*document, member);
  if (list == nullptr || !list->is_array()) return mistake(place, "must be a list of objects");
  const boost::json::array& entries = list->get_array();
  if (entries.size() > entries_max) {
    return Error{
        .code = ErrorCode::too_large,
        .message = place + ": must have at most " + std::to_string(entries_max) + " entries"};
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string entry_place = place + '/' + std::to_string(i);
    const boost::json::object* entry = entries[i].if_object();
    if (entry == nullptr) return mistake(entry_place, "must be an object");
    if (auto done = read(*entry, entry_place); !done) return done.error();
  }
  return {};
}

Result<SecretEntry> read_entry(const boost::json::object& entry, const std::string& place,
                               std::string_view scheme, std::string_view own) {
  for (const auto& [key, value] : entry) {
    if (!is_known(key, own)) {
      return mistake(place, "must have no members but name, " + std::string(own) +
                                ", scopes, expires, created and comment");
    }
  }
  auto principal = std::make_shared<Principal>();
  principal->scheme = scheme;
  const auto name = json::text(entry.if_contains("name"));
  if (!name || !is_name(*name)) {
    return mistake(place + "/name", "must be a text of 1 to 128 bytes without control characters");
  }
  principal->subject = *name;
  if (const boost::json::value* value = entry.if_contains("scopes")) {
    auto scopes = read_scopes(*value, place + "/scopes");
    if (!scopes) return scopes.error();
    principal->scopes = std::move(*scopes);
  }
  SecretEntry read{.principal = std::move(principal), .expires = std::nullopt};
  if (const boost::json::value* value = entry.if_contains("expires")) {
    read.expires = read_utc(json::text(value).value_or(""));
    if (!read.expires) {
      return mistake(place + "/expires", "must be a time in UTC, such as \"2027-01-01T00:00:00Z\"");
    }
  }
  return read;
}

std::optional<base::SystemTime> read_utc(std::string_view text) {
  using namespace std::chrono;
  static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !is_digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [text](size_t from, size_t digits) {
    unsigned value = 0;
    for (const char c : text.substr(from, digits)) value = value * 10 + unsigned(c - '0');
    return value;
  };
  const unsigned year = number(0, 4), hour = number(11, 2), minute = number(14, 2),
                 second = number(17, 2);
  const year_month_day date(std::chrono::year(static_cast<int>(year)), month(number(5, 2)),
                            day(number(8, 2)));
  const bool is_time = date.ok() && year >= 1970 && year <= 2261 && hour < 24 && minute < 60 &&
                       second <= 60;  // A leap second has the number 60.
  if (!is_time) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

std::string utc_text(base::SystemTime time) {
  static constexpr size_t kToSeconds = std::string_view("dddd-dd-ddTdd:dd:dd").size();
  return std::string(base::TimeText().rfc3339(time).substr(0, kToSeconds)) + 'Z';
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kNameBytesMax || !base::is_utf8(text)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    // U+0080 to U+009F are control characters, too.
    if (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
  }
  return true;
}

bool is_scope(std::string_view text) {
  return !text.empty() && text.size() <= kScopeBytesMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

}  // namespace penstock::auth
