#include "contract/parameters/parameter_writer.h"

#include <algorithm>

#include "contract/parameters/cut_text.h"
#include "contract/parameters/percent.h"
#include "json/writer.h"

namespace penstock::contract {

namespace {

// Returns a scalar as text. An array or object inside another becomes JSON, which no style reads.
std::string scalar_text(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return json::to_text(value);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Writes one value. A fault is the sentence that says why it cannot be written; after one, what has
// been written is of no use.
class Writer {
 public:
  explicit Writer(const Parameter& parameter)
      : parameter_(parameter), separator_(separator_of(parameter, parameter.escapes)) {}

  base::Result<std::string> write(const boost::json::value& value) {
    const bool is_list = value.is_array() || value.is_object();
    if (parameter_.shape.kind == Shape::Kind::json) {
      write_pair(parameter_.name, json::to_text(value));
    } else if (!is_list) {
      write_scalar(value);
    } else if ((value.is_array() && value.get_array().empty()) ||
               (value.is_object() && value.get_object().empty())) {
      fault("an empty list cannot be written; the parameter must be left out");
    } else if (parameter_.reading == Reading::cut) {
      write_cut(value);
    } else {
      write_inside(value, parameter_.reading == Reading::members ? "" : parameter_.name, 0);
    }
    if (fault_.empty() && parameter_.in == In::path && out_.empty()) {
      fault("a path parameter must not be empty");
    }
    if (fault_.empty()) return std::move(out_);
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = "parameter '" + parameter_.name + "': " + fault_};
  }

 private:
  void fault(std::string_view sentence) {
    if (fault_.empty()) fault_ = sentence;
  }

  // Appends a part of a text that is cut, or a whole text if `is_part` is false.
  void append(std::string_view text, bool is_part) {
    if (parameter_.in == In::header) {
      append_to_header(text, is_part);
      return;
    }
    const bool is_cut_decoded = is_part && parameter_.separators_encoded;
    if (is_part && (is_cut_decoded || !separator_.encoded.empty()) &&
        text.find(separator_.character) != std::string_view::npos) {
      fault("a part must not contain the separator");
    }
    if (is_cut_decoded && parameter_.explode && text.find('=') != std::string_view::npos) {
      fault("a part must not contain '='");
    }
    for (const char c : text) {
      // A dot separates labels, but is itself in an encoded text otherwise.
      if (c == '.' && is_part && parameter_.style == Style::label) {
        out_ += "%2E";
      } else {
        encode_percent({&c, 1}, out_);
      }
    }
  }

  void append_to_header(std::string_view text, bool is_part) {
    if (std::any_of(text.begin(), text.end(), is_control)) {
      fault("a header must not contain control characters");
    }
    if (!text.empty() && (is_blank(text.front()) || is_blank(text.back()))) {
      fault("a header must not begin or end with a blank");
    }
    if (is_part && (text.empty() || text.find(',') != std::string_view::npos)) {
      fault("a part in a header must not be empty or contain a comma");
    }
    out_ += text;
  }

  // Appends a separate text with its name, where there are names.
  void write_pair(std::string_view name, std::string_view text) {
    if (parameter_.in == In::query || parameter_.in == In::cookie) {
      if (!out_.empty()) out_ += parameter_.in == In::query ? "&" : "; ";
      write_name(name);
      out_ += '=';
    }
    append(text, false);
  }

  void write_name(std::string_view name) {
    if (parameter_.in == In::cookie) {
      if (name.find_first_of("=; ") != std::string_view::npos) {
        fault("a cookie's name must not contain '=', ';' or a blank");
      }
      out_ += name;
    } else {
      encode_percent(name, out_);
    }
  }

  void write_scalar(const boost::json::value& value) {
    const std::string text = scalar_text(value);
    if (parameter_.style == Style::label) out_ += '.';
    if (parameter_.style == Style::matrix) {
      out_ += ';';
      encode_percent(parameter_.name, out_);
      if (!text.empty()) out_ += '=';
    }
    write_pair(parameter_.name, text);
  }

  void separate(bool is_first) {
    if (is_first) return;
    if (separator_.encoded.empty()) {
      out_ += separator_.character;
    } else {
      out_ += '%';
      for (const char c : separator_.encoded) out_ += c == 'c' ? 'C' : c;
    }
  }

  void write_part(const boost::json::value& value) {
    if (value.is_array() || value.is_object()) fault("a part must not be a list itself");
    append(scalar_text(value), true);
  }

  void write_cut(const boost::json::value& value) {
    const bool is_named = parameter_.style == Style::matrix && parameter_.explode;
    if (parameter_.style == Style::label) out_ += '.';
    if (parameter_.style == Style::matrix) out_ += ';';
    if (parameter_.in == In::query || parameter_.in == In::cookie) {
      write_name(parameter_.name);
      out_ += '=';
    } else if (parameter_.style == Style::matrix && !is_named) {
      encode_percent(parameter_.name, out_);
      out_ += '=';
    }
    bool is_first = true;
    if (const boost::json::array* array = value.if_array()) {
      for (const boost::json::value& one : *array) {
        separate(is_first);
        is_first = false;
        if (is_named) {
          encode_percent(parameter_.name, out_);
          out_ += '=';
        }
        write_part(one);
      }
      return;
    }
    for (const boost::json::key_value_pair& entry : value.get_object()) {
      separate(is_first);
      is_first = false;
      const std::string_view name = entry.key();
      if (parameter_.in == In::header && parameter_.explode &&
          name.find('=') != std::string_view::npos) {
        fault("a name in a header must not contain '='");
      }
      append(name, true);
      if (parameter_.explode) {
        out_ += '=';
      } else {
        separate(false);
      }
      write_part(entry.value());
    }
  }

  // Writes the values inside with names of their own.
  void write_inside(const boost::json::value& value, const std::string& name, size_t level) {
    const bool is_nested = parameter_.reading == Reading::nested;
    const auto inside = [&](std::string_view key) {
      if (!is_nested) return level == 0 && value.is_object() ? std::string(key) : name;
      if (key.find_first_of("[]") != std::string_view::npos) {
        fault("a property's name must not contain '[' or ']'");
      }
      return name + '[' + std::string(key) + ']';
    };
    if (const boost::json::array* array = value.if_array()) {
      if (array->empty()) fault("an empty list cannot be written inside another");
      for (size_t i = 0; i < array->size(); ++i) {
        write_inside((*array)[i], inside(std::to_string(i)), level + 1);
      }
    } else if (const boost::json::object* object = value.if_object()) {
      if (object->empty()) fault("an empty object cannot be written inside another");
      for (const boost::json::key_value_pair& entry : *object) {
        write_inside(entry.value(), inside(entry.key()), level + 1);
      }
    } else {
      write_pair(name, scalar_text(value));
    }
    if (is_nested ? level > kNestedMax : level > 2) fault("the value is nested too deeply");
  }

  const Parameter& parameter_;
  Separator separator_;
  std::string out_;
  std::string fault_;
};

}  // namespace

base::Result<std::string> write_parameter(const Parameter& parameter,
                                          const boost::json::value& value) {
  return Writer(parameter).write(value);
}

std::string text_of(const Parameter& parameter, const boost::json::value& value) {
  if (parameter.shape.kind == Shape::Kind::json) return json::to_text(value);
  std::string text;
  if (const boost::json::array* array = value.if_array()) {
    for (const boost::json::value& one : *array) {
      text += (&one == array->begin() ? "" : ",") + scalar_text(one);
    }
  } else if (const boost::json::object* object = value.if_object()) {
    for (const boost::json::key_value_pair& entry : *object) {
      text += text.empty() ? "" : ",";
      text.append(entry.key())
          .append(parameter.explode ? "=" : ",")
          .append(scalar_text(entry.value()));
    }
  } else {
    text = scalar_text(value);
  }
  return text;
}

}  // namespace penstock::contract
