// Parses the documents in which AWS's sources answer with credentials.
#include <cstdint>
#include <string_view>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/plain_text.h"
#include "base/check.h"

namespace {

using namespace penstock;

// Stops the process unless credentials are complete and fit into a header, or the error has one
// line.
void hold(const base::Result<aws::Credentials>& result) {
  if (!result) {
    base::check(
        !result.error().message.empty() && result.error().message.find('\n') == std::string::npos,
        "an error has one line");
    return;
  }
  base::check(!result->access_key_id.empty() && aws::is_printable(result->access_key_id),
              "the id may go into a header");
  base::check(!result->secret_access_key.empty(), "the secret is not empty");
  base::check(aws::is_printable(result->session_token.reveal()),
              "the session token may go into a header");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  hold(aws::parse_json_credentials(text, aws::JsonForm::endpoint, {}));
  hold(aws::parse_json_credentials(text, aws::JsonForm::process, {}));
  hold(aws::parse_sts_credentials(text));
  base::check(aws::sts_error(text, {}).size() <= 300, "an error has at most 300 bytes");
  return 0;
}
