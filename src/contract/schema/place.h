#pragma once

#include <string>
#include <string_view>

namespace penstock::contract {

// Where a value stands within the value that is validated, which is its JSON Pointer (RFC 6901).
// Each place points to the one around it, on the stack; the pointer's text is made only when there
// is something to report.
struct Place {
  const Place* parent = nullptr;
  std::string_view name = {};  // Of the root: what the pointer starts with; nothing for a body.
  size_t index = 0;            // Where there is no name: the element's.

  // Appends the text of the pointer.
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
    for (const char c : cut(name)) {  // Section 3.
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
  // A name is the client's: no more of it is said than helps to find it. Cut between code points.
  static std::string_view cut(std::string_view name) {
    constexpr size_t kMax = 64;
    if (name.size() <= kMax) return name;
    size_t end = kMax;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    return name.substr(0, end);
  }
};

}  // namespace penstock::contract
