#pragma once

#include <string>
#include <string_view>

namespace penstock::contract {

// A location is where a value stands within the value that is validated. Its text is a JSON Pointer
// (RFC 6901). The locations form a chain on the stack: each one points to the location of the value
// around it, and borrows its name from the document or the request. The text is only made when
// there is a violation to report.
struct Location {
  const Location* parent = nullptr;  // Null at the root.
  // This is the property's name. At the root it is the start of the pointer: a parameter's name, or
  // empty for a body. An element of an array has none (`name.data()` is null) and uses `index`
  // instead.
  std::string_view name = {};
  size_t index = 0;

  // Appends the text of the pointer to `pointer`. A long name is cut, since it is the client's.
  void append_to(std::string& pointer) const {
    if (parent == nullptr) {
      pointer += name;
      return;
    }
    parent->append_to(pointer);
    pointer += '/';
    if (name.data() == nullptr) {
      pointer += std::to_string(index);
      return;
    }
    for (const char c : cut(name)) {  // Escaped as in RFC 6901 section 3.
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer += c;
      }
    }
    if (cut(name).size() < name.size()) pointer += "…";
  }

 private:
  // Returns at most the first 64 bytes of the name, which are enough to find it. The cut is between
  // two code points.
  static std::string_view cut(std::string_view name) {
    constexpr size_t kMax = 64;
    if (name.size() <= kMax) return name;
    size_t end = kMax;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    return name.substr(0, end);
  }
};

}  // namespace penstock::contract
