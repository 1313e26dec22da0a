#include "json/quick_reader.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

namespace penstock::json {
namespace {

constexpr size_t kDepthMax = 32;

// Counts the members of all objects in the value.
size_t count_members(const boost::json::value& value) {
  size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) {
      if (member.value().is_structured()) count += count_members(member.value());
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) {
      if (element.is_structured()) count += count_members(element);
    }
  }
  return count;
}

}  // namespace

std::optional<boost::json::value> QuickReader::read(std::string_view text,
                                                    const boost::json::storage_ptr& storage,
                                                    size_t depth_max, size_t values_max) {
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  auto value = read_part(at, end, storage, depth_max, values_max);
  if (at != end) return std::nullopt;
  return value;
}

std::optional<boost::json::value> QuickReader::read_part(const char*& at, const char* end,
                                                         const boost::json::storage_ptr& storage,
                                                         size_t depth_max, size_t values_max) {
  tokens_ = Tokens(end);
  values_ = members_ = 0;
  stack_.reset(storage);
  // The stack must not keep values, or the storage, longer than the caller does.
  const auto empty = [](boost::json::value_stack* used) { used->reset(); };
  const std::unique_ptr<boost::json::value_stack, decltype(empty)> emptied(&stack_, empty);
  at = read_document(at, std::min(depth_max, kDepthMax), values_max);
  if (at == nullptr) return std::nullopt;
  std::optional<boost::json::value> value(stack_.release());
  // The stack drops all but the last of equal properties, so that members are missing then.
  if (members_ > 0 && count_members(*value) != members_) {
    at = nullptr;
    return std::nullopt;
  }
  return value;
}

// Arrays and objects are kept in a list of those that are open, so there is no recursion.
const char* QuickReader::read_document(const char* at, size_t depth_max, size_t values_max) {
  struct Open {
    bool object;
    size_t size;
  };
  std::array<Open, kDepthMax> open;
  size_t depth = 0;
  while (true) {
    // A value begins here.
    at = tokens_.skip_spaces(at);
    if (at == tokens_.end() || ++values_ > values_max) return nullptr;
    bool closes = false;
    if (*at == '{' || *at == '[') {
      if (depth == depth_max) return nullptr;
      const bool object = *at == '{';
      open[depth++] = {object, 0};
      at = tokens_.skip_spaces(at + 1);
      if (at == tokens_.end()) return nullptr;
      closes = *at == (object ? '}' : ']');
      if (!closes) {
        if (object && (at = read_key(at)) == nullptr) return nullptr;
        continue;
      }
    } else if ((at = read_scalar(at)) == nullptr) {
      return nullptr;
    }
    // A value has ended here, or an empty array or object is about to.
    while (true) {
      if (closes) {
        ++at;
        const Open& closed = open[--depth];
        if (closed.object) {
          members_ += closed.size;
          stack_.push_object(closed.size);
        } else {
          stack_.push_array(closed.size);
        }
      }
      at = tokens_.skip_spaces(at);
      if (depth == 0) return at;
      if (at == tokens_.end()) return nullptr;
      Open& around = open[depth - 1];
      if (++around.size > kMembersMax && around.object) return nullptr;
      if (*at == ',') {
        ++at;
        if (around.object && (at = read_key(tokens_.skip_spaces(at))) == nullptr) return nullptr;
        break;
      }
      closes = *at == (around.object ? '}' : ']');
      if (!closes) return nullptr;
    }
  }
}

inline const char* QuickReader::read_key(const char* at) {
  std::string_view key;
  at = tokens_.read_key(at, key);
  if (at != nullptr) stack_.push_key(key);
  return at;
}

inline const char* QuickReader::read_string(const char* at) {
  const char* const start = ++at;
  at = tokens_.skip_plain(at);
  if (at == nullptr) return nullptr;
  if (*at == '\\') {
    at = tokens_.read_escaped(start, at, unescaped_);
    if (at != nullptr) stack_.push_string(unescaped_);
    return at;
  }
  if (*at != '"') return nullptr;
  stack_.push_string({start, static_cast<size_t>(at - start)});
  return at + 1;
}

inline const char* QuickReader::read_number(const char* at) {
  NumberToken number;
  at = tokens_.read_number(at, number);
  if (at == nullptr) return nullptr;
  if (number.is_real) {
    stack_.push_double(number.real);
  } else {
    stack_.push_int64(number.whole);
  }
  return at;
}

inline const char* QuickReader::read_scalar(const char* at) {
  switch (*at) {
    case '"':
      return read_string(at);
    case 't':
      stack_.push_bool(true);
      return tokens_.read_word(at, "true");
    case 'f':
      stack_.push_bool(false);
      return tokens_.read_word(at, "false");
    case 'n':
      stack_.push_null();
      return tokens_.read_word(at, "null");
    default:
      return read_number(at);
  }
}

}  // namespace penstock::json
