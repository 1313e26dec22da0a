#include "contract/source.h"

#include <algorithm>

namespace penstock::contract {
namespace {

constexpr size_t kProblemsMax = 50;
constexpr int kReferencesMax = 20;  // `$ref` to `$ref`: a longer chain is a circle.

// "~1" → "/", "~0" → "~" (RFC 6901 section 4).
std::string unescape(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      out += token[++i] == '1' ? '/' : '~';
    } else {
      out += token[i];
    }
  }
  return out;
}

}  // namespace

base::Result<Source> Source::parse(std::string_view text, std::string file) {
  Source source;
  source.file_ = std::move(file);
  try {
    source.root_ = YAML::Load(std::string(text));
  } catch (const YAML::Exception& failure) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = source.file_ + ':' + std::to_string(failure.mark.line + 1) + ':' +
                                  std::to_string(failure.mark.column + 1) + ": not YAML: " + failure.msg};
  }
  if (!source.root_.IsMap()) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = source.file_ + ":1:1: the document is not a map"};
  }
  return source;
}

std::string Source::where(const YAML::Node& at) const {
  const YAML::Mark mark = at.IsDefined() ? at.Mark() : root_.Mark();
  return file_ + ':' + std::to_string(std::max(mark.line, 0) + 1) + ':' +
         std::to_string(std::max(mark.column, 0) + 1);
}

void Source::problem(const YAML::Node& at, const std::string& sentence) {
  if (problems_.size() < kProblemsMax) problems_.push_back(where(at) + ": " + sentence);
}

base::Result<> Source::check() const {
  if (problems_.empty()) return {};
  std::string all;
  for (const std::string& one : problems_) all += (all.empty() ? "" : "\n") + one;
  return base::Error{.code = base::ErrorCode::invalid, .message = all};
}

YAML::Node Source::resolve(const YAML::Node& node) {
  YAML::Node current = node;
  for (int i = 0; i < kReferencesMax; ++i) {
    if (!current.IsMap() || !current["$ref"].IsDefined()) return current;
    const YAML::Node reference = current["$ref"];
    const std::string pointer = reference.IsScalar() ? reference.Scalar() : "";
    if (!pointer.starts_with("#/")) {
      problem(reference, "$ref '" + pointer +
                             "' does not start with '#/': only references within the document are known");
      return YAML::Node(YAML::NodeType::Undefined);
    }
    YAML::Node target = root_;  // reset() below lets it point elsewhere; = would overwrite the tree.
    std::string_view rest = std::string_view(pointer).substr(2);
    while (true) {
      const size_t slash = rest.find('/');
      const std::string key = unescape(rest.substr(0, slash));
      if (!target.IsMap() || !target[key].IsDefined()) {
        problem(reference, "$ref '" + pointer + "' points to nothing");
        return YAML::Node(YAML::NodeType::Undefined);
      }
      target.reset(target[key]);
      if (slash == std::string_view::npos) break;
      rest = rest.substr(slash + 1);
    }
    current.reset(target);
  }
  problem(node, "$ref leads in a circle");
  return YAML::Node(YAML::NodeType::Undefined);
}

void Source::only(const YAML::Node& map, std::string_view what,
                  std::initializer_list<std::string_view> keys) {
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (key.starts_with("x-")) continue;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      problem(entry.first,
              std::string(what) + ": '" + key + "' is not enforced by this version, so it is refused");
    }
  }
}

std::string Source::text(const YAML::Node& map, const char* key, std::string_view what) {
  const YAML::Node node = map[key];
  if (node.IsDefined() && node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
  problem(node.IsDefined() ? node : map, std::string(what) + " needs '" + key + "'");
  return "";
}

}  // namespace penstock::contract
