#include "contract/bundle/bundle.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "contract/bundle/object_kinds.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

namespace bj = boost::json;
using Kind = ObjectKind;

constexpr size_t kValuesMax = 1U << 20U;
// A document has at most 200 levels, and a path item can be within another one's callback.
constexpr size_t kDepthMax = 600;

// Replaces the characters that the name of a component cannot have.
std::string component_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    name += plain ? c : '_';
  }
  return name.empty() ? "_" : name;
}

// Returns the name that a reference suggests: the last part of its pointer, or its file's name.
std::string name_in(std::string_view reference) {
  const size_t mark = reference.find('#');
  std::string_view fragment = mark == std::string_view::npos ? "" : reference.substr(mark + 1);
  if (!fragment.empty()) return component_name(fragment.substr(fragment.rfind('/') + 1));
  std::string_view file = reference.substr(0, mark);
  file = file.substr(file.rfind('/') + 1);
  return component_name(file.substr(0, file.find('.')));
}

// Copies the document, and what it refers to in other files.
class Bundler {
 public:
  Bundler(const Node& root, Sources& sources)
      : root_(root), sources_(sources), resource_(sources.resources().front()) {}

  // Returns nothing if there are too many values.
  std::optional<bj::object> make() {
    find_homes();
    auto document = object(root_, resource_, Kind::document, 0);
    while (!pending_.empty() && !failed_) {
      const Pending one = pending_.front();
      pending_.pop_front();
      bj::value copied = copy(*one.target.node, *one.target.resource, one.kind, 0);
      if (!document["components"].is_object()) document["components"].emplace_object();
      bj::object& components = document["components"].get_object();
      bj::value& section = components[section_of(one.kind)];
      if (!section.is_object()) section.emplace_object();
      section.get_object()[one.name] = std::move(copied);
    }
    if (failed_) return std::nullopt;
    return document;
  }

 private:
  struct Pending {
    Target target;
    Kind kind;
    std::string name;
  };
  using Key = std::pair<const Node*, Kind>;

  [[nodiscard]] bool is_of_root(const Node& node) const { return *node.file == *root_.file; }

  // A component that is only a reference to another file becomes the place of what is there.
  void find_homes() {
    const Node* components = root_.find("components");
    if (components == nullptr) return;
    for (const Member& section : components->members) {
      const MemberKind kind = member_kind(Kind::components, section.key->text);
      for (const Member& entry : section.value->members) {
        taken_.emplace(section.key->text, entry.key->text);
        const Node* reference = entry.value->find("$ref");
        if (!kind.map || section_of(kind.kind).empty() || reference == nullptr ||
            entry.value->members.size() > 1) {
          continue;
        }
        const Target target = sources_.resolve(*reference, reference->text, resource_);
        if (target.node == nullptr || is_of_root(*target.node)) continue;
        if (names_.emplace(Key{target.node, kind.kind}, entry.key->text).second) {
          homes_.emplace(entry.value, target);
        }
      }
    }
  }

  bool take(size_t values) {
    failed_ = failed_ || values > left_;
    if (!failed_) left_ -= values;
    return !failed_;
  }

  bj::value copy(const Node& node, const Resource& from, Kind kind, size_t depth) {
    const Resource& resource = sources_.resource_of(node, from);
    if (kind == Kind::value || node.is_scalar()) {
      auto copied = copy_within(node, left_);
      failed_ = failed_ || !copied;
      return copied ? std::move(*copied) : bj::value();
    }
    if (!take(1) || depth > kDepthMax) {
      failed_ = true;
      return nullptr;
    }
    if (node.is(Node::Kind::array)) {
      bj::array list;
      for (const Node* one : node.elements) list.push_back(copy(*one, resource, kind, depth + 1));
      return list;
    }
    if (const auto home = homes_.find(&node); home != homes_.end()) {
      return copy(*home->second.node, *home->second.resource, kind, depth + 1);
    }
    return object(node, resource, kind, depth);
  }

  bj::object object(const Node& node, const Resource& resource, Kind kind, size_t depth) {
    bj::object made;
    for (const Member& member : node.members) {
      const std::string& key = member.key->text;
      if (failed_) break;
      if (key == "$ref" && member.value->is(Node::Kind::string)) {
        refer(*member.value, resource, kind, depth, made);
      } else if (!is_of_root(node) && kind == Kind::schema && is_own_name(key)) {
        continue;  // The copied references do not use it.
      } else if (kind == Kind::schema && key == "discriminator") {
        made[key] = discriminator(*member.value, resource);
      } else if (const MemberKind of = member_kind(kind, key); of.map) {
        made[key] = map(*member.value, resource, of.kind, depth);
      } else {
        made[key] = copy(*member.value, resource, of.kind, depth + 1);
      }
    }
    if (kind == Kind::schema) keep_names_of_alternatives(node, resource, made);
    return made;
  }

