#include "contract/document/packed_document.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace penstock::contract {
namespace {

void expect_same(const Node& a, const Node& b) {
  EXPECT_EQ(a.kind, b.kind) << b.where();
  EXPECT_EQ(a.where(), b.where());
  EXPECT_EQ(a.text, b.text) << b.where();
  EXPECT_EQ(a.number, b.number) << b.where();
  EXPECT_EQ(a.boolean, b.boolean) << b.where();
  EXPECT_EQ(a.height, b.height) << b.where();
  EXPECT_EQ(a.sorted, b.sorted) << b.where();
  ASSERT_EQ(a.elements.size(), b.elements.size()) << b.where();
  for (size_t i = 0; i < a.elements.size(); ++i) expect_same(*a.elements[i], *b.elements[i]);
  ASSERT_EQ(a.members.size(), b.members.size()) << b.where();
  for (size_t i = 0; i < a.members.size(); ++i) {
    expect_same(*a.members[i].key, *b.members[i].key);
    expect_same(*a.members[i].value, *b.members[i].value);
  }
}

void expect_same(const std::string& text, const std::string& file = "t.yaml") {
  const auto document = Document::parse(text, file);
  ASSERT_TRUE(document) << document.error().message;
  const auto again = Document::parse(pack(*document), file);
  ASSERT_TRUE(again) << again.error().message;
  expect_same(again->root(), document->root());
  EXPECT_EQ(again->merge_keys().size(), document->merge_keys().size());
}

TEST(PackedDocument, BecomesTheSameTree) {
  expect_same("a");
  expect_same("[yes, ~, true, False, 1, -1, 0x1F, 1.5, 1., 1e3, 18446744073709551615, '1', '']");
  expect_same("{a: {b: [1, {c: }]}, <<: {d: e}, 'f': \"g\\n\"}");
  expect_same("\"\xc3\xa4\": [\"\xc3\xb6\xc3\xbc\", \xf0\x9f\x98\x80, b]");
  expect_same("{\"a\": [-9223372036854775808, 0.1]}", "t.json");
}

TEST(PackedDocument, HasAValueOnceThatIsNamedTwice) {
  const std::string text = "a: &x {b: &y [1]}\nc: *x\nd: *y";
  expect_same(text);
  const auto again = Document::parse(pack(Document::parse(text, "t").value()), "t");
  EXPECT_EQ(again->root().find("a"), again->root().find("c"));
}

TEST(PackedDocument, IsTheSameForTheProjectsOwnContracts) {
  size_t count = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(PENSTOCK_ROOT) + "/tests/contracts")) {
    if (file.path().extension() != ".yaml" && file.path().extension() != ".json") continue;
    std::ifstream stream(file.path(), std::ios::binary);
    expect_same(std::string(std::istreambuf_iterator<char>(stream), {}), file.path().filename());
    ++count;
  }
  EXPECT_GT(count, 3U);
}

TEST(PackedDocument, IsRefusedIfItIsNotWhole) {
  const std::string packed =
      pack(Document::parse("{a: [1, 1.5, x, ~, true], b: &x {c: d}, e: *x}", "t").value());
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(Document::unpack(packed.substr(0, size), "t")) << size;
  }
  // Each byte as another one: whatever comes out, nothing is read beyond the bytes.
  for (size_t i = kPackedMark.size(); i < packed.size(); ++i) {
    for (int other = 0; other < 256; ++other) {
      std::string changed = packed;
      changed[i] = static_cast<char>(other);
      const auto document = Document::unpack(changed, "t");
      if (!document) {
        EXPECT_EQ(document.error().message.substr(0, 2), "t:");
      }
    }
  }
}

}  // namespace
}  // namespace penstock::contract
