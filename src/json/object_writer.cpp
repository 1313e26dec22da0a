#include "json/object_writer.h"

#include "json/text.h"

namespace penstock::json {

ObjectWriter& ObjectWriter::member(std::string_view name, std::string_view text) {
  append_string(key(name), text);
  return *this;
}

ObjectWriter& ObjectWriter::json(std::string_view name, std::string_view text) {
  key(name) += text;
  return *this;
}

std::string& ObjectWriter::key(std::string_view name) {
  out_ += is_empty_ ? "\"" : ",\"";
  is_empty_ = false;
  out_ += name;
  return out_ += "\":";
}

std::string& ObjectWriter::key_of_text(std::string_view name) {
  if (!is_empty_) out_ += ',';
  is_empty_ = false;
  append_string(out_, name);
  return out_ += ':';
}

}  // namespace penstock::json
