#include <cstdint>

#include "base/utf8.h"
#include "idempotency/store.h"
#include "json/object_writer.h"
#include "json/parse.h"
#include "json/text.h"

namespace penstock::idempotency {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

std::string hex_of(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    out += kHex[static_cast<unsigned char>(byte) >> 4U];
    out += kHex[static_cast<unsigned char>(byte) & 15U];
  }
  return out;
}

bool append_bytes(std::string& out, std::string_view hex) {
  if (hex.size() % 2 != 0) return false;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const size_t high = kHex.find(hex[i]);
    const size_t low = kHex.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    out += static_cast<char>(high * 16 + low);
  }
  return true;
}

// Appends a text as it is, or, if it is not UTF-8, in hex as the only element of an array.
void append_text(std::string& out, std::string_view text) {
  if (base::is_utf8(text)) {
    json::append_string(out, text);
    return;
  }
  out += "[\"";
  out += hex_of(text);
  out += "\"]";
}

bool read_text(std::string& out, const boost::json::value& value) {
  if (const auto* text = value.if_string()) {
    out = *text;
    return true;
  }
  const auto* bytes = value.if_array();
  if (bytes == nullptr || bytes->size() != 1 || !bytes->front().is_string()) return false;
  return append_bytes(out, bytes->front().get_string());
}

bool read_headers(StoredAnswer& answer, const boost::json::value& value) {
  const auto* headers = value.if_array();
  if (headers == nullptr) return false;
  for (const boost::json::value& element : *headers) {
    const auto* pair = element.if_array();
    if (pair == nullptr || pair->size() != 2) return false;
    auto& header = answer.headers.emplace_back();
    if (!read_text(header.first, (*pair)[0]) || !read_text(header.second, (*pair)[1])) return false;
  }
  return true;
}

bool read_answer(StoredAnswer& answer, const boost::json::value& value) {
  const auto* members = value.if_object();
  if (members == nullptr) return false;
  const auto* const status = members->if_contains("status");
  const auto* const type = members->if_contains("content_type");
  const auto* const headers = members->if_contains("headers");
  const auto* const body = members->if_contains("body");
  if (status == nullptr || type == nullptr || headers == nullptr || body == nullptr) return false;
  const auto* number = status->if_int64();
  if (number == nullptr || *number < 100 || *number > 599) return false;
  answer.status = static_cast<unsigned>(*number);
  return read_text(answer.content_type, *type) && read_headers(answer, *headers) &&
         read_text(answer.body, *body);
}

}  // namespace

size_t bytes_of(const StoredAnswer& answer) {
  size_t bytes = answer.content_type.size() + answer.body.size();
  for (const auto& [name, text] : answer.headers) bytes += name.size() + text.size();
  return bytes;
}

std::string answer_text(const StoredAnswer& answer) {
  std::string out;
  json::ObjectWriter object(out);
  object.member("status", answer.status);
  append_text(object.key("content_type"), answer.content_type);
  json::ArrayWriter headers(object.key("headers"));
  for (const auto& [name, text] : answer.headers) {
    json::ArrayWriter pair(headers.element());
    append_text(pair.element(), name);
    append_text(pair.element(), text);
    pair.end();
  }
  headers.end();
  append_text(object.key("body"), answer.body);
  object.end();
  return out;
}

base::Result<StoredAnswer> answer_of(std::string_view text) {
  const base::Error wrong{base::ErrorCode::invalid, "the stored answer cannot be read"};
  const auto value = json::parse(text);
  if (!value) return wrong;
  StoredAnswer answer;
  if (!read_answer(answer, *value)) return wrong;
  return answer;
}

}  // namespace penstock::idempotency
