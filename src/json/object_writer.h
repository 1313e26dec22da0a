#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/number_text.h"

namespace penstock::json {

// Appends one JSON object to a string, which must outlive the writer. It allocates nothing but the
// string's own growth, and cannot fail.
//   json::ObjectWriter object(out);
//   object.member("topic", record.topic).member("offset", 7);
//   json::ObjectWriter(object.key("nested")).member("yes", true).end();
//   object.end();
// Names are written unchanged, so they must be printable ASCII without quotes and backslashes. A
// name from outside goes through key_of_text(). Texts are written as append_string() writes them.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // Appends a member with a text, a truth value or a whole number.
  ObjectWriter& member(std::string_view name, std::string_view text);
  ObjectWriter& member(std::string_view name, const char* text) {
    return member(name, std::string_view(text));
  }
  ObjectWriter& member(std::string_view name, const std::string& text) {
    return member(name, std::string_view(text));
  }
  ObjectWriter& member(std::string_view name, bool value) {
    return json(name, value ? "true" : "false");
  }
  template <std::integral T>
    requires base::Number<T>
  ObjectWriter& member(std::string_view name, T number) {
    base::append_number(key(name), number);
    return *this;
  }
  ObjectWriter& null(std::string_view name) { return json(name, "null"); }
  // Appends a member whose value is `text`, which must be JSON and is copied unchanged.
  ObjectWriter& json(std::string_view name, std::string_view text);

  // Begins a member. The caller appends its value, as JSON, to the returned string, which is the
  // one that the writer appends to.
  std::string& key(std::string_view name);
  // Does the same for a name with any bytes.
  std::string& key_of_text(std::string_view name);

  // Closes the object. The caller must call it once, after the last member.
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

// Appends one JSON array to a string in the same way.
class ArrayWriter {
 public:
  explicit ArrayWriter(std::string& out) : out_(out) { out_ += '['; }
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;

  // Begins an element. The caller appends its value, as JSON, to the returned string.
  std::string& element() {
    if (!is_empty_) out_ += ',';
    is_empty_ = false;
    return out_;
  }
  // Closes the array. The caller must call it once, after the last element.
  void end() { out_ += ']'; }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace penstock::json
