#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/printable_text.h"
#include "local/stories/story.h"

namespace penstock::local {
namespace {

// The page shows so many bytes of a key, as its contract says.
constexpr size_t kKeyBytesMax = 100;

std::optional<std::string> shown_key(const std::optional<std::string>& key) {
  if (!key) return std::nullopt;
  // A megabyte need not be looked at to see that it is too long.
  return base::printable(std::string_view(*key).substr(0, 2 * kKeyBytesMax), kKeyBytesMax);
}

std::string shown_name(std::string_view text) {
  return base::printable(text, Story::kNameBytesMax);
}

// Returns the value of the header in `headers`, which has what record_json() writes of headers: the
// name in quotes, and the bytes as numbers. Of equal names the first counts.
std::string header_of(std::string_view headers, std::string_view name) {
  std::string wanted = "{\"";
  wanted.append(name).append("\":[");
  const size_t found = headers.find(wanted);
  if (found == std::string_view::npos) return {};
  const char* at = headers.data() + found + wanted.size();
  const char* const end = headers.data() + headers.size();
  std::string bytes;
  while (at < end && bytes.size() < Story::kNameBytesMax) {
    int number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc()) break;
    bytes += static_cast<char>(number);
    if (rest == end || *rest != ',') break;
    at = rest + 1;
  }
  return bytes;
}

}  // namespace

std::string trace_id_of(std::string_view traceparent) {
  // It looks like "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
  constexpr size_t kBegin = 3;
  constexpr size_t kCount = 32;
  if (traceparent.size() < kBegin + kCount || traceparent[2] != '-') return {};
  const std::string_view id = traceparent.substr(kBegin, kCount);
  const bool is_hex = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  return is_hex ? std::string(id) : std::string();
}

RecordNames names_of(const Record& record) {
  RecordNames names{.key = shown_key(record.key)};
  const auto header = [&](std::string_view wanted) {
    for (const auto& [name, value] : record.headers) {
      if (name == wanted) return std::string_view(value ? *value : std::string_view());
    }
    return std::string_view();
  };
  names.event_id = shown_name(header("ce_id"));
  names.event_type = shown_name(header("ce_type"));
  names.trace_id = trace_id_of(header("traceparent"));
  return names;
}

RecordNames names_of(const EventBatch::Entry& entry) {
  RecordNames names{.key = shown_key(entry.key)};
  // Within a string there are no such quotes, and a header's name does not follow a comma. Before
  // the headers there may be a megabyte of value, which has no comma, so it is passed quickly.
  constexpr std::string_view kHeaders = ",\"headers\":[";
  const std::string_view json = entry.json;
  const size_t found = json.find(kHeaders);
  if (found == std::string_view::npos) return names;
  const std::string_view headers = json.substr(found + kHeaders.size());
  names.event_id = shown_name(header_of(headers, "ce_id"));
  names.event_type = shown_name(header_of(headers, "ce_type"));
  names.trace_id = trace_id_of(header_of(headers, "traceparent"));
  return names;
}

}  // namespace penstock::local
