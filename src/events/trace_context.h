#pragma once

#include <string>
#include <string_view>

namespace penstock::events {

// Holds the trace of a request in the form that goes on with its event (W3C Trace Context,
// https://www.w3.org/TR/trace-context/). It is empty if there was none that can be read.
struct TraceContext {
  std::string traceparent = {};
  std::string tracestate = {};
};

// Section 3.3.1.5 asks for at least as much to be passed on. Larger states lose whole members.
inline constexpr size_t kTraceStateBytesMax = 512;

// Returns the traceparent that goes on for this header, which is empty if the header cannot be read
// or has an id of zeros. A header of a later version goes on as version 00, the latest that is
// known here (section 4.3).
[[nodiscard]] std::string read_traceparent(std::string_view header);

// Returns the tracestate that goes on for this header, whose lines are joined by commas. It is
// empty if any member of it cannot be read. At most kTraceStateBytesMax bytes go on.
[[nodiscard]] std::string read_tracestate(std::string_view header);

}  // namespace penstock::events
