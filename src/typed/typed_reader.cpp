#include "typed/typed_reader.h"

#include <cstring>

#include "contract/schema/price.h"
#include "contract/schema/validation.h"
#include "typed/from_value.h"
#include "typed/time_values.h"

namespace penstock::typed {

namespace price = contract::price;

using Way = ValuePlan::Way;

namespace {

constexpr size_t kDepthMax = json::Limits{}.depth_max;
constexpr size_t kPropertiesMax = json::Limits{}.properties_max;
// After a text of more bytes than this the memory for trees is freed instead of kept.
constexpr size_t kKeptBytes = 256 * 1024;
// So many properties that are dropped are remembered, to find one that comes twice.
constexpr size_t kDroppedMax = 16;
// So many elements of a list are compared with one another.
constexpr size_t kComparedMax = 32;

// Compares as memcmp() does. Names are short, so that its call would take most of the time.
inline bool is_same(const char* a, const char* b, size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  const auto eight = [](const char* at) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  };
  if (size >= 8) {
    return eight(a) == eight(b) && eight(a + size - 8) == eight(b + size - 8);
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// Says whether the key at `at` is that of `member`, and stands there as it is.
inline bool is_key_of(const MemberPlan& member, const char* at, const char* end) {
  const size_t size = member.name.size();
  return member.is_plain && static_cast<size_t>(end - at) > size + 2 && *at == '"' &&
         at[size + 1] == '"' && is_same(at + 1, member.name.data(), size);
}

template <class T>
T& as(void* object) {
  return *static_cast<T*>(object);
}

uint64_t steps_for_text(const contract::Enumeration& choice, std::string_view text) {
  const uint64_t bytes = 3 + text.size();  // As contract::text_bytes() has it.
  return choice.by_hash.empty() ? choice.values.size() * price::kLimit + bytes / 8
                                : price::kHash + 4 * bytes;
}

bool has_only_format(const contract::StringRules& rules, std::string_view name) {
  return !rules.pattern && !rules.min_length && !rules.max_length && rules.format != nullptr &&
         rules.format->name == name;
}

}  // namespace

bool Reader::read(const Plan& plan, std::string_view text, void* object, contract::Steps& steps) {
  if (!plan.is_usable() || steps.exhausted()) return false;
  tokens_ = json::Tokens(text.data() + text.size());
  dropped_.clear();
  steps_ = contract::Steps(steps.left() / 2);
  direction_ = plan.direction();
  if (!pay(text.size() / price::kReadBytes)) return false;
  const char* at = read_value(plan.root(), tokens_.skip_spaces(text.data()), object, 0);
  if (text.size() > kKeptBytes) trees_.emplace();
  if (at == nullptr || !tokens_.is_end(tokens_.skip_spaces(at)) || steps_.exhausted()) return false;
  return steps.take(steps_.taken());
}

const char* Reader::read_value(const ValuePlan& plan, const char* at, void* object, size_t depth) {
  if (tokens_.is_end(at)) return nullptr;
  if (plan.way == Way::tree) return read_tree(plan, at, object, depth);
  if (!pay(price::kReadValue + plan.price)) return nullptr;
  if (*at == 'n') return read_null(plan, at, object);
  for (const HolderTable* holder : plan.holders) object = holder->emplace(object);
  switch (plan.way) {
    case Way::boolean:
      return read_boolean(plan, at, as<bool>(object));
    case Way::whole:
    case Way::real:
      return read_number(plan, at, object);
    case Way::list:
      return *at == '[' ? read_list(plan, at, object, depth) : nullptr;
    case Way::record:
    case Way::map:
      return *at == '{' ? read_object(plan, at, object, depth) : nullptr;
    case Way::variant:
      return *at == '{' ? read_variant(plan, at, object, depth) : nullptr;
    default:
      return read_text(plan, at, object);
  }
}

const char* Reader::read_null(const ValuePlan& plan, const char* at, void* object) {
  if ((plan.types & contract::type::null) == 0 || plan.null_holders == ValuePlan::kNoNull ||
      plan.way == Way::variant || !check_choices(plan, nullptr)) {
    return nullptr;
  }
  for (size_t i = 0; i < plan.null_holders; ++i) object = plan.holders[i]->emplace(object);
  return tokens_.read_word(at, "null");
}

// The walk of the schemas begins again in the tree, but not the bound of its depth.
const char* Reader::read_tree(const ValuePlan& plan, const char* at, void* object, size_t depth) {
  if (depth > kDepthMax) return nullptr;
  auto value = trees_->read_part(at, tokens_.end(), {}, kDepthMax - depth,
                                 steps_.left() / price::kReadValue);
  if (!value || !pay(trees_->values() * price::kReadValue)) return nullptr;
  const size_t schemas_around = depth * Plan::kSchemasMax;
  for (const contract::Schema* root : plan.roots) {
    if (!contract::is_valid(*root, *value, direction_, steps_, schemas_around)) return nullptr;
  }
  if (object == nullptr) return at;
  contract::Violations violations;
  const bool fits = from_value(*plan.outer, *value, object, plan.may_be_absent, "body",
                               contract::Location{}, violations, steps_);
  return fits ? at : nullptr;
}

const char* Reader::read_boolean(const ValuePlan& plan, const char* at, bool& out) {
  out = *at == 't';
  if (!check_choices(plan, out)) return nullptr;
  return tokens_.read_word(at, out ? "true" : "false");
}

bool Reader::check_choices(const ValuePlan& plan, const boost::json::value& value) {
  for (const contract::Enumeration* choice : plan.choices) {
    if (!pay(choice->steps_for(value)) || !choice->has(value)) return false;
  }
  return true;
}

const char* Reader::read_number(const ValuePlan& plan, const char* at, void* object) {
  json::NumberToken token;
  at = tokens_.read_number(at, token);
  if (at == nullptr || (token.is_real && plan.way == Way::whole)) return nullptr;
  const auto value = [&] {
    return token.is_real ? boost::json::value(token.real) : boost::json::value(token.whole);
  };
  for (const NumberPlan& limits : plan.numbers) {
    if (!pay(limits.price)) return nullptr;
    if (!token.is_real) {
      if (token.whole < limits.min || token.whole > limits.max) return nullptr;
    } else if (limits.only_whole || token.real < limits.low || token.real > limits.high ||
               (limits.low_is_out && token.real == limits.low) ||
               (limits.high_is_out && token.real == limits.high)) {
      return nullptr;
    }
    if (const auto& multiple = limits.rules->multiple) {
      const boost::json::value number = value();
      if (!pay(multiple->is_quick(number) ? price::kQuickMultiple : price::kMultiple) ||
          !multiple->divides(number)) {
        return nullptr;
      }
    }
  }
  if (!plan.choices.empty() && !check_choices(plan, value())) return nullptr;
  if (plan.way == Way::real) {
    as<double>(object) = token.is_real ? token.real : static_cast<double>(token.whole);
  } else if (plan.type->kind == Kind::int64) {
    as<int64_t>(object) = token.whole;
  } else {
    if (token.whole < INT32_MIN || token.whole > INT32_MAX) return nullptr;
    as<int32_t>(object) = static_cast<int32_t>(token.whole);
  }
  return at;
}

const char* Reader::string_at(const char* at, std::string_view& text, std::string& unescaped) {
  if (*at != '"') return nullptr;
  const char* const start = ++at;
  at = tokens_.skip_plain(at);
  if (at == nullptr) return nullptr;
  if (*at == '"') {
    text = {start, static_cast<size_t>(at - start)};
    return at + 1;
  }
  if (*at != '\\') return nullptr;
  at = tokens_.read_escaped(start, at, unescaped);
  text = unescaped;
  return at;
}

const char* Reader::read_text(const ValuePlan& plan, const char* at, void* object) {
  std::string_view text;
  std::string unescaped;
  at = string_at(at, text, unescaped);
  if (at == nullptr) return nullptr;
  for (const contract::Enumeration* choice : plan.choices) {
    if (!pay(steps_for_text(*choice, text))) return nullptr;
    // The texts of an enumeration are among the values.
    if (plan.way != Way::enumeration && !choice->has_text(text)) return nullptr;
  }
  return check_text(plan, text) && store_text(plan, text, object) ? at : nullptr;
}

bool Reader::check_text(const ValuePlan& plan, std::string_view text) {
  for (const contract::StringRules* rules : plan.texts) {
    if ((plan.way == Way::date && has_only_format(*rules, "date")) ||
        (plan.way == Way::date_time && has_only_format(*rules, "date-time") &&
         !has_leap_second(text))) {
      // Reading it checks it.
      if (!pay(price::kFormat + rules->format->steps_for(text))) return false;
      continue;
    }
    contract::Validation validation(nullptr, {}, direction_, steps_);
    if (!validation.check_text(*rules, text, contract::Location{})) return false;
  }
  return true;
}

bool Reader::store_text(const ValuePlan& plan, std::string_view text, void* object) {
  switch (plan.way) {
    case Way::date: {
      const auto date = read_date(text);
      if (date) as<Date>(object) = *date;
      return date.has_value();
    }
    case Way::date_time: {
      const auto time = read_date_time(text);
      if (time) as<DateTime>(object) = *time;
      return time.has_value();
    }
    case Way::enumeration:
      for (const auto& [name, value] : plan.enumerators) {
        if (name != text) continue;
        std::memcpy(object, &value, sizeof value);
        return true;
      }
      return false;
    default:
      as<std::string>(object).assign(text);
      return true;
  }
}

const char* Reader::read_list(const ValuePlan& plan, const char* at, void* object, size_t depth) {
  if (depth >= kDepthMax) return nullptr;
  const ListTable& list = *plan.type->list;
  uint64_t count = 0;
  uint64_t bytes = 0;
  at = tokens_.skip_spaces(at + 1);
  if (tokens_.is_end(at)) return nullptr;
  bool closes = *at == ']';
  while (!closes) {
    if (++count > plan.max) return nullptr;
    const char* const start = at;
    if (!pay(plan.made)) return nullptr;
    if (list.append != nullptr) {
      at = read_value(*plan.element, at, list.append(object), depth + 1);
    } else {
      bool element = false;
      at = read_value(*plan.element, at, &element, depth + 1);
      list.append_bool(object, element);
    }
    if (at == nullptr) return nullptr;
    bytes += static_cast<uint64_t>(at - start) + 3;
    at = tokens_.skip_spaces(at);
    if (tokens_.is_end(at) || (*at != ',' && *at != ']')) return nullptr;
    closes = *at == ']';
    if (!closes) at = tokens_.skip_spaces(at + 1);
  }
  if (count < plan.min) return nullptr;
  if (plan.unique) {
    if (count > kComparedMax || !pay(2 * bytes + price::kDistinct * count)) return nullptr;
    const auto equal = [&](size_t a, size_t b) {
      const void* one = list.at(object, a);
      const void* other = list.at(object, b);
      // The way of the elements may be another one than that of their type.
      if (list.element().kind == Kind::enumeration) {
        return std::memcmp(one, other, sizeof(int)) == 0;
      }
      return *static_cast<const std::string*>(one) == *static_cast<const std::string*>(other);
    };
    for (size_t a = 1; a < count; ++a) {
      for (size_t b = 0; b < a; ++b) {
        if (equal(a, b)) return nullptr;
      }
    }
  }
  return at + 1;
}

const char* Reader::read_object(const ValuePlan& plan, const char* at, void* object, size_t depth) {
  if (depth >= kDepthMax) return nullptr;
  const ObjectPlan& wanted = *plan.object;
  uint64_t seen = 0;
  uint64_t count = 0;
  size_t hint = 0;
  const size_t first_dropped = dropped_.size();
  // Finds the place for another property than those of the struct. Returns whether there may be
  // one.
  const auto find_place = [&](std::string_view key, void*& place) {
    if (wanted.others.offset == MemberPlan::kNoMember) {
      for (size_t i = first_dropped; i < dropped_.size(); ++i) {
        if (dropped_[i] == key) return false;
      }
      if (dropped_.size() - first_dropped == kDroppedMax) return false;
      dropped_.push_back(key);
      return true;
    }
    const MapTable& map =
        plan.way == Way::map ? *plan.type->map : *plan.type->record->rest->type().map;
    if (!pay(plan.made)) return false;
    place = map.add(static_cast<char*>(object) + wanted.others.offset, key);
    return place != nullptr;
  };
  at = tokens_.skip_spaces(at + 1);
  if (tokens_.is_end(at)) return nullptr;
  bool closes = *at == '}';
  while (!closes) {
    std::string_view key;
    size_t index = hint;
    // Members often have the order of the contract.
    if (hint < wanted.members.size() && is_key_of(wanted.members[hint], at, tokens_.end())) {
      key = wanted.members[hint].name;
      at = tokens_.skip_spaces(at + key.size() + 2);
      if (tokens_.is_end(at) || *at != ':') return nullptr;
      ++at;
    } else {
      at = tokens_.read_key(at, key);
      if (at == nullptr) return nullptr;
      index = wanted.find(key);
    }
    if (++count > wanted.max || !pay(wanted.rules * (price::kMember + key.size() / 4))) {
      return nullptr;
    }
    const bool is_known = index < wanted.members.size();
    const MemberPlan& member = is_known ? wanted.members[index] : wanted.others;
    if (member.value == nullptr) return nullptr;
    void* place = nullptr;
    if (is_known) {
      hint = index + 1;
      const uint64_t bit = uint64_t{1} << index;
      if ((seen & bit) != 0) return nullptr;
      seen |= bit;
      if (member.offset != MemberPlan::kNoMember) {
        place = static_cast<char*>(object) + member.offset;
      }
    } else if (!find_place(key, place)) {
      return nullptr;
    }
    at = read_value(*member.value, tokens_.skip_spaces(at), place, depth + 1);
    if (at == nullptr) return nullptr;
    at = tokens_.skip_spaces(at);
    if (tokens_.is_end(at) || (*at != ',' && *at != '}')) return nullptr;
    closes = *at == '}';
    if (!closes) at = tokens_.skip_spaces(at + 1);
  }
  dropped_.resize(first_dropped);
  const bool has_all = (seen & wanted.required) == wanted.required;
  return has_all && count >= wanted.min && count <= kPropertiesMax ? at + 1 : nullptr;
}

// The discriminator must come first. Where it does not, the general way finds it.
const char* Reader::read_variant(const ValuePlan& plan, const char* at, void* object,
                                 size_t depth) {
  std::string_view text;
  const char* name = tokens_.read_key(tokens_.skip_spaces(at + 1), text);
  if (name == nullptr || text != plan.property) return nullptr;
  name = tokens_.skip_spaces(name);
  std::string unescaped;
  if (tokens_.is_end(name) || string_at(name, text, unescaped) == nullptr) return nullptr;
  for (const AlternativePlan& one : plan.alternatives) {
    if (one.name != text) continue;
    if ((one.value->types & contract::type::object) == 0 || !pay(one.value->price)) return nullptr;
    object = plan.type->variant->emplace(object, one.index);
    for (const HolderTable* holder : one.value->holders) object = holder->emplace(object);
    return read_object(*one.value, at, object, depth);
  }
  return nullptr;
}

}  // namespace penstock::typed
