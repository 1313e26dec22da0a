// Checks a text against every format. What two formats have in common must hold for both.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "contract/formats/formats.h"

using namespace penstock;

namespace {

bool has(std::string_view format, std::string_view text) {
  return contract::find_format(format)->matches(text);
}

void hold(bool promise) {
  if (!promise) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!base::is_utf8(text)) return 0;  // The readers of requests refuse it before.
  for (const std::string_view name : contract::format_names()) {
    if (contract::is_free_format(name)) continue;
    const contract::Format& format = *contract::find_format(name);
    hold(format.matches(text) == format.matches(std::string(text)));
    hold(format.steps_for(text) >= text.size());
  }
  if (has("date-time", text)) {
    hold(has("date", text.substr(0, 10)) && has("time", text.substr(11)));
  }
  if (has("date-time-local", text)) {
    hold(has("date", text.substr(0, 10)) && has("time-local", text.substr(11)));
  }
  if (has("email", text)) hold(has("idn-email", text));
  if (has("uri", text)) hold(has("uri-reference", text) && has("iri", text));
  if (has("iri", text)) hold(has("iri-reference", text));
  if (has("uint64", text)) hold(has("decimal", text));
  if (has("int64", text)) hold(has("decimal", text));
  // Labels of ASCII are labels of both; an A-label must also fit to those beside it.
  const bool is_encoded = text.find("--") != std::string_view::npos;
  if (!is_encoded && has("hostname", text)) hold(has("idn-hostname", text));
  const bool is_plain = text.find_first_of("+/") == std::string_view::npos;
  if (is_plain && has("byte", text)) hold(has("base64url", text));
  return 0;
}
