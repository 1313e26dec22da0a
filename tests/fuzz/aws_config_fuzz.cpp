// Parses AWS's shared config and credentials files, and the URLs of endpoints.
#include <cstdint>
#include <string_view>

#include "aws/credentials/endpoint.h"
#include "aws/credentials/ini_file.h"
#include "aws/region.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ini = aws::IniFile::parse(text, "config");
  if (ini) {
    for (const auto& [name, section] : ini->sections) {
      for (const auto& [key, value] : section) {
        base::check(text.size() >= name.size() + key.size() + value.reveal().size(),
                    "a value is part of the input");
        base::check(value.reveal().find('\n') == std::string::npos, "a value has one line");
      }
    }
  }
  const auto url = aws::Url::parse(text);
  if (url) {
    base::check(url->port != 0 && url->target.front() == '/', "a URL has a port and a path");
    base::check(url->host.find_first_of("/@?#%[] \r\n") == std::string::npos,
                "a host has no delimiter");
    const auto again = aws::Url::parse(url->text() + url->target);
    base::check(again && again->host == url->host && again->port == url->port &&
                    again->target == url->target,
                "a URL's text gives the same URL");
  }
  if (const auto region = aws::region_of_msk(text)) {
    base::check(aws::is_region(*region), "a region has the form of one");
  }
  return 0;
}
