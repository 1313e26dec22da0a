// Reads what an issuer answers: the first line is a redirection, the next ones are headers, and
// what follows an empty line is its configuration.
#include <cstdint>
#include <string_view>

#include "auth/documents/issuer_configuration.h"
#include "auth/documents/refresh_time.h"
#include "auth/documents/web_document.h"
#include "base/check.h"

namespace {

std::string_view next_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  static const auto from = auth::document_url("https://id.example/configuration");
  if (const auto url = auth::redirected(*from, next_line(rest))) {
    base::check(url->tls, "a redirection from https leads to https");
    base::check(auth::document_url(url->text() + url->target).has_value(),
                "a redirection leads to a URL of a document");
  }
  net::HttpHeaders headers;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (line.empty()) break;
    const size_t colon = std::min(line.find(':'), line.size());
    headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  const auto time = auth::time_to_refresh(headers, std::chrono::system_clock::now());
  base::check(time >= auth::kRefreshMin && time <= auth::kRefreshMax,
              "the time to the next request has its bounds");
  if (const auto url = auth::key_set_url(rest, "https://id.example")) {
    base::check(
        rest.find("https:") != std::string_view::npos || rest.find('\\') != std::string_view::npos,
        "a configuration has its issuer");
  }
  return 0;
}
