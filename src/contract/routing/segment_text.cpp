#include "contract/routing/segment_text.h"

#include <charconv>

namespace penstock::contract {

namespace {

// Returns whether a byte of UTF-8 continues a character.
bool continues(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

}  // namespace

std::string_view SegmentText::raw(Span span) const {
  if (normal_ == nullptr) return raw_.substr(span.from, span.to - span.from);
  const size_t from = normal_->offsets[span.from];
  return raw_.substr(from, normal_->offsets[span.to] - from);
}

bool SegmentText::remove_front(std::string_view text, Span& rest) const {
  if (!text_.substr(rest.from, rest.to - rest.from).starts_with(text)) return false;
  rest.from += text.size();
  return true;
}

bool SegmentText::remove_back(std::string_view text, Span& rest) const {
  if (!text_.substr(rest.from, rest.to - rest.from).ends_with(text)) return false;
  if (!can_cut(rest.to - text.size())) return false;
  rest.to -= text.size();
  return true;
}

bool SegmentText::split_at_last(std::string_view text, Span& rest, Span& after) const {
  const std::string_view within = text_.substr(0, rest.to);
  // The text must be followed by at least one character.
  size_t start = rest.to;
  while (start >= rest.from + text.size() + 1) {
    const size_t at = within.rfind(text, start - text.size() - 1);
    if (at == std::string_view::npos || at < rest.from) return false;
    if (can_cut(at)) {
      after = {at + text.size(), rest.to};
      rest.to = at;
      return true;
    }
    start = at + text.size();
  }
  return false;
}

size_t SegmentText::before(size_t at) const {
  return at >= 3 && text_[at - 3] == '%' ? at - 3 : at - 1;
}

size_t SegmentText::after(size_t at) const {
  return at + (text_[at] == '%' ? 3 : 1);
}

unsigned char SegmentText::byte_at(size_t at) const {
  auto byte = static_cast<unsigned char>(text_[at]);
  if (byte == '%') std::from_chars(text_.data() + at + 1, text_.data() + at + 3, byte, 16);
  return byte;
}

bool SegmentText::take_front(const Extent& extent, Span& rest) const {
  size_t at = rest.from;
  if (extent.characters != 0) {
    for (size_t left = extent.characters; left > 0; --left) {
      if (at == rest.to) return false;
      do at = after(at);
      while (at < rest.to && continues(byte_at(at)));
    }
    rest.from = at;
    return true;
  }
  for (const std::string& text : extent.texts) {
    at = rest.from;
    size_t same = 0;
    while (same < text.size() && at < rest.to &&
           byte_at(at) == static_cast<unsigned char>(text[same])) {
      ++same;
      at = after(at);
    }
    if (same < text.size()) continue;
    rest.from = at;
    return true;
  }
  return false;
}

bool SegmentText::take_back(const Extent& extent, Span& rest) const {
  size_t at = rest.to;
  if (extent.characters != 0) {
    for (size_t left = extent.characters; left > 0; --left) {
      if (at == rest.from) return false;
      do at = before(at);
      while (at > rest.from && continues(byte_at(at)));
    }
    rest.to = at;
    return true;
  }
  for (const std::string& text : extent.texts) {
    at = rest.to;
    size_t left = text.size();
    while (left > 0 && at > rest.from &&
           byte_at(before(at)) == static_cast<unsigned char>(text[left - 1])) {
      --left;
      at = before(at);
    }
    if (left > 0) continue;
    rest.to = at;
    return true;
  }
  return false;
}

}  // namespace penstock::contract
