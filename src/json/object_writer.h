#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/number_text.h"

namespace penstock::json {

// Writes one JSON object onto the end of a string, which must outlive the writer; nothing else is
// allocated.
//   json::ObjectWriter object(out);
//   object.member("topic", record.topic).member("offset", 7);
//   json::ObjectWriter(object.key("nested")).member("yes", true).end();
//   object.end();
// Names are the program's own: printable ASCII without quotes and backslashes, written as they are.
// Foreign ones go through key_of_text. Texts are written as append_string writes them.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

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
  // `text` is JSON already, and goes in as it is.
  ObjectWriter& json(std::string_view name, std::string_view text);

  // Begins a member; the caller appends its value, which is JSON, to what is returned: the string
  // itself.
  std::string& key(std::string_view name);
  // The same for a name of any bytes.
  std::string& key_of_text(std::string_view name);

  // Closes the object. It must be called once, after the last member.
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

// The same for a JSON array.
class ArrayWriter {
 public:
  explicit ArrayWriter(std::string& out) : out_(out) { out_ += '['; }
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;

  // Begins an element; the caller appends its JSON to what is returned: the string itself.
  std::string& element() {
    if (!is_empty_) out_ += ',';
    is_empty_ = false;
    return out_;
  }
  void end() { out_ += ']'; }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace penstock::json
