// Reads answers of AWS's JSON protocols.
#include <cstdint>
#include <string_view>

#include "aws/json/json_errors.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  if (size < 2) return 0;
  const unsigned status = 200 + data[0] * 2;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view type = text.substr(0, data[1]);
  const auto answer = aws::read_answer(status, type, text);
  base::check(answer.body == text, "the body is kept");
  base::check(answer.is_error() || answer.error.empty(), "only an error has a name");
  base::check(answer.error.find('\n') == std::string::npos, "a name has one line");
  if (answer.is_error()) (void)aws::kind_of(answer);
  return 0;
}
