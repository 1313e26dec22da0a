// Reads foreign bytes as the headers of a trace, and what was read once more.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/trace_context.h"

using namespace penstock;

namespace {

void expect(bool promise) {
  if (!promise) __builtin_trap();
}

void read_parent(std::string_view header) {
  const std::string parent = events::read_traceparent(header);
  if (parent.empty()) return;
  expect(parent.size() == 55 && parent.starts_with("00-"));
  expect(parent.find_first_not_of("0123456789abcdef-") == std::string::npos);
  expect(header.size() >= parent.size() && header.substr(2, 51) == parent.substr(2, 51));
  expect(events::read_traceparent(parent) == parent);
}

void read_state(std::string_view header) {
  const std::string state = events::read_tracestate(header);
  expect(state.size() <= events::kTraceStateBytesMax);
  for (const char byte : state) expect(byte >= ' ' && byte <= '~');
  expect(events::read_tracestate(state) == state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  read_parent(header);
  read_state(header);
  return 0;
}
