// Measures how long the contract engine takes to read and compile a document.
#include <benchmark/benchmark.h>

#include "contract/document/document.h"
#include "large_document.h"
#include "measure.h"

namespace penstock::bench {
namespace {

using benchmark::State;

constexpr size_t kLargeBytes = 1'000'000;

void start_up(State& state, Notation notation) {
  const LargeDocument document = large_document(notation, kLargeBytes);
  size_t operations = 0;
  const contract::Contract contract = must(contract::Contract::parse(document.text, "large"));
  for (const contract::Path& path : contract.paths()) operations += path.operations.size();
  fail_unless(state, operations == document.operations,
              "the contract does not have all operations of the document");
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(must(contract::Contract::parse(document.text, "large")));
  }
  state.counters["bytes"] = static_cast<double>(document.text.size());
  state.counters["operations"] = static_cast<double>(document.operations);
  state.counters["schemas"] = static_cast<double>(document.schemas);
}

void start_up_text_alone(State& state, Notation notation) {
  const LargeDocument document = large_document(notation, kLargeBytes);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(contract::Document::parse(document.text, "large").value().root());
  }
}

void start_up_hello(State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(must(contract::read_contract(PENSTOCK_HELLO_CONTRACT)));
  }
}

BENCHMARK_CAPTURE(start_up, yaml, Notation::yaml)
    ->Name("start_up_1mb/yaml")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up_text_alone, yaml, Notation::yaml)
    ->Name("start_up_1mb/yaml_text_alone")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up, json, Notation::json)
    ->Name("start_up_1mb/json")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up_text_alone, json, Notation::json)
    ->Name("start_up_1mb/json_text_alone")
    ->Unit(benchmark::kMillisecond);
BENCHMARK(start_up_hello)->Name("start_up/hello")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penstock::bench
