#include "dynamodb/value_json.h"

#include <openssl/evp.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>

#include "base/check.h"
#include "base/printable_text.h"
#include "json/text.h"

namespace penstock::dynamodb {
namespace {

constexpr size_t kNameBytesMax = 80;  // Of a name in a message.

// Puts the name of the attribute, in which something is wrong, before the message.
base::Error within(std::string_view name, base::Error error) {
  error.message = "in \"" + base::printable(name, kNameBytesMax) + "\": " + error.message;
  return error;
}
base::Error wrong(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

// Appends one value after another.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  base::Result<> map(const Map& map, size_t depth) {
    if (map.size() > kMembersMax) return wrong("a map has more than 10,000 members");
    char before = '{';
    for (const auto& [name, value] : map) {
      out_ += before;
      before = ',';
      if (!json::append_checked_string(out_, name)) return wrong("a name is not UTF-8");
      out_ += ':';
      if (auto done = this->value(value, depth); !done) return within(name, done.error());
    }
    out_ += map.empty() ? "{}" : "}";
    return {};
  }

  base::Result<> value(const Value& value, size_t depth) {
    if (depth > kDepthMax + 1) return wrong("a value is nested more than 32 deep");
    depth_ = depth;
    return std::visit([this](const auto& held) { return write(held); }, value.variant());
  }

 private:
  base::Result<> write(Null) {
    out_ += R"({"NULL":true})";
    return {};
  }
  base::Result<> write(bool held) {
    out_ += held ? R"({"BOOL":true})" : R"({"BOOL":false})";
    return {};
  }
  base::Result<> write(const Number& number) {
    out_.append(R"({"N":")").append(number.text()).append("\"}");
    return {};
  }
  base::Result<> write(const std::string& text) {
    out_ += R"({"S":)";
    if (!json::append_checked_string(out_, text)) return wrong("a text is not UTF-8");
    out_ += '}';
    return {};
  }
  base::Result<> write(const Binary& binary) {
    out_.append(R"({"B":")").append(to_base64(binary.bytes)).append("\"}");
    return {};
  }
  base::Result<> write(const List& list) {
    const size_t depth = depth_ + 1;
    out_ += R"({"L":)";
    char before = '[';
    for (const Value& element : list) {
      out_ += before;
      before = ',';
      if (auto done = value(element, depth); !done) return done;
    }
    out_ += list.empty() ? "[]}" : "]}";
    return {};
  }
  base::Result<> write(const Map& map) {
    const size_t depth = depth_ + 1;
    out_ += R"({"M":)";
    if (auto done = this->map(map, depth); !done) return done;
    out_ += '}';
    return {};
  }
  base::Result<> write(const StringSet& set) {
    return write_set("SS", set.elements, [this](const std::string& text) -> base::Result<> {
      if (!json::append_checked_string(out_, text)) return wrong("a text is not UTF-8");
      return {};
    });
  }
  base::Result<> write(const NumberSet& set) {
    return write_set("NS", set.elements, [this](const Number& number) -> base::Result<> {
      out_.append("\"").append(number.text()).append("\"");
      return {};
    });
  }
  base::Result<> write(const BinarySet& set) {
    return write_set("BS", set.elements, [this](const Binary& binary) -> base::Result<> {
      out_.append("\"").append(to_base64(binary.bytes)).append("\"");
      return {};
    });
  }
  template <class Elements, class Write>
  base::Result<> write_set(std::string_view type, const Elements& elements, Write write_element) {
    if (elements.empty()) return wrong("a set is empty, which DynamoDB has no value for");
    out_.append("{\"").append(type).append("\":");
    char before = '[';
    for (const auto& element : elements) {
      out_ += before;
      before = ',';
      if (auto done = write_element(element); !done) return done;
    }
    out_ += "]}";
    return {};
  }

  std::string& out_;
  size_t depth_ = 0;  // Of the value that is being written.
};

