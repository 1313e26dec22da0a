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
  EXPECT_THAT(std::string(start.content), StartsWith("<!doctype html>"));
}

// A page that is larger is not there at once when a laptop is busy with a build.
TEST(PageFiles, HaveAtMost250KilobytesTogether) {
  constexpr size_t kBytesMax = 250'000;
  size_t bytes = 0;
  for (const PageFile& file : page_files()) {
    EXPECT_FALSE(file.content.empty()) << file.path;
    bytes += file.content.size();
  }
  EXPECT_LE(bytes, kBytesMax);
}

TEST(PageFiles, HaveTheContractBesideThem) {
  EXPECT_THAT(std::string(console_document()), StartsWith("openapi: 3.1.0\n"));
  EXPECT_THAT(std::string(console_document()), HasSubstr("operationId: get_stream"));
}

}  // namespace
}  // namespace penstock::local
