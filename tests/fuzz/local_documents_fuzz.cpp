// What a function answers to an event source mapping, and what lies in a failure destination.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "local/failures/failure_report.h"
#include "local/function/batch_response.h"

namespace {

using namespace penstock;

const local::EventBatch& batch() {
  static const local::EventBatch batch = [] {
    local::EventBatch made;
    for (int64_t offset = 0; offset < 4; ++offset) {
      const local::Record record{.place = {"t", static_cast<int32_t>(offset % 2)}, .offset = offset};
      made.add(record, local::record_json(record));
    }
    return made;
  }();
  return batch;
}

void is_a_line(const base::Error& error) {
  base::check(!error.message.empty(), "an error says something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto failures = local::failures_in(text, batch())) {
    // What is to come again was there.
    const auto ranges = batch().ranges();
    for (const auto& [place, offset] : *failures) {
      const auto range = ranges.find(place);
      base::check(range != ranges.end(), "only partitions of the batch are named");
      base::check(offset >= range->second.first_offset && offset <= range->second.last_offset,
                  "only records of the batch are named");
    }
    base::check(failures->empty() || local::names_failures(text), "both readings agree");
  } else {
    is_a_line(failures.error());
  }
  if (const auto report = local::FailureReport::parse(text)) {
    base::check(report->event.has_value() != !report->ranges.empty(), "a report has an event or ranges");
    for (const auto& range : report->ranges) {
      base::check(range.first >= 0 && range.first <= range.last && range.place.partition >= 0,
                  "ranges can be read");
    }
    base::check(!report->text().empty(), "a report can be told");
  } else {
    is_a_line(report.error());
  }
  return 0;
}
