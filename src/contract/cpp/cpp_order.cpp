#include "contract/cpp/cpp_order.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;

// Returns the uses inside a type whose object contains the objects of the others. A list does not
// contain its elements, and a Box not what it holds.
std::vector<CppUse> contained(const CppType& type) {
  std::vector<CppUse> out;
  const auto add = [&](const CppUse& use) {
    if (use.type != nullptr && !use.boxed) out.push_back(use);
  };
  for (const CppField& field : type.fields) add(field.use);
  for (const CppType* one : type.alternatives) add({.type = one});
  if (type.kind == Kind::map) add(type.element);
  add(type.additional);
  return out;
}

// Numbers the strongly connected components, by Tarjan's algorithm without recursion.
class Components {
 public:
  explicit Components(const std::deque<CppType>& types) {
    for (const CppType& type : types) {
      if (!states_.contains(&type)) visit(type);
    }
  }
  [[nodiscard]] size_t of(const CppType* type) const { return states_.at(type).component; }

 private:
  struct State {
    size_t index = 0;
    size_t low = 0;
    size_t component = 0;  // 0 while it is on the stack.
  };
  struct Frame {
    const CppType* type;
    std::vector<CppUse> inside;
    size_t next = 0;
  };

  void enter(const CppType& type) {
    ++count_;
    states_[&type] = {count_, count_, 0};
    stack_.push_back(&type);
    frames_.push_back({&type, contained(type)});
  }

  void visit(const CppType& start) {
    enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next < frame.inside.size()) {
        const CppType& inside = *frame.inside[frame.next++].type;
        const auto known = states_.find(&inside);
        if (known == states_.end()) {
          enter(inside);
        } else if (known->second.component == 0) {
          State& own = states_[frame.type];
          own.low = std::min(own.low, known->second.index);
        }
        continue;
      }
      const CppType* done = frame.type;
      frames_.pop_back();
      const State own = states_[done];
      if (!frames_.empty()) {
        State& outer = states_[frames_.back().type];
        outer.low = std::min(outer.low, own.low);
      }
      if (own.low == own.index) leave(done);
    }
  }

  void leave(const CppType* root) {
    ++components_;
    const CppType* member = nullptr;
    do {
      member = stack_.back();
      stack_.pop_back();
      states_[member].component = components_;
    } while (member != root);
  }

  boost::unordered_flat_map<const CppType*, State> states_;
  std::vector<const CppType*> stack_;
  std::vector<Frame> frames_;
  size_t count_ = 0;
  size_t components_ = 0;
};

// Returns whether a value of the type can hold one of the other type, at any depth.
bool leads_to(const CppType& type, const CppType& other) {
  std::vector<const CppType*> pending{&type};
  boost::unordered_flat_set<const CppType*> seen;
  while (!pending.empty()) {
    const CppType* next = pending.back();
    pending.pop_back();
    if (next == &other) return true;
    if (!seen.insert(next).second) continue;
    for (const CppUse& use : contained(*next)) pending.push_back(use.type);
    for (const CppField& field : next->fields) pending.push_back(field.use.type);
    if (next->element.type != nullptr) pending.push_back(next->element.type);
  }
  return false;
}

// Returns the types with a name that must be complete before this one: those that it contains, also
// in an optional or a map, and all enums. So are the elements of its lists, which clang 14 asks for
// in an optional list, unless they lead back to this type.
std::vector<const CppType*> needed(const CppType& type) {
  std::vector<const CppType*> out;
  std::vector<std::pair<CppUse, bool>> pending;  // With whether an object is contained.
  for (const CppUse& use : contained(type)) pending.emplace_back(use, true);
  for (const CppField& field : type.fields) {
    if (field.use.type->kind == Kind::list) pending.emplace_back(field.use, false);
  }
  boost::unordered_flat_set<const CppType*> seen;
  while (!pending.empty()) {
    const auto [use, is_contained] = pending.back();
    pending.pop_back();
    const CppType& inside = *use.type;
    if (inside.kind == Kind::enumeration ||
        (inside.has_name() && (is_contained || !leads_to(inside, type)))) {
      out.push_back(&inside);
    } else if (inside.kind == Kind::list || inside.kind == Kind::map) {
      const bool holds = is_contained && inside.kind == Kind::map && !inside.element.boxed;
      if (holds || seen.insert(&inside).second) pending.emplace_back(inside.element, holds);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const CppType* a, const CppType* b) { return a->name < b->name; });
  return out;
}

}  // namespace

void box_recursions(std::deque<CppType>& types) {
  const Components components(types);
  const auto box = [&](const CppType& around, CppUse& use) {
    if (use.type == nullptr || use.type->kind < Kind::structure) return;
    if (components.of(use.type) == components.of(&around)) use.boxed = true;
  };
  for (CppType& type : types) {
    for (CppField& field : type.fields) box(type, field.use);
    if (type.kind == Kind::map) box(type, type.element);
    // The struct's member is a map.
    box(type, type.additional);
  }
}

std::vector<const CppType*> in_order(const std::deque<CppType>& types) {
  std::vector<const CppType*> by_name;
  for (const CppType& type : types) {
    if (type.has_name()) by_name.push_back(&type);
  }
  std::sort(by_name.begin(), by_name.end(),
            [](const CppType* a, const CppType* b) { return a->name < b->name; });
  std::vector<const CppType*> out;
  boost::unordered_flat_set<const CppType*> begun;
  struct Frame {
    const CppType* type;
    std::vector<const CppType*> needed;
    size_t next = 0;
  };
  for (const CppType* start : by_name) {
    if (!begun.insert(start).second) continue;
    std::vector<Frame> frames{{start, needed(*start)}};
    while (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.next == frame.needed.size()) {
        out.push_back(frame.type);
        frames.pop_back();
        continue;
      }
      const CppType* next = frame.needed[frame.next++];
      if (begun.insert(next).second) frames.push_back({next, needed(*next)});
    }
  }
  return out;
}

}  // namespace penstock::contract
