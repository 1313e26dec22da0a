#include "contract/parameters/parameter_writer.h"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "json/writer.h"

namespace penstock::contract {
namespace {

std::string encoded(std::string_view text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string scalar(const Parameter& parameter, const boost::json::value& value) {
  const std::string text =
      value.is_string() ? std::string(value.get_string()) : json::to_text(value);
  return parameter.in == In::header || parameter.in == In::cookie ? text : encoded(text);
}

void write_deep(const boost::json::value& value, const Parameter& parameter,
                const std::string& name, std::string& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, one] : *object) {
      write_deep(one, parameter, name + "%5B" + encoded(key) + "%5D", out);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& one : *array) write_deep(one, parameter, name, out);
  } else {
    out += (out.empty() ? "" : "&") + name + '=' + scalar(parameter, value);
  }
}

base::Error refused(const std::string& sentence) {
  return base::Error{.code = base::ErrorCode::invalid, .message = sentence};
}

}  // namespace

base::Result<std::string> write_parameter(const Parameter& parameter,
                                          const boost::json::value& value) {
  const bool in_query = parameter.in == In::query;
  const std::string name = in_query ? encoded(parameter.name) : parameter.name;
  std::string prefix = in_query || parameter.in == In::cookie ? name + '=' : "";
  std::string joint = ",";
  if (parameter.style == Style::label) prefix = ".", joint = parameter.explode ? "." : ",";
  if (parameter.style == Style::matrix) prefix = ";" + name + "=";
  if (parameter.style == Style::space_delimited) joint = "%20";
  if (parameter.style == Style::pipe_delimited) joint = "%7C";
  std::string text;
  if (parameter.shape.kind == Shape::Kind::json) {
    const std::string as_json = json::to_text(value);
    text = parameter.in == In::header || parameter.in == In::cookie ? as_json : encoded(as_json);
  } else if (parameter.style == Style::deep_object) {
    write_deep(value, parameter, name, text);
    prefix.clear();
  } else if (const auto* array = value.if_array()) {
    const bool named = parameter.explode && (in_query || parameter.style == Style::matrix);
    if (array->empty()) return refused("an empty list cannot be written");
    for (const auto& one : *array) {
      if (one.is_structured()) return refused("a list in a list cannot be written");
      if (&one != array->begin()) text += !named ? joint : in_query ? "&" + prefix : prefix;
      text += scalar(parameter, one);
    }
  } else if (const auto* object = value.if_object()) {
    if (object->empty()) return refused("an empty object cannot be written");
    const bool named = parameter.explode;
    if (named && in_query) joint = "&";
    if (named && parameter.style == Style::matrix) joint = ";";
    if (named && prefix.ends_with('=')) prefix = parameter.style == Style::matrix ? ";" : "";
    for (const auto& [key, one] : *object) {
      if (one.is_structured()) return refused("an object in an object cannot be written");
      if (!text.empty()) text += joint;
      text += (in_query || parameter.in == In::path ? encoded(key) : std::string(key)) +
              (named ? "=" : joint) + scalar(parameter, one);
    }
  } else {
    text = scalar(parameter, value);
  }
  if (parameter.in == In::path && text.empty()) return refused("an empty text");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return refused("a control character");
  }
  return prefix + text;
}

}  // namespace penstock::contract
