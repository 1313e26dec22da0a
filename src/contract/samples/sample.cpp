#include "contract/samples/sample.h"

#include <algorithm>
#include <functional>

#include "contract/document/document.h"
#include "contract/samples/sampler.h"
#include "contract/samples/scalar_samples.h"

namespace penstock::contract {
namespace {

// Below this depth, objects only get their required properties.
constexpr int kOptionalDepthMax = 4;
// Below this depth, no values are made.
constexpr int kDepthMax = 12;

}  // namespace

void Sampler::Offers::operator()(boost::json::value value) {
  const auto allows = [&](const Schema* schema) { return is_valid(*schema, value, direction); };
  if (!taken && Clock::now() < deadline && std::all_of(schemas.begin(), schemas.end(), allows)) {
    taken = std::move(value);
  }
}

std::optional<boost::json::value> Sampler::sample(Task task, int depth) {
  if (depth > kDepthMax || Clock::now() > deadline_) return std::nullopt;
  add_parts(task.schemas);
  Offers offers{task.schemas, direction_, deadline_};
  for (const Schema* schema : task.schemas) offer_stated(*schema, offers);
  if (offers.taken) return offers.taken;
  for (const Schema* schema : task.schemas) {
    if (!schema->composition ||
        std::find(task.decided.begin(), task.decided.end(), schema) != task.decided.end()) {
      continue;
    }
    const std::vector<Schemas> choices = alternatives(*schema->composition);
    if (choices.empty()) continue;
    task.decided.push_back(schema);
    for (const Schemas& choice : choices) {
      Task with = task;
      with.schemas.insert(with.schemas.end(), choice.begin(), choice.end());
      with.name = name_of_branch(*schema->composition, *choice.front(), task.name);
      if (auto value = sample(std::move(with), depth)) return value;
    }
    return std::nullopt;
  }
  offer_made(task, depth, offers);
  return offers.taken;
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

// Returns the ways to satisfy the composition. Each is a list of schemas that then apply, too.
std::vector<Sampler::Schemas> Sampler::alternatives(const Composition& composition) {
  std::vector<Schemas> choices;
  for (const auto* branches : {&composition.any_of, &composition.one_of}) {
    for (const Schema* branch : *branches) choices.push_back({branch});
  }
  if (composition.consequence != nullptr && composition.condition != nullptr) {
    choices.push_back({composition.condition, composition.consequence});
  }
  if (composition.alternative != nullptr) choices.push_back({composition.alternative});
  return choices;
}

std::optional<Sampler::Name> Sampler::name_of_branch(const Composition& composition,
                                                     const Schema& branch,
                                                     std::optional<Name> otherwise) {
  if (!composition.discriminator) return otherwise;
  for (const auto& [name, schema] : composition.discriminator->branches) {
    if (schema != &branch && !(branch.composition && branch.composition->reference == schema)) {
      continue;
    }
    return Name{composition.discriminator->property, name};
  }
  return otherwise;
}

// Offers the values that the document states: `example`, `examples`, `default`, `const` and `enum`.
void Sampler::offer_stated(const Schema& schema, Offers& offers) {
  const auto add = [&offers](const Node* node) {
    if (node == nullptr) return;
    if (auto value = to_json(*node)) offers(std::move(*value));
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
    for (const boost::json::value& value : enumeration->values) offers(value);
  }
}

void Sampler::offer_made(const Task& task, int depth, Offers& offers) {
  unsigned types = type::any;
  bool structured = false;  // Whether there are rules for objects or arrays.
  for (const Schema* schema : task.schemas) {
    types &= schema->types;
    if (schema->object || schema->array) structured = true;
  }
  const auto may_be = [&](unsigned wanted) { return !offers.taken && (types & wanted) != 0; };
  if (types == type::any && !structured) {  // Every type is allowed, so simple values come first.
    offer_texts(task.schemas, std::ref(offers));
    offer_numbers(task.schemas, types, std::ref(offers));
  }
  for (const bool with_optional : {true, false}) {
    if (with_optional && depth > kOptionalDepthMax) continue;
    if (may_be(type::object)) offer_object(task, depth, with_optional, offers);
  }
  if (may_be(type::array)) offer_arrays(task.schemas, depth, offers);
  if (may_be(type::string)) offer_texts(task.schemas, std::ref(offers));
  if (may_be(type::integer | type::number)) offer_numbers(task.schemas, types, std::ref(offers));
  if (may_be(type::boolean)) {
    offers(true);
    offers(false);
  }
  if (may_be(type::null)) offers(nullptr);
}

std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction) {
  return Sampler(direction).sample(schema);
}

}  // namespace penstock::contract
