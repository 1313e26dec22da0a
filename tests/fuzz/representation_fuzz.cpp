// Reads foreign bytes as the headers of conditions, codings and origins, and compresses them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "contract/cors/cors_policy.h"
#include "http/representation/accept_encoding.h"
#include "http/representation/compression.h"
#include "http/representation/entity_tag.h"

using namespace penstock;

namespace {

void expect(bool promise) {
  if (!promise) __builtin_trap();
}

void read_tags(std::string_view list) {
  const std::string tag = http::entity_tag(7);
  std::string_view found;
  if (http::find_tag(list, tag, http::weakly_equal, found) == http::Listed::some) {
    expect(list.find(found) != std::string_view::npos && found.find("\"7") < 3);
  }
  // Any text makes a tag, which is found as itself.
  const std::string made = http::entity_tag(list);
  expect(http::find_tag(made, made, http::strongly_equal, found) == http::Listed::some);
}

void read_origin(std::string_view origin) {
  contract::CorsPolicy policy;
  policy.subdomains.push_back({.scheme = "https://", .host = ".a.example"});
  if (!policy.allows(origin)) return;
  expect(origin.starts_with("https://") && origin.ends_with(".a.example"));
  expect(origin.find_first_of("/?#@: \r\n", 8) == std::string_view::npos);
}

void compress(std::string_view text) {
  static http::Gzip gzip;
  const auto compressed = gzip.compress(text);
  if (compressed) {
    expect(compressed->size() < text.size());
    expect(http::gunzip(*compressed, text.size()) == text);
  }
  constexpr size_t kBytesMax = 100'000;
  const auto read = http::gunzip(text, kBytesMax);
  expect(!read || read->size() <= kBytesMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)http::prefers_gzip(bytes);
  read_tags(bytes);
  read_origin(bytes);
  compress(bytes);
  return 0;
}
