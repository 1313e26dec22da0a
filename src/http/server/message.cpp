#include "http/server/message.h"

#include <boost/beast/core/string.hpp>

namespace penstock::http {

// Compares the lengths first, because most names differ in theirs.
bool RequestMessage::has_name(const Header& header, std::string_view name) const {
  return header.name.length == name.size() && boost::beast::iequals(slice(header.name), name);
}

std::string_view RequestMessage::header(Field field) const {
  for (const Header& header : headers_) {
    if (header.field == field) return slice(header.value);
  }
  return {};
}

std::string_view RequestMessage::header(std::string_view name) const {
  for (const Header& header : headers_) {
    if (has_name(header, name)) return slice(header.value);
  }
  return {};
}

std::string_view RequestMessage::trailer(std::string_view name) const {
  for (const auto& [own_name, value] : trailers_) {
    if (boost::beast::iequals(own_name, name)) return value;
  }
  return {};
}

size_t RequestMessage::count(Field field) const {
  size_t number = 0;
  for (const Header& header : headers_) number += header.field == field ? 1 : 0;
  return number;
}

std::string_view RequestMessage::list(Field field, std::string& scratch) const {
  if (count(field) < 2) return header(field);
  join_header(boost::beast::http::to_string(field), ", ", scratch);
  return scratch;
}

size_t RequestMessage::join_header(std::string_view name, std::string_view separator,
                                   std::string& out) const {
  size_t lines = 0;
  out.clear();
  for (const Header& header : headers_) {
    if (!has_name(header, name)) continue;
    if (lines++ > 0) out += separator;
    out += slice(header.value);
  }
  return lines;
}

size_t RequestMessage::memory() const {
  size_t bytes = body.capacity() + text_.capacity() + checked_host.capacity() +
                 headers_.capacity() * sizeof(Header) + trailers_.capacity() * sizeof(trailers_[0]);
  for (const auto& [name, value] : trailers_) bytes += name.capacity() + value.capacity();
  return bytes;
}

void RequestMessage::clear() {
  verb = Verb::unknown;
  http_1_0 = false;
  keep_alive = true;
  received_at = {};
  body.clear();
  body_dropped = false;
  text_.clear();
  headers_.clear();
  trailers_.clear();
  method_ = target_ = {};
  attachment_.reset();
}

RequestMessage::Slice RequestMessage::append_text(std::string_view text) {
  const Slice part{static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(text.size())};
  text_ += text;
  return part;
}

void RequestMessage::set_start_line(Verb known_verb, std::string_view method,
                                    std::string_view target) {
  verb = known_verb;
  method_ = append_text(method);
  target_ = append_text(target);
}

void RequestMessage::add_header(Field field, std::string_view name, std::string_view value) {
  headers_.push_back({field, append_text(name), append_text(value)});
}

void RequestMessage::add_trailer(std::string_view name, std::string_view value) {
  trailers_.emplace_back(name, value);
}

void ResponseMessage::add_header(std::string_view name, std::string_view value) {
  headers += name;
  headers += ": ";
  headers += value;
  headers += "\r\n";
}

}  // namespace penstock::http
