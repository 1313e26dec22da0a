// Takes secrets out of texts from outside. Half of the input is a secret.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/redaction.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::base::check;
  using penstock::base::Redaction;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view secret = input.substr(0, size / 2);
  const std::string_view text = input.substr(size / 2);
  Redaction redaction;
  redaction.add(secret);
  constexpr size_t kBytesMax = 300;
  for (const std::string_view said : {text, secret, input}) {
    const std::string shown = redaction.shown(said, kBytesMax);
    check(shown.size() <= kBytesMax, "the bound holds");
    check(penstock::base::is_utf8(shown), "it is UTF-8");
    for (const char c : shown) check(c >= ' ' || c < 0, "nothing controls a terminal");
    if (secret.size() >= Redaction::kSecretBytesMin && said != text) {
      check(shown.find("(secret)") != std::string::npos, "the secret is replaced");
    }
  }
  return 0;
}
