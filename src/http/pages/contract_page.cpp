#include "http/pages/contract_page.h"

#include "contract/document/document.h"

namespace penstock::http {
namespace {

// Writes the text so that HTML shows it, and takes nothing of it for its own.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string title_of(const contract::Contract& contract) {
  const contract::Node* info = contract.document().find("info");
  const contract::Node* title = info == nullptr ? nullptr : info->find("title");
  return title == nullptr ? "" : title->text;
}

}  // namespace

// The paths are relative to the page's own, so that they fit below every base path.
std::string contract_page(const contract::Contract& contract) {
  return R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)" +
         escaped(title_of(contract)) + R"(</title>
<script type="module" src="docs/openapi-explorer.js"></script>
</head>
<body>
<openapi-explorer spec-url="openapi.json"></openapi-explorer>
<noscript>This page needs JavaScript. The contract is <a href="openapi.json">here</a>.</noscript>
</body>
</html>
)";
}

}  // namespace penstock::http
