#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <optional>
#include <sstream>

#include "base/utf8.h"
#include "contract/document/document_builder.h"
#include "contract/document/packed_document.h"
#include "json/number.h"

namespace penstock::contract {

namespace {

bool all_of(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == std::string_view::npos;
}

template <class Number>
std::optional<boost::json::value> integer(std::string_view digits, int base) {
  Number number{};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return boost::json::value(number);
}

// Returns whether the text is a float of the core schema (YAML 1.2.2 section 10.3.2).
bool is_float(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!all_of(exponent, kDigits)) return false;
    text = text.substr(0, e);
  }
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() && fraction.empty()) return false;
  return (whole.empty() || all_of(whole, kDigits)) &&
         (fraction.empty() || all_of(fraction, kDigits));
}

// Returns nothing if the text is not a finite number of the core schema (YAML 1.2.2 section
// 10.3.2).
std::optional<boost::json::value> number_of(std::string_view text) {
  if (text.empty() ||
      !(text[0] == '-' || text[0] == '+' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9'))) {
    return std::nullopt;
  }
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) {
    return integer<uint64_t>(text.substr(2), 8);
  }
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return integer<uint64_t>(text.substr(2), 16);
  }
  if (!is_float(text)) return std::nullopt;
  if (text[0] == '+') text.remove_prefix(1);
  if (auto whole = integer<int64_t>(text, 10)) return whole;
  if (auto whole = integer<uint64_t>(text, 10)) return whole;
  const auto number =
      json::nearest_double(text[0] == '.' ? "0" + std::string(text) : std::string(text));
  if (!number) return std::nullopt;
  return boost::json::value(*number);
}

// This exception stops yaml-cpp when the builder has failed. It is caught in this file.
struct Stop {};

class Events final : public YAML::EventHandler {
 public:
  explicit Events(DocumentBuilder& builder) : builder_(builder) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    at(mark);
    name(anchor, builder_.scalar(Node::Kind::null, ""));
    stop_if_failed();
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    at(mark);
    const auto found = anchors_.find(anchor);
    builder_.alias(found == anchors_.end() ? nullptr : found->second);
    stop_if_failed();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    at(mark);
    if (!base::is_utf8(text)) builder_.fail("the text is not UTF-8");
    name(anchor, scalar(tag, text));
    stop_if_failed();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::array);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::object);
  }
  void OnMapEnd() override { end(); }

 private:
  void at(const YAML::Mark& mark) {
    builder_.move_to(static_cast<uint32_t>(std::max(mark.line, 0)) + 1,
                     static_cast<uint32_t>(std::max(mark.column, 0)) + 1);
  }
  void stop_if_failed() const {
    if (builder_.failed()) throw Stop{};
  }
  void name(YAML::anchor_t anchor, const Node* node) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
  }
  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             Node::Kind kind) {
    at(mark);
    if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with("tag:yaml.org,2002:")) {
      builder_.fail("the tag " + tag + " is not supported");
    }
    builder_.begin(kind);
    stop_if_failed();
    open_.push_back(anchor);
  }
  void end() {
    const YAML::anchor_t anchor = open_.back();
    open_.pop_back();
    name(anchor, builder_.end());
    stop_if_failed();
  }
  const Node* scalar(const std::string& tag, const std::string& text) {
    if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      return builder_.scalar(Node::Kind::string, text);
    }
    if (!tag.empty() && tag != "?") {
      builder_.fail("the tag " + tag + " is not supported");
    }
    if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
        text == "FALSE") {
      return builder_.scalar(Node::Kind::boolean, text);
    }
    if (const auto number = number_of(text)) {
      return builder_.scalar(Node::Kind::number, text, *number);
    }
    const Node* node = builder_.scalar(Node::Kind::string, text);
    if (text == "<<") builder_.note_merge_key();
    return node;
  }

  DocumentBuilder& builder_;
  boost::unordered_flat_map<YAML::anchor_t, const Node*> anchors_;
  std::vector<YAML::anchor_t> open_;
};

}  // namespace

void build_from_yaml(DocumentBuilder& builder, std::string_view text) {
  // yaml-cpp also reads UTF-16, but then its lines and columns would not be those of the file.
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
      text.find('\0') != std::string_view::npos) {
    return builder.fail("the document is not UTF-8");
  }
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    Events events(builder);
    parser.HandleNextDocument(events);
    if (parser.HandleNextDocument(events)) builder.fail("the file has more than one document");
  } catch (const Stop&) {
    return;
  } catch (const YAML::Exception& failure) {
    builder.fail_at(static_cast<uint32_t>(std::max(failure.mark.line, 0)) + 1,
                    static_cast<uint32_t>(std::max(failure.mark.column, 0)) + 1,
                    "is not YAML: " + failure.msg);
  }
}

base::Result<Document> Document::parse(std::string_view text, const std::string& file) {
  if (text.starts_with(kPackedMark)) return unpack(text, file);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
    auto document = parse_json(text, file);
    if (document || file.ends_with(".json")) return document;
    // Otherwise it may be a flow mapping of YAML, such as {a: b}.
  }
  return build(text, file, build_from_yaml);
}

}  // namespace penstock::contract