  bj::value map(const Node& node, const Resource& resource, Kind kind, size_t depth) {
    if (!node.is(Node::Kind::object)) return copy(node, resource, Kind::value, depth + 1);
    bj::object made;
    for (const Member& member : node.members) {
      const bool is_extension = member.key->text.starts_with("x-") && kind == Kind::path_item;
      made[member.key->text] =
          copy(*member.value, resource, is_extension ? Kind::value : kind, depth + 1);
    }
    return made;
  }

  static bool is_own_name(std::string_view key) {
    return key == "$id" || key == "$anchor" || key == "$schema";
  }

  // Writes a `$ref`, or what it leads to if that has no place in `components`.
  void refer(const Node& at, const Resource& resource, Kind kind, size_t depth, bj::object& made) {
    if (kind == Kind::path_item) {
      const Target target = sources_.resolve(at, at.text, resource);
      if (target.node == nullptr || is_local(at, *target.node)) {
        made["$ref"] = at.text;
        return;
      }
      // The members beside the `$ref` are other ones: what is in both is refused.
      const bj::value item = copy(*target.node, *target.resource, kind, depth + 1);
      if (!item.is_object()) return;
      for (const auto& [key, value] : item.get_object()) {
        if (!made.contains(key)) made[key] = value;
      }
      return;
    }
    made["$ref"] = reference(at, resource, kind);
  }

  [[nodiscard]] bool is_local(const Node& at, const Node& target) const {
    return is_of_root(at) && is_of_root(target);
  }

  std::string reference(const Node& at, const Resource& resource, Kind kind) {
    const Target target = sources_.resolve(at, at.text, resource);
    if (target.node == nullptr || is_local(at, *target.node)) return at.text;
    if (target.resource == &resource_ && at.text.find("#/") != std::string::npos) {
      return at.text.substr(at.text.find('#'));
    }
    return "#/components/" + std::string(section_of(kind)) + "/" + name_of(target, kind, at.text);
  }

  // Returns the name of a component with what is in another file, which is copied later.
  std::string name_of(const Target& target, Kind kind, std::string_view reference) {
    const auto [known, is_new] = names_.emplace(Key{target.node, kind}, "");
    if (!is_new) return known->second;
    const std::string wanted = name_in(reference);
    std::string name = wanted;
    const std::string section(section_of(kind));
    for (int i = 2; !taken_.emplace(section, name).second; ++i) {
      name = wanted + "_" + std::to_string(i);
    }
    known->second = name;
    pending_.push_back({.target = target, .kind = kind, .name = name});
    return name;
  }

  bj::value discriminator(const Node& node, const Resource& resource) {
    bj::value made = copy(node, resource, Kind::value, 0);
    const Node* mapping = node.find("mapping");
    if (mapping == nullptr || !made.is_object() || !mapping->is(Node::Kind::object)) return made;
    for (const Member& member : mapping->members) {
      bj::value& mapped = made.get_object()["mapping"].get_object()[member.key->text];
      if (member.value->text.find_first_of("/#.") != std::string::npos) {
        mapped = reference(*member.value, resource, Kind::schema);
      } else if (taken_.contains({"schemas", member.value->text})) {
        // Generators of clients take a mere name for a file.
        mapped = "#/components/schemas/" + member.value->text;
      }
    }
    return made;
  }

  // The name of an alternative is the last part of its reference. If that has become another one,
  // the mapping says so.
  void keep_names_of_alternatives(const Node& node, const Resource& resource, bj::object& made) {
    const Node* discriminator = node.find("discriminator");
    if (discriminator == nullptr || !made["discriminator"].is_object()) return;
    bj::object& of = made["discriminator"].get_object();
    for (const char* list : {"oneOf", "anyOf"}) {
      const Node* alternatives = node.find(list);
      if (alternatives == nullptr) continue;
      for (const Node* one : alternatives->elements) {
        const Node* at = one->find("$ref");
        if (at == nullptr) continue;
        const std::string now = reference(*at, resource, Kind::schema);
        const std::string name = at->text.substr(at->text.find_last_of("/#") + 1);
        if (now.substr(now.rfind('/') + 1) == name) continue;
        if (!of["mapping"].is_object()) of["mapping"].emplace_object();
        bj::object& mapping = of["mapping"].get_object();
        if (!mapping.contains(name)) mapping[name] = now;
      }
    }
  }

  const Node& root_;
  Sources& sources_;
  const Resource& resource_;
  size_t left_ = kValuesMax;
  bool failed_ = false;
  boost::unordered_flat_map<Key, std::string> names_;  // Of what other files have.
  boost::unordered_flat_map<const Node*, Target> homes_;
  std::set<std::pair<std::string, std::string>> taken_;  // Sections and names.
  std::deque<Pending> pending_;
};

}  // namespace

base::Result<std::string> bundled(const Node& root, Sources& sources) {
  const auto document = Bundler(root, sources).make();
  std::string text;
  if (document && json::append_value(text, *document)) return text;
  return base::Error{.code = base::ErrorCode::invalid,
                     .message =
                         "the contract has too many values for one document in JSON, with "
                         "aliases and references followed: a million at most"};
}

}  // namespace penstock::contract
