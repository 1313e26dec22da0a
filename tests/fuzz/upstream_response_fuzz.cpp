// Reads the response of an upstream, in parts of sizes that the input chooses.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/check.h"
#include "upstream/http_response_reader.h"
#include "upstream/retries.h"

namespace {

using namespace penstock;

constexpr upstream::ResponseReader::Limits kLimits{.header_bytes_max = 512, .body_bytes_max = 300};

struct Read {
  bool whole = false;
  bool keep = false;
  base::ErrorCode code = base::ErrorCode::internal;
  upstream::Response response;
};

Read read(std::string_view text, size_t part, bool to_head) {
  upstream::ResponseReader reader(to_head, kLimits);
  Read result;
  while (!text.empty() && !reader.is_whole()) {
    const auto space = reader.space();
    base::check(space.size() > 0, "there is space until the response is whole");
    const size_t count = std::min({part, text.size(), space.size()});
    std::memcpy(space.data(), text.data(), count);
    text.remove_prefix(count);
    if (const auto received = reader.received(count); !received) {
      base::check(!received.error().message.empty(), "an error has a message");
      result.code = received.error().code;
      return result;
    }
  }
  if (!reader.is_whole()) {
    if (const auto ended = reader.ended(); !ended) {
      result.code = ended.error().code;
      return result;
    }
  }
  result.whole = true;
  result.keep = reader.may_keep() && text.empty();
  result.response = reader.take();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t part = data[0] + size_t{1};
  const bool to_head = (data[1] & 1) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Read whole = read(text, text.size() + 1, to_head);
  const Read parts = read(text, part, to_head);
  base::check(whole.whole == parts.whole, "the parts make no difference");
  if (!whole.whole) return 0;
  base::check(whole.keep == parts.keep, "the parts make no difference to the connection");
  base::check(whole.response.status == parts.response.status, "the status is the same");
  base::check(whole.response.body == parts.response.body, "the body is the same");
  base::check(whole.response.headers == parts.response.headers, "the headers are the same");
  base::check(whole.response.status >= 200, "no interim answer is a result");
  base::check(whole.response.body.size() <= kLimits.body_bytes_max, "the body is bounded");
  base::check(!to_head || whole.response.body.empty(), "the answer of a HEAD has no body");
  (void)upstream::retry_after(whole.response.header("retry-after"), {});
  return 0;
}
