#include "events/trace_context.h"

#include <algorithm>
#include <vector>

namespace penstock::events {
namespace {

// The parts of a traceparent stand at fixed places: version-traceid-parentid-flags.
constexpr size_t kTraceIdAt = 3;
constexpr size_t kParentIdAt = 36;
constexpr size_t kFlagsAt = 53;
constexpr size_t kBytes = 55;
constexpr size_t kMembersMax = 32;
constexpr size_t kLargeMember = 128;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

bool is_key_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '-' || byte == '*' || byte == '/' || byte == '@';
}

bool is_value_byte(char byte) {
  return byte >= ' ' && byte <= '~' && byte != ',' && byte != '=';
}

// Says whether a member is KEY=VALUE, as far as its bytes and lengths tell (section 3.3.1.3).
bool is_member(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view key = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  return !key.empty() && key.size() <= 256 && key.front() != '@' &&
         std::all_of(key.begin(), key.end(), is_key_byte) &&
         std::count(key.begin(), key.end(), '@') <= 1 && !value.empty() && value.size() <= 256 &&
         std::all_of(value.begin(), value.end(), is_value_byte);
}

std::string_view without_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Leaves out members until the rest fits: first the large ones, then those at the end, which are
// the oldest (section 3.3.1.5).
void shorten(std::vector<std::string_view>& members) {
  size_t bytes = members.size() - 1;  // The commas.
  for (const std::string_view member : members) bytes += member.size();
  for (const size_t larger_than : {kLargeMember, size_t{0}}) {
    for (size_t i = members.size(); i-- > 0 && bytes > kTraceStateBytesMax;) {
      if (members[i].size() <= larger_than) continue;
      bytes -= members[i].size() + 1;
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace

std::string read_traceparent(std::string_view header) {
  if (header.size() < kBytes || !is_hex(header.substr(0, 2)) || header.starts_with("ff")) return {};
  const bool is_known = header.starts_with("00");
  if (header.size() > kBytes && (is_known || header[kBytes] != '-')) return {};
  if (header[kTraceIdAt - 1] != '-' || header[kParentIdAt - 1] != '-' ||
      header[kFlagsAt - 1] != '-' || !is_id(header.substr(kTraceIdAt, 32)) ||
      !is_id(header.substr(kParentIdAt, 16)) || !is_hex(header.substr(kFlagsAt, 2))) {
    return {};
  }
  if (is_known) return std::string(header);
  // Of a later version's flags only the lowest, "sampled", has a known meaning.
  const bool is_sampled =
      std::string_view("13579bdf").find(header[kFlagsAt + 1]) != std::string_view::npos;
  std::string made = "00";
  made += header.substr(2, kFlagsAt - 2);
  made += is_sampled ? "01" : "00";
  return made;
}

std::string read_tracestate(std::string_view header) {
  std::vector<std::string_view> members;
  while (!header.empty()) {
    const size_t comma = header.find(',');
    const std::string_view member = without_blanks(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    if (member.empty()) continue;
    if (!is_member(member) || members.size() == kMembersMax) return {};
    members.push_back(member);
  }
  if (members.empty()) return {};
  shorten(members);
  std::string made;
  for (const std::string_view member : members) {
    if (!made.empty()) made += ',';
    made += member;
  }
  return made;
}

}  // namespace penstock::events
