#include "http/server/chunk_line.h"

#include "http/server/syntax.h"

namespace penstock::http {
namespace {

// Returns the digit's value, or 16 for any other byte.
unsigned hex_value(char byte) {
  if (byte >= '0' && byte <= '9') return static_cast<unsigned>(byte - '0');
  if (byte >= 'a' && byte <= 'f') return static_cast<unsigned>(byte - 'a') + 10;
  if (byte >= 'A' && byte <= 'F') return static_cast<unsigned>(byte - 'A') + 10;
  return 16;
}

// The functions below take what they are named for from the front of the text. They return false
// if it is not there.

void take_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take_token(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && has(kTokenBytes, text[length])) ++length;
  text.remove_prefix(length);
  return length > 0;
}

bool take_byte(std::string_view& text, char byte) {
  if (!text.starts_with(byte)) return false;
  text.remove_prefix(1);
  return true;
}

// Takes what follows the quote at the beginning, with the quote at the end.
bool take_quoted(std::string_view& text) {
  while (!text.empty()) {
    const char byte = text.front();
    text.remove_prefix(1);
    if (byte == '"') return true;
    if (byte == '\\') {
      if (text.empty() || !has(kValueBytes, text.front())) return false;
      text.remove_prefix(1);
    } else if (!has(kQuotedBytes, byte)) {
      return false;
    }
  }
  return false;
}

// The rule is *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ).
bool are_extensions(std::string_view text) {
  while (!text.empty()) {
    take_blanks(text);
    if (!take_byte(text, ';')) return false;
    take_blanks(text);
    if (!take_token(text)) return false;
    std::string_view behind = text;
    take_blanks(behind);
    if (!take_byte(behind, '=')) continue;
    take_blanks(behind);
    if (!(take_byte(behind, '"') ? take_quoted(behind) : take_token(behind))) return false;
    text = behind;
  }
  return true;
}

}  // namespace

std::optional<ChunkLine> read_chunk_line(std::string_view line) {
  ChunkLine read;
  size_t digits = 0;
  for (; digits < line.size(); ++digits) {
    const unsigned value = hex_value(line[digits]);
    if (value > 15) break;
    if (digits == kChunkDigitsMax) return std::nullopt;
    read.size = read.size * 16 + value;
  }
  line.remove_prefix(digits);
  read.extension_bytes = line.size();
  if (digits == 0 || !are_extensions(line)) return std::nullopt;
  return read;
}

}  // namespace penstock::http
