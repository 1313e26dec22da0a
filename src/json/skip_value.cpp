#include "json/skip_value.h"

#include <cstdint>
#include <string_view>

namespace penstock::json {
namespace {

// Takes the parts of a string, and keeps none.
struct Nothing {
  void assign(const char*, const char*) {}
  void append(const char*, size_t) {}
  void append(const char*, const char*) {}
};

const char* skip_string(const Tokens& tokens, const char* at) {
  const char* const start = at + 1;
  at = tokens.skip_plain(start);
  if (at == nullptr) return nullptr;
  if (*at == '"') return at + 1;
  Nothing nothing;
  return *at == '\\' ? tokens.read_escaped(start, at, nothing) : nullptr;
}

const char* skip_scalar(const Tokens& tokens, const char* at) {
  switch (*at) {
    case '"':
      return skip_string(tokens, at);
    case 't':
      return tokens.read_word(at, "true");
    case 'f':
      return tokens.read_word(at, "false");
    case 'n':
      return tokens.read_word(at, "null");
    default: {
      NumberToken number;
      return tokens.read_number(at, number);
    }
  }
}

}  // namespace

// What is open is kept as bits, so there is no recursion: a bit is 1 for an object, and the lowest
// one is the innermost.
const char* skip_value(const Tokens& tokens, const char* at, size_t depth_max) {
  constexpr size_t kDepthMax = 64;
  if (depth_max > kDepthMax) depth_max = kDepthMax;
  uint64_t objects = 0;
  size_t depth = 0;
  std::string_view key;
  while (true) {
    // A value begins here.
    at = tokens.skip_spaces(at);
    if (tokens.is_end(at)) return nullptr;
    bool closes = false;
    if (*at == '{' || *at == '[') {
      if (depth++ == depth_max) return nullptr;
      const bool object = *at == '{';
      objects = objects << 1 | (object ? 1 : 0);
      at = tokens.skip_spaces(at + 1);
      if (tokens.is_end(at)) return nullptr;
      closes = *at == (object ? '}' : ']');
      if (!closes) {
        if (object && (at = tokens.read_key(at, key)) == nullptr) return nullptr;
        continue;
      }
    } else if ((at = skip_scalar(tokens, at)) == nullptr) {
      return nullptr;
    }
    // A value has ended here, or an empty array or object is about to.
    while (true) {
      if (closes) {
        ++at;
        --depth;
        objects >>= 1;
      }
      if (depth == 0) return at;
      at = tokens.skip_spaces(at);
      if (tokens.is_end(at)) return nullptr;
      const bool in_object = (objects & 1) != 0;
      if (*at == ',') {
        ++at;
        if (in_object && (at = tokens.read_key(tokens.skip_spaces(at), key)) == nullptr) {
          return nullptr;
        }
        break;
      }
      closes = *at == (in_object ? '}' : ']');
      if (!closes) return nullptr;
    }
  }
}

}  // namespace penstock::json
