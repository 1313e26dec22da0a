#include "contract/samples/sampler.h"

#include <algorithm>
#include <functional>

#include "contract/document/document.h"
#include "contract/samples/scalar_samples.h"
#include "json/equality.h"

namespace penstock::contract {
namespace {

// Below this depth, objects only get their required properties, and once there are so many values.
constexpr int kOptionalDepthMax = 3;
constexpr size_t kRichValuesMax = 300;
// Below this depth, no values are made. A body may be 32 deep.
constexpr int kDepthMax = 26;
constexpr size_t kValuesMax = 20'000;
// A value that the document states may have so many values.
constexpr size_t kStatedValuesMax = 10'000;

// These are the prices of the search itself, in steps of 2.5 ns.
constexpr uint64_t kTaskSteps = 800;
constexpr uint64_t kCopySteps = 40;

}  // namespace

class Sampler::Open {
 public:
  Open(boost::unordered_flat_map<const Schema*, int>& open, Schemas schemas)
      : open_(open), schemas_(std::move(schemas)) {
    for (const Schema* schema : schemas_) ++open_[schema];
  }
  ~Open() {
    for (const Schema* schema : schemas_) {
      const auto found = open_.find(schema);
      if (--found->second == 0) open_.erase(found);
    }
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;

 private:
  boost::unordered_flat_map<const Schema*, int>& open_;
  Schemas schemas_;
};

void Sampler::Offers::operator()(boost::json::value value) {
  if (!taken && takes(value)) taken = std::move(value);
}

bool Sampler::Offers::takes(const boost::json::value& value) const {
  Steps& steps = sampler.steps_;
  if (task.others != nullptr && steps.take(kCopySteps * task.others->size()) &&
      std::any_of(task.others->begin(), task.others->end(),
                  [&](const auto& other) { return json::equal(other, value); })) {
    return false;
  }
  const auto allows = [&](const Schema* schema) {
    return is_valid(*schema, value, sampler.direction_, steps);
  };
  if (!std::all_of(task.roots.begin(), task.roots.end(), allows)) return false;
  if (!sampler.strict_ || !value.is_object()) return true;
  return std::all_of(task.schemas.begin(), task.schemas.end(), [&](const Schema* schema) {
    if (!schema->composition || !schema->composition->discriminator) return true;
    const auto& branches = schema->composition->one_of;
    return branches.empty() || std::count_if(branches.begin(), branches.end(), allows) == 1;
  });
}

std::optional<boost::json::value> Sampler::part(const Schemas& schemas, int depth,
                                                const boost::json::array* others) {
  if (++values_ > kValuesMax) steps_.exhaust();
  return sample(Task{.roots = schemas, .schemas = schemas, .others = others}, depth);
}

std::optional<boost::json::value> Sampler::sample(Task task, int depth) {
  if (depth > kDepthMax || !steps_.take(kTaskSteps)) return std::nullopt;
  add_parts(task.schemas);
  Offers offers{*this, task};
  if (variant_ == 0) {
    for (; task.stated < task.schemas.size() && !offers.taken; ++task.stated) {
      offer_stated(*task.schemas[task.stated], offers);
    }
    if (offers.taken) return std::move(offers.taken);
  }
  if (const auto decision = next_decision(task)) {
    task.decided.push_back(*decision);
    for (Choice& choice : choices(*decision)) {
      Task with = task;
      with.schemas.insert(with.schemas.end(), choice.schemas.begin(), choice.schemas.end());
      if (choice.name) with.names.push_back(std::move(*choice.name));
      if (auto value = sample(std::move(with), depth)) return value;
      if (steps_.exhausted()) break;
    }
    return std::nullopt;
  }
  const Open open(open_, task.schemas);
  offer_made(task, depth, offers);
  return std::move(offers.taken);
}

// Adds the schemas that always apply to the same value, by `$ref` and `allOf`.
void Sampler::add_parts(Schemas& schemas) {
  const auto add = [&schemas](const Schema* schema) {
    if (schema != nullptr && std::find(schemas.begin(), schemas.end(), schema) == schemas.end()) {
      schemas.push_back(schema);
    }
  };
  for (size_t i = 0; i < schemas.size(); ++i) {
    if (!schemas[i]->composition) continue;
    const Composition& composition = *schemas[i]->composition;
    add(composition.reference);
    if (composition.dynamic) add(composition.dynamic->initial);
    for (const Schema* part : composition.all_of) add(part);
  }
}

bool Sampler::is_open(const Schemas& schemas) const {
  return std::any_of(schemas.begin(), schemas.end(), [&](const Schema* schema) {
    while (schema != nullptr && !open_.contains(schema)) {
      const Composition* composition = schema->composition.get();
      if (composition == nullptr) return false;
      schema = composition->reference != nullptr ? composition->reference
               : composition->all_of.size() == 1 ? composition->all_of.front()
               : composition->dynamic            ? composition->dynamic->initial
                                                 : nullptr;
    }
    return schema != nullptr;
  });
}

std::optional<Sampler::Decision> Sampler::next_decision(const Task& task) {
  for (const Schema* schema : task.schemas) {
    if (!schema->composition) continue;
    const Composition& composition = *schema->composition;
    const bool is_conditional =
        composition.condition != nullptr &&
        (composition.consequence != nullptr || composition.alternative != nullptr);
    const bool has_alternatives = !composition.one_of.empty() || !composition.any_of.empty();
    met_discriminator_ = met_discriminator_ || composition.discriminator;
    for (const auto& [kind, is_there] :
         {std::pair(Decision::discriminator, composition.discriminator && !has_alternatives),
          std::pair(Decision::one_of, !composition.one_of.empty()),
          std::pair(Decision::any_of, !composition.any_of.empty()),
          std::pair(Decision::condition, is_conditional)}) {
      const Decision decision{schema, kind};
      if (is_there &&
          std::find(task.decided.begin(), task.decided.end(), decision) == task.decided.end()) {
        return decision;
      }
    }
  }
  return std::nullopt;
}

// Returns the alternatives, those that are a recursion last.
std::vector<Sampler::Choice> Sampler::choices(const Decision& decision) const {
  const Composition& composition = *decision.schema->composition;
  std::vector<Choice> all;
  if (decision.kind == Decision::condition) {
    Choice& met = all.emplace_back(Choice{{composition.condition}, {}});
    if (composition.consequence != nullptr) met.schemas.push_back(composition.consequence);
    Choice& unmet = all.emplace_back();
    if (composition.alternative != nullptr) unmet.schemas.push_back(composition.alternative);
    return all;
  }
  const auto& branches =
      decision.kind == Decision::any_of ? composition.any_of : composition.one_of;
  const bool by_name = composition.discriminator &&
                       (decision.kind != Decision::any_of || composition.one_of.empty());
  const auto add_named = [&](const Schema* branch) {
    bool found = false;
    for (const auto& [name, schema] : composition.discriminator->branches) {
      if (branch != nullptr && schema != branch &&
          !(branch->composition && branch->composition->reference == schema)) {
        continue;
      }
      all.push_back({{schema}, Name{composition.discriminator->property, name}});
      found = true;
    }
    return found;
  };
  // What is chosen without a name must not have that of another alternative.
  std::optional<Name> no_name;
  if (by_name) {
    no_name = Name{composition.discriminator->property, {}};
    for (const auto& [name, schema] : composition.discriminator->branches) {
      no_name->others.emplace_back(name);
    }
  }
  if (decision.kind == Decision::discriminator) add_named(nullptr);
  for (const Schema* branch : branches) {
    if (!by_name || !add_named(branch)) all.push_back({{branch}, no_name});
  }
  // A base also allows what names none of its children, and may allow what is no object.
  if (decision.kind == Decision::discriminator) all.push_back({{}, no_name});
  std::stable_partition(all.begin(), all.end(),
                        [&](const Choice& choice) { return !is_open(choice.schemas); });
  if (variant_ > 0 && !all.empty()) {
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(variant_ % all.size()),
                all.end());
  }
  return all;
}

// Offers the values that the document states: `example`, `examples`, `default`, `const` and `enum`.
void Sampler::offer_stated(const Schema& schema, Offers& offers) {
  const auto add = [&](const Node* node) {
    if (node == nullptr || offers.taken) return;
    size_t left = kStatedValuesMax;
    auto value = copy_within(*node, left);
    if (!steps_.take(kCopySteps * (kStatedValuesMax - left))) return;
    if (value) offers(std::move(*value));
  };
  if (schema.node->is(Node::Kind::object)) {
    add(schema.node->find("example"));
    if (const Node* examples = schema.node->find("examples")) {
      for (const Node* example : examples->elements) add(example);
    }
    add(schema.node->find("default"));
  }
  for (const auto* enumeration : {schema.constant.get(), schema.enumeration.get()}) {
    if (enumeration == nullptr) continue;
    for (const boost::json::value& value : enumeration->values) {
      if (offers.taken || !steps_.take(kCopySteps)) return;
      offers(value);
    }
  }
}

bool Sampler::may_be_rich(int depth) const {
  return fullness_ == Fullness::rich && depth <= kOptionalDepthMax && values_ < kRichValuesMax;
}

void Sampler::offer_made(const Task& task, int depth, Offers& offers) {
  unsigned types = type::any;
  bool structured = false;  // Whether there are rules for objects or arrays.
  for (const Schema* schema : task.schemas) {
    types &= schema->types;
    if (schema->object || schema->array) structured = true;
    if (!schema->enumeration && !schema->constant) continue;
    // Only a listed value can be valid, and all of them are offered.
    if (variant_ == 0) return;
    const auto& values = (schema->constant ? schema->constant : schema->enumeration)->values;
    for (size_t i = 0; i < values.size() && !offers.taken; ++i) {
      offers(values[(i + variant_) % values.size()]);
    }
    return;
  }
  const auto may_be = [&](unsigned wanted) { return !offers.taken && (types & wanted) != 0; };
  const auto offer = [&](boost::json::value value) {
    if (!offers.taken && !steps_.exhausted()) offers(std::move(value));
  };
  if (types == type::any && !structured) {  // Every type is allowed, so simple values come first.
    offer_texts(task.schemas, variant_, steps_, offer);
    offer_numbers(task.schemas, types, variant_, offer);
  }
  if (may_be(type::object)) offer_objects(task, depth, offers);
  if (may_be(type::array)) offer_arrays(task, depth, offers);
  if (may_be(type::string)) offer_texts(task.schemas, variant_, steps_, offer);
  if (may_be(type::integer | type::number)) {
    offer_numbers(task.schemas, types, variant_, offer);
  }
  if (may_be(type::boolean)) {
    offers(variant_ % 2 == 0);
    offers(variant_ % 2 != 0);
  }
  if (may_be(type::null)) offers(nullptr);
}

}  // namespace penstock::contract
