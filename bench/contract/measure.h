#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "contract/openapi/contract_files.h"
#include "http/request_validator.h"
#include "support/counted_new.h"

namespace penstock::bench {

// Calls `once` in the benchmark's loop, and counts its allocations. The first call is not counted.
template <class Once>
void measure(benchmark::State& state, const Once& once) {
  once();
  const size_t before = test::allocations();
  for ([[maybe_unused]] auto _ : state) once();
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(test::allocations() - before), benchmark::Counter::kAvgIterations);
}

// Marks the benchmark as failed, with the sentence `what`, unless `ok`.
inline void fail_unless(benchmark::State& state, bool ok, const char* what) {
  if (!ok) state.SkipWithError(what);
}

// Returns the contract, or ends the program with its problems.
inline contract::Contract must(base::Result<contract::Contract> contract) {
  if (contract) return std::move(*contract);
  std::fprintf(stderr, "contract_bench: %s\n", contract.error().message.c_str());
  std::exit(1);
}

[[nodiscard]] inline bool is_valid(http::RequestValidator& validator,
                                   const http::RequestMessage& request) {
  return std::holds_alternative<http::ValidRequest>(validator.validate(request));
}

}  // namespace penstock::bench
