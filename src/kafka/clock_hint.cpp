#include "kafka/clock_hint.h"

namespace penstock::kafka {

std::string clock_hint(const std::string& error, bool with_tokens, base::SystemTime now) {
  const auto says = [&](const char* words) { return error.find(words) != std::string::npos; };
  const bool is_certificate = says("certificate verify failed") || says("could not be verified");
  const bool is_token = with_tokens && says("SASL authentication error");
  if (!is_certificate && !is_token) return {};
  base::TimeText text;
  return "; this machine's clock shows " + std::string(text.rfc3339(now)) +
         (is_certificate ? ", and if it is wrong, a sound certificate counts as expired or not yet "
                           "valid"
                         : ", and if it is minutes off, Kafka refuses each token");
}

}  // namespace penstock::kafka
