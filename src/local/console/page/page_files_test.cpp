#include "local/console/page/page_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace penstock::local {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(PageFiles, BeginWithOneStart) {
  const auto files = page_files();
  const auto is_start = [](const PageFile& file) { return file.path == "/index.html"; };
  ASSERT_EQ(std::count_if(files.begin(), files.end(), is_start), 1);
  const PageFile& start = *std::find_if(files.begin(), files.end(), is_start);
  EXPECT_EQ(start.media_type, "text/html; charset=utf-8");
}

// So many are in the program, and are sent to a browser. Uncompressed, they are about thrice as
// many.
TEST(PageFiles, HaveAtMost250KilobytesTogether) {
  constexpr size_t kBytesMax = 250'000;
  size_t bytes = 0;
  for (const PageFile& file : page_files()) bytes += file.gzipped.size();
  EXPECT_GT(bytes, 0u);
  EXPECT_LE(bytes, kBytesMax);
}

TEST(PageFiles, HaveTheContractBesideThem) {
  EXPECT_THAT(std::string(console_document()), StartsWith("openapi: 3.1.0\n"));
  EXPECT_THAT(std::string(console_document()), HasSubstr("operationId: get_stream"));
}

}  // namespace
}  // namespace penstock::local
