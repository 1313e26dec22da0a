// Reads Idempotency-Key headers, and answers that a store has kept.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "idempotency/key_header.h"
#include "idempotency/store.h"

namespace {

using namespace penstock::idempotency;

// A key that was read is the same when it is written as a string of RFC 8941.
void check_key(std::string_view text) {
  const auto key = key_of(text);
  if (!key) return;
  if (key->empty() || key->size() > kKeyBytesMax) std::abort();
  std::string quoted = "\"";
  for (const char c : *key) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const auto again = key_of(quoted + '"');
  if (!again || *again != *key) std::abort();
}

void check_answer(std::string_view text) {
  const auto answer = answer_of(text);
  if (!answer) return;
  const auto again = answer_of(answer_text(*answer));
  if (!again || again->body != answer->body || again->headers != answer->headers ||
      again->content_type != answer->content_type || again->status != answer->status) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_key(text);
  check_answer(text);
  return 0;
}
