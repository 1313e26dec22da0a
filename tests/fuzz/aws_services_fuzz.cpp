// Parses the answers of SQS and S3.
#include <cstdint>
#include <string_view>

#include "aws/credentials/endpoint.h"
#include "aws/services/s3.h"
#include "aws/services/service_client.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const aws::ServiceError error = aws::parse_service_error(text);
  const base::Error refused =
      aws::refusal({.host = "a"}, {.status = 400}, error.code + error.message + error.region);
  base::check(refused.message.find('\n') == std::string::npos, "an error has one line");
  const auto page = aws::parse_s3_page(text);
  if (!page) base::check(!page.error().message.empty(), "an error has a message");
  return 0;
}