base::Result<std::string> read_text(const boost::json::value& json) {
  if (!json.is_string()) return wrong("a text is not a string");
  return std::string(std::string_view(json.get_string()));
}
base::Result<Number> read_number(const boost::json::value& json) {
  if (!json.is_string()) return wrong("a number is not a string");
  auto number = Number::parse(json.get_string());
  if (!number) return wrong("a number " + number.error().message);
  return number;
}
base::Result<Binary> read_binary(const boost::json::value& json) {
  if (json.is_string()) {
    if (auto bytes = from_base64(json.get_string())) return Binary{std::move(*bytes)};
  }
  return wrong("bytes are not Base64");
}

template <class Set, class Read>
base::Result<Value> read_set(const boost::json::value& json, Read read) {
  if (!json.is_array() || json.get_array().empty()) return wrong("a set is not a list of elements");
  Set set;
  set.elements.reserve(json.get_array().size());
  for (const boost::json::value& one : json.get_array()) {
    auto element = read(one);
    if (!element) return element.error();
    set.elements.push_back(std::move(*element));
  }
  return Value(std::move(set));
}

template <class T>
base::Result<Value> as_value(base::Result<T> read) {
  if (!read) return read.error();
  return Value(std::move(*read));
}

base::Result<Value> read_at(const boost::json::value& json, size_t depth);

base::Result<Map> read_map(const boost::json::value& json, size_t depth) {
  if (!json.is_object()) return wrong("a map is not an object");
  Map map;
  for (const auto& member : json.get_object()) {
    auto value = read_at(member.value(), depth);
    if (!value) return within(member.key(), value.error());
    map.emplace(member.key(), std::move(*value));
  }
  return map;
}

base::Result<Value> read_list(const boost::json::value& json, size_t depth) {
  if (!json.is_array()) return wrong("a list is not an array");
  List list;
  list.reserve(json.get_array().size());
  for (const boost::json::value& one : json.get_array()) {
    auto element = read_at(one, depth);
    if (!element) return element.error();
    list.push_back(std::move(*element));
  }
  return Value(std::move(list));
}

base::Result<Value> read_at(const boost::json::value& json, size_t depth) {
  if (depth > kDepthMax + 1) return wrong("a value is nested more than 32 deep");
  if (!json.is_object() || json.get_object().size() != 1) {
    return wrong("a value is not an object with its type");
  }
  const auto& member = *json.get_object().begin();
  const std::string_view type = member.key();
  const boost::json::value& held = member.value();
  if (type == "S") return as_value(read_text(held));
  if (type == "N") return as_value(read_number(held));
  if (type == "M") return as_value(read_map(held, depth + 1));
  if (type == "L") return read_list(held, depth + 1);
  if (type == "BOOL" && held.is_bool()) return Value(held.get_bool());
  if (type == "NULL" && held.is_bool()) return Value(Null{});
  if (type == "B") return as_value(read_binary(held));
  if (type == "SS") return read_set<StringSet>(held, read_text);
  if (type == "NS") return read_set<NumberSet>(held, read_number);
  if (type == "BS") return read_set<BinarySet>(held, read_binary);
  return wrong("a value has no type that DynamoDB has");
}

}  // namespace

base::Result<> append_value(std::string& out, const Value& value) {
  return Writer(out).value(value, 1);
}

base::Result<> append_item(std::string& out, const Item& item) {
  return Writer(out).map(item, 1);
}

base::Result<Value> read_value(const boost::json::value& json) {
  return read_at(json, 1);
}

base::Result<Item> read_item(const boost::json::value& json) {
  return read_map(json, 1);
}

std::string to_base64(std::string_view bytes) {
  base::check(bytes.size() < std::numeric_limits<int>::max() / 2, "bytes fit into an item");
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a zero behind it.
  const int length = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > std::numeric_limits<int>::max()) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
  if (length != static_cast<int>(bytes.size())) return std::nullopt;
  if (text.ends_with("==")) {
    bytes.resize(bytes.size() - 2);
  } else if (text.ends_with('=')) {
    bytes.resize(bytes.size() - 1);
  }
  // OpenSSL skips blanks and does not look at unused bits.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace penstock::dynamodb
