#pragma once

#include <span>
#include <string_view>

namespace penstock::local {

// Is one file of the console's page, as it was when the program was built.
struct PageFile {
  std::string_view path;        // As in its URL: "/main.js".
  std::string_view media_type;  // For the header Content-Type.
  std::string_view gzipped;     // Its content, compressed by gzip.
};

// Returns all files of the page, of which "/index.html" is where it begins.
[[nodiscard]] std::span<const PageFile> page_files();

// Returns the contract of the console's API: the text of console.openapi.yaml.
[[nodiscard]] std::string_view console_document();

}  // namespace penstock::local
