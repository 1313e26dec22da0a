#pragma once

#include <cstdint>

namespace penstock::contract {

class Contract;

// ExampleLimits bound the time that a document can make the check take, in steps.
struct ExampleLimits {
  uint64_t example_steps = 100'000'000;
  uint64_t sample_steps = 200'000'000;
};

// Adds remarks to the contract's Sources: "example-invalid" for each example of a media
// type, a parameter, a header or a schema that breaks its schema, and "no-sample" where
// neither the examples nor the schema give a mock a value. When the steps are gone,
// "examples-unchecked" says so. Call it once, since it takes about a second at worst.
void remark_examples(const Contract& contract, const ExampleLimits& limits = {});

}  // namespace penstock::contract
