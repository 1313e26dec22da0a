#include "contract/document/packed_document.h"

#include <algorithm>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <vector>

#include "contract/document/document_builder.h"

namespace penstock::contract {
namespace {

// The bytes behind the mark are steps. Each begins with its kind; a value goes on with its line and
// column, and a scalar with its text. Whole numbers are in groups of seven bits, the lowest first,
// as in LEB128.
enum class Step : uint8_t {
  null,
  boolean,
  int64,
  uint64,
  double_,
  string,
  begin_array,
  begin_object,
  end,
  alias,     // The number of a value that has ended, counted from 0 in the order of their ends.
  merge_key  // The last scalar is one.
};

constexpr size_t kVarintBytesMax = 10;

class Packer {
 public:
  explicit Packer(const Document& document) : merge_keys_(document.merge_keys()) {}

  void add(const Node& node) {
    if (const auto known = numbers_.find(&node); known != numbers_.end()) {
      put(Step::alias);
      put(known->second);
      return;
    }
    if (node.is_scalar()) {
      add_scalar(node);
    } else {
      put(node.is(Node::Kind::array) ? Step::begin_array : Step::begin_object);
      put_place(node);
      for (const Node* element : node.elements) add(*element);
      for (const Member& member : node.members) {
        add(*member.key);
        if (std::find(merge_keys_.begin(), merge_keys_.end(), member.key) != merge_keys_.end()) {
          put(Step::merge_key);
        }
        add(*member.value);
      }
      put(Step::end);
    }
    numbers_.emplace(&node, numbers_.size());
  }

  std::string take() && { return std::move(bytes_); }

 private:
  void add_scalar(const Node& node) {
    put(step_of(node));
    put_place(node);
    put(node.text.size());
    bytes_ += node.text;
    if (!node.is(Node::Kind::number)) return;
    uint64_t bits = 0;
    if (const auto* whole = node.number.if_int64()) {
      bits = static_cast<uint64_t>(*whole);
    } else if (const auto* positive = node.number.if_uint64()) {
      bits = *positive;
    } else {
      bits = std::bit_cast<uint64_t>(node.number.get_double());
    }
    put(bits);
  }

  static Step step_of(const Node& node) {
    switch (node.kind) {
      case Node::Kind::null:
        return Step::null;
      case Node::Kind::boolean:
        return Step::boolean;
      case Node::Kind::number:
        if (node.number.is_int64()) return Step::int64;
        return node.number.is_uint64() ? Step::uint64 : Step::double_;
      default:
        return Step::string;
    }
  }

  void put(Step step) { bytes_ += static_cast<char>(step); }
  void put_place(const Node& node) {
    put(node.line);
    put(node.column);
  }
  void put(uint64_t number) {
    for (; number >= 0x80; number >>= 7U) bytes_ += static_cast<char>(0x80U | (number & 0x7fU));
    bytes_ += static_cast<char>(number);
  }

  const std::vector<const Node*>& merge_keys_;
  boost::unordered_flat_map<const Node*, size_t> numbers_;
  std::string bytes_{kPackedMark};
};

// Reads steps for a builder.
class Unpacker {
 public:
  Unpacker(DocumentBuilder& builder, std::string_view bytes) : builder_(builder), left_(bytes) {}

  // Returns false if the bytes are not those of a packed document.
  bool run() {
    while (!left_.empty() && !builder_.failed()) {
      const auto step = static_cast<Step>(left_.front());
      left_.remove_prefix(1);
      if (!take(step)) return false;
    }
    return open_ == 0 || builder_.failed();
  }

 private:
  bool take(Step step) {
    switch (step) {
      case Step::begin_array:
      case Step::begin_object:
        if (!move()) return false;
        builder_.begin(step == Step::begin_array ? Node::Kind::array : Node::Kind::object);
        ++open_;
        return true;
      case Step::end:
        if (open_ == 0) return false;
        --open_;
        ended_.push_back(builder_.end());
        return true;
      case Step::alias: {
        const auto number = whole();
        if (!number || *number >= ended_.size()) return false;
        builder_.alias(ended_[*number]);
        return true;
      }
      case Step::merge_key:
        builder_.note_merge_key();
        return true;
      default:
        return scalar(step);
    }
  }

  bool scalar(Step step) {
    if (!move()) return false;
    const auto size = whole();
    if (!size || *size > left_.size()) return false;
    const std::string_view text = left_.substr(0, *size);
    left_.remove_prefix(*size);
    boost::json::value number;
    Node::Kind kind = Node::Kind::number;
    switch (step) {
      case Step::null:
        kind = Node::Kind::null;
        break;
      case Step::boolean:
        if (text.empty()) return false;
        kind = Node::Kind::boolean;
        break;
      case Step::string:
        kind = Node::Kind::string;
        break;
      case Step::int64:
      case Step::uint64:
      case Step::double_: {
        const auto bits = whole();
        if (!bits) return false;
        number = number_of(step, *bits);
        break;
      }
      default:
        return false;
    }
    ended_.push_back(builder_.scalar(kind, text, number));
    return true;
  }

  static boost::json::value number_of(Step step, uint64_t bits) {
    if (step == Step::uint64) return bits;
    if (step == Step::int64) return static_cast<int64_t>(bits);
    return std::bit_cast<double>(bits);
  }

  bool move() {
    const auto line = whole();
    const auto column = whole();
    if (!line || !column || *line - 1 >= UINT32_MAX || *column - 1 >= UINT32_MAX) return false;
    builder_.move_to(static_cast<uint32_t>(*line), static_cast<uint32_t>(*column));
    return true;
  }

  std::optional<uint64_t> whole() {
    uint64_t number = 0;
    for (size_t i = 0; i < kVarintBytesMax && i < left_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(left_[i]);
      number |= static_cast<uint64_t>(byte & 0x7fU) << (7 * i);
      if ((byte & 0x80U) != 0) continue;
      left_.remove_prefix(i + 1);
      return number;
    }
    return std::nullopt;
  }

  DocumentBuilder& builder_;
  std::string_view left_;
  std::vector<const Node*> ended_;
  size_t open_ = 0;
};

}  // namespace

std::string pack(const Document& document) {
  Packer packer(document);
  packer.add(document.root());
  return std::move(packer).take();
}

void build_from_packed(DocumentBuilder& builder, std::string_view packed) {
  packed.remove_prefix(std::min(packed.size(), kPackedMark.size()));
  if (!Unpacker(builder, packed).run()) builder.fail("the packed document is not whole");
}

}  // namespace penstock::contract
