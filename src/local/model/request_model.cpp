#include "local/model/request_model.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <string>

#include "aws/times.h"
#include "json/text.h"

namespace penstock::local {
namespace {

// A path in a message has at most so much of a key that the user invented, in bytes.
constexpr size_t kShownKeyMax = 64;

const ModelShape& shape_of(std::string_view name) {
  const auto shapes = model_shapes();
  return *std::find_if(shapes.begin(), shapes.end(),
                       [&](const ModelShape& shape) { return shape.name == name; });
}

// Says whether a byte of UTF-8 does not begin a character.
bool is_inside_character(char c) {
  return (c & 0xC0) == 0x80;
}

int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return !is_inside_character(c); });
}

std::string range(const ModelShape& shape) {
  if (shape.max == ModelShape::kNone) return "at least " + std::to_string(shape.min);
  if (shape.max == shape.min) return std::to_string(shape.min);
  return std::to_string(shape.min) + " to " + std::to_string(shape.max);
}

// Returns "A, B or C".
std::string alternatives(std::string_view words) {
  std::string text;
  while (!words.empty()) {
    const size_t space = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, space);
    words.remove_prefix(std::min(space + 1, words.size()));
    if (!text.empty()) text += words.empty() ? " or " : ", ";
    text += word;
  }
  return text;
}

bool is_one_of(std::string_view text, std::string_view words) {
  return !text.empty() && text.find(' ') == std::string_view::npos &&
         (" " + std::string(words) + " ").find(" " + std::string(text) + " ") != std::string::npos;
}

class Check {
 public:
  explicit Check(RequestProblems& problems) : problems_(problems) {}

  void structure(const boost::json::object& object, const ModelShape& shape,
                 const std::string& path) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& member : object) {
      const ModelMember* known = find(shape, member.key());
      const std::string name = prefix + shown(member.key());
      if (known != nullptr) {
        value(member.value(), shape_of(known->shape), name);
      } else {
        problems_.add(name, why_unknown(path, member.key()));
      }
    }
    for (const ModelMember& member : model_members()) {
      if (member.structure == shape.name && member.required && !object.contains(member.name)) {
        problems_.add(prefix + std::string(member.name), "is required");
      }
    }
  }

 private:
  static const ModelMember* find(const ModelShape& structure, std::string_view name) {
    for (const ModelMember& member : model_members()) {
      if (member.structure == structure.name && member.name == name) return &member;
    }
    return nullptr;
  }
  // Returns the beginning of a key, escaped as in JSON, since it may hold what a terminal obeys.
  static std::string shown(std::string_view key) {
    size_t size = std::min(key.size(), kShownKeyMax);
    while (size > 0 && size < key.size() && is_inside_character(key[size])) --size;
    const std::string quoted = json::quoted(key.substr(0, size));
    return quoted.substr(1, quoted.size() - 2);
  }
  static std::string why_unknown(const std::string& path, std::string_view name) {
    for (const OtherSourceMember& other : other_source_members()) {
      if (path.empty() && other.name == name) {
        return "is available for " + std::string(other.whose) + " (AWS)";
      }
    }
    return "is not a member of CreateEventSourceMapping's request";
  }

  void value(const boost::json::value& value, const ModelShape& shape, const std::string& path) {
    switch (shape.type) {
      case ModelType::structure:
        if (!value.is_object()) return problems_.add(path, "must be an object");
        return structure(value.get_object(), shape, path);
      case ModelType::list:
        return list(value, shape, path);
      case ModelType::map:
        return map(value, shape, path);
      case ModelType::text:
        if (!value.is_string()) return problems_.add(path, "must be a string");
        return text(value.get_string(), shape, path);
      case ModelType::whole:
        if (!value.is_int64() || value.get_int64() < shape.min || value.get_int64() > shape.max) {
          const auto* from = shape.max == ModelShape::kNone ? " of " : " from ";
          problems_.add(path, "must be a whole number" + (from + range(shape)));
        }
        return;
      case ModelType::boolean:
        if (!value.is_bool()) problems_.add(path, "must be true or false");
        return;
      case ModelType::timestamp:
        if (!model_time_ms(value)) {
          problems_.add(path,
                        "must be a number of seconds since 1970, or a time in the format of RFC "
                        "3339");
        }
        return;
    }
  }

  // Says whether the number of elements is right.
  bool count(size_t number, const ModelShape& shape, const std::string& path) {
    const auto elements = static_cast<int64_t>(number);
    if (elements >= shape.min && elements <= shape.max) return true;
    problems_.add(path, "must have " + range(shape) + (shape.max == 1 ? " element" : " elements"));
    return false;
  }

  void list(const boost::json::value& value, const ModelShape& shape, const std::string& path) {
    if (!value.is_array()) return problems_.add(path, "must be a list");
    const auto& elements = value.get_array();
    if (!count(elements.size(), shape, path)) return;
    for (size_t i = 0; i < elements.size(); ++i) {
      this->value(elements[i], shape_of(shape.element), path + "[" + std::to_string(i) + "]");
    }
  }

  void map(const boost::json::value& value, const ModelShape& shape, const std::string& path) {
    if (!value.is_object()) return problems_.add(path, "must be an object");
    const auto& object = value.get_object();
    if (!count(object.size(), shape, path)) return;
    for (const auto& member : object) {
      const std::string name = path + "." + shown(member.key());
      text(member.key(), shape_of(shape.key), name);
      this->value(member.value(), shape_of(shape.element), name);
    }
  }

  void text(std::string_view text, const ModelShape& shape, const std::string& path) {
    if (!shape.words.empty()) {
      if (!is_one_of(text, shape.words)) {
        problems_.add(path, "must be " + alternatives(shape.words));
      }
      return;
    }
    if (const int64_t length = characters(text); length < shape.min || length > shape.max) {
      return problems_.add(path, "must have " + range(shape) + " characters");
    }
    if (!shape.pattern.empty() && !matches(text, shape)) {
      problems_.add(path, "must " + std::string(shape.form));
    }
  }

  bool matches(std::string_view text, const ModelShape& shape) {
    const re2::StringPiece pattern(shape.pattern.data(), shape.pattern.size());
    const RE2& regex = regexes_.try_emplace(shape.name, pattern, RE2::Quiet).first->second;
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex);
  }

  RequestProblems& problems_;
  std::map<std::string_view, RE2> regexes_;  // By the names of their shapes.
};

}  // namespace

void check_model(const boost::json::object& request, RequestProblems& problems) {
  Check(problems).structure(request, model_shapes().front(), "");
}

std::optional<int64_t> model_time_ms(const boost::json::value& value) {
  constexpr double kSecondsMax = 1e11;  // Beyond the year 5000.
  if (value.is_number()) {
    const double seconds = value.to_number<double>();
    if (seconds >= 0 && seconds < kSecondsMax) return std::llround(seconds * 1000);
  } else if (value.is_string()) {
    if (const auto time = aws::parse_timestamp(value.get_string())) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch())
          .count();
    }
  }
  return std::nullopt;
}

}  // namespace penstock::local
