// Prints how long the worst value of each keyword and format holds a thread: reading it as JSON,
// and validating it, both with the steps of one request. Each is measured several times, and the
// fastest counts, since the question is what the work takes, and not what else the machine does.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "contract/schema/schema_document.h"
#include "json/arena.h"
#include "json/reader.h"
#include "support/worst_values.h"

namespace {

using namespace penstock;

constexpr int kTimes = 20;

// Returns the time that this thread has had a core, in milliseconds.
double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

base::Result<std::string> no_files(const std::string&) {
  return base::Error{.code = base::ErrorCode::not_found, .message = "there are no other files"};
}

}  // namespace

int main() {
  std::printf("%8s %8s %10s %8s %-9s %s\n", "read ms", "valid ms", "steps", "ns/step", "verdict",
              "value");
  double worst = 0;
  for (const test::WorstValue& one : test::worst_values()) {
    contract::SchemaOptions options;
    options.patterns.steps_per_byte_max = UINT64_MAX;
    const auto schema = contract::SchemaDocument::compile(one.schema, one.name, options, no_files);
    if (!schema) {
      std::fprintf(stderr, "%s\n", schema.error().message.c_str());
      return EXIT_FAILURE;
    }
    double reading = 1e9;
    double validating = 0;
    uint64_t steps_taken = 0;
    const char* verdict = "";
    for (int i = 0; i < kTimes; ++i) {
      json::Reader reader;
      contract::Steps steps;
      json::Arena<4096> memory;
      const auto start = thread_milliseconds();
      const auto value = contract::read_paid(reader, one.value, memory.storage(), steps);
      reading = std::min(reading, thread_milliseconds() - start);
      if (!value && steps.exhausted()) {
        verdict = "not read";
        continue;
      }
      if (!value) {
        std::fprintf(stderr, "%s: the value is not JSON: %s\n", one.name.c_str(),
                     std::string(value.error().reason).c_str());
        return EXIT_FAILURE;
      }
      contract::Violations violations;
      const auto begun = thread_milliseconds();
      contract::validate(schema->root(), *value, "body", "", contract::Direction::request,
                         violations, steps);
      const double took = thread_milliseconds() - begun;
      validating = i == 0 ? took : std::min(validating, took);
      steps_taken = steps.taken();
      verdict = steps.exhausted() ? "too many" : violations.empty() ? "valid" : "invalid";
    }
    worst = std::max(worst, reading + validating);
    std::printf(
        "%8.2f %8.2f %10llu %8.2f %-9s %s\n", reading, validating,
        static_cast<unsigned long long>(steps_taken),
        (reading + validating) * 1e6 / static_cast<double>(std::max<uint64_t>(steps_taken, 1)),
        verdict, one.name.c_str());
  }
  std::printf("the worst takes %.1f ms\n", worst);
  return EXIT_SUCCESS;
}
