#include "local/stories/line_members.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/number_text.h"
#include "json/reader.h"
#include "json/text_tokens.h"

namespace penstock::local {
namespace {

// Objects of a function's line are searched up to this depth: RECORD has its headers at the third.
constexpr int kSearchDepthMax = 4;
constexpr size_t kNameBytesMax = 512;
constexpr size_t kReasonBytesMax = 4096;

// Returns where the string that begins at `at`, with its quote, ends, or null.
const char* skip_string(const json::Tokens& tokens, const char* at) {
  ++at;
  while (true) {
    at = tokens.skip_plain(at);
    if (at == nullptr || tokens.is_end(at)) return nullptr;
    if (*at == '"') return at + 1;
    if (*at != '\\' || tokens.end() - at < 2) return nullptr;
    at += 2;
  }
}

// Returns where the value that begins at `at` ends, or null. Of arrays and objects it sees the
// brackets and strings alone.
const char* skip_value(const json::Tokens& tokens, const char* at) {
  int depth = 0;
  while (!tokens.is_end(at)) {
    switch (*at) {
      case '"':
        at = skip_string(tokens, at);
        if (at == nullptr || depth == 0) return at;
        continue;
      case '{':
      case '[':
        if (++depth > LineMembers::kDepthMax) return nullptr;
        break;
      case '}':
      case ']':
        if (depth == 0) return at;  // The end of a number in the last member.
        if (--depth == 0) return at + 1;
        break;
      case ',':
      case ' ':
        if (depth == 0) return at;
        break;
      default:
        break;
    }
    ++at;
  }
  return nullptr;
}

// Enters what this object says into `facts`, and what those within it do.
void search(const LineMembers& members, int depth, LineFacts& facts) {
  for (const LineMembers::Member& member : members.all()) {
    if (member.json.starts_with('{') && depth < kSearchDepthMax) {
      search(LineMembers(member.json), depth + 1, facts);
    } else if (member.name == "ce_id" && facts.event_id.empty()) {
      facts.event_id = members.text("ce_id", kNameBytesMax).value_or("");
    }
  }
  if (facts.names_record()) return;
  const auto partition = members.number("partition");
  const auto offset = members.number("offset");
  if (!partition || !offset) return;
  auto topic = members.text("topic", kNameBytesMax);
  if (!topic || topic->empty()) return;
  facts.topic = std::move(*topic);
  facts.partition = partition;
  facts.offset = offset;
  facts.outcome = members.text("outcome", kNameBytesMax).value_or("");
  facts.reason = members.text("reason", kReasonBytesMax).value_or("");
}

}  // namespace

LineMembers::LineMembers(std::string_view line) {
  const json::Tokens tokens(line.data() + line.size());
  const char* at = tokens.skip_spaces(line.data());
  if (tokens.is_end(at) || *at != '{') return;
  do {
    at = tokens.skip_spaces(at + 1);
    Member member;
    at = tokens.read_key(at, member.name);
    if (at == nullptr) return;
    at = tokens.skip_spaces(at);
    const char* const end = skip_value(tokens, at);
    if (end == nullptr || end == at) return;
    member.json = {at, static_cast<size_t>(end - at)};
    members_[count_++] = member;
    at = tokens.skip_spaces(end);
  } while (count_ < kMembersMax && !tokens.is_end(at) && *at == ',');
}

std::string_view LineMembers::json(std::string_view name) const {
  for (const Member& member : all()) {
    if (member.name == name) return member.json;
  }
  return {};
}

std::optional<std::string> LineMembers::text(std::string_view name, size_t bytes_max) const {
  const std::string_view found = json(name);
  if (found.size() > bytes_max) return std::nullopt;
  return text_of(found);
}

std::optional<int64_t> LineMembers::number(std::string_view name) const {
  return base::signed_number<int64_t>(json(name));
}

std::optional<std::string> text_of(std::string_view json) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') return std::nullopt;
  const std::string_view inner = json.substr(1, json.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  const json::Tokens tokens(json.data() + json.size());
  const char* const start = json.data() + 1;
  const char* const plain = tokens.skip_plain(start);
  std::string text;
  if (plain == nullptr || tokens.read_escaped(start, plain, text) == nullptr) return std::nullopt;
  return text;
}

std::optional<base::SystemTime> time_of(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  constexpr size_t kDecimalsMax = 9;
  constexpr int kYearMax = 2200;  // A clock of nanoseconds ends in 2262.
  if (text.size() <= kForm.size() || text.back() != 'Z') return std::nullopt;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool fits = kForm[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == kForm[i];
    if (!fits) return std::nullopt;
  }
  const auto part = [&](size_t begin, size_t count) {
    return base::whole_number<int>(text.substr(begin, count)).value_or(0);
  };
  const std::chrono::year_month_day date{std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  const bool has_year = part(0, 4) >= 1970 && part(0, 4) <= kYearMax;
  if (!has_year || !date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 60) {
    return std::nullopt;
  }
  std::string_view decimals = text.substr(kForm.size(), text.size() - kForm.size() - 1);
  int64_t nanos = 0;
  if (!decimals.empty()) {
    if (decimals.front() != '.' || decimals.size() < 2 || decimals.size() > kDecimalsMax + 1) {
      return std::nullopt;
    }
    decimals.remove_prefix(1);
    const auto number = base::whole_number<int64_t>(decimals);
    if (!number) return std::nullopt;
    nanos = *number;
    for (size_t i = decimals.size(); i < kDecimalsMax; ++i) nanos *= 10;
  }
  return std::chrono::time_point_cast<base::SystemTime::duration>(
      std::chrono::sys_days(date) + std::chrono::hours(part(11, 2)) +
      std::chrono::minutes(part(14, 2)) + std::chrono::seconds(part(17, 2)) +
      std::chrono::nanoseconds(nanos));
}

LineFacts facts_of(std::string_view line) {
  LineFacts facts;
  if (line.size() > kReadLineBytesMax || !line.starts_with('{')) return facts;
  const LineMembers members(line);
  facts.is_json = !members.all().empty();
  if (!facts.is_json) return facts;
  facts.request_id = members.text("requestId", kNameBytesMax).value_or("");
  facts.type = members.text("type", kNameBytesMax).value_or("");
  facts.is_metrics = members.json("_aws").starts_with('{');
  auto time = members.text("timestamp", kNameBytesMax);
  if (!time) time = members.text("time", kNameBytesMax);
  if (time) facts.time = time_of(*time);
  search(members, 1, facts);
  return facts;
}

}  // namespace penstock::local
