#include "local/failures/document_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace penstock::local {
namespace {

using ::testing::ElementsAre;

DocumentSequence sequence_of(const std::string& text) {
  return DocumentSequence(std::make_unique<std::istringstream>(text));
}

// Returns each document as "LINE: TEXT", without the white space at its end.
std::vector<std::string> documents_in(const std::string& text) {
  DocumentSequence sequence = sequence_of(text);
  std::vector<std::string> documents;
  while (const auto document = sequence.next()) {
    const size_t end = document->text.find_last_not_of(" \t\r\n");
    documents.push_back(std::to_string(document->line) + ": " + document->text.substr(0, end + 1));
  }
  return documents;
}

TEST(DocumentSequence, FindsWhereOneDocumentEndsAndTheNextBegins) {
  EXPECT_THAT(documents_in("{\"a\":1}\n{\"b\":\"}{\"}\n"),
              ElementsAre("1: {\"a\":1}", "2: {\"b\":\"}{\"}"));
  EXPECT_THAT(documents_in("{}{\"a\":[{}]} {}"), ElementsAre("1: {}", "1: {\"a\":[{}]}", "1: {}"));
  EXPECT_THAT(documents_in("\n\n{\n  \"a\": \"\\\"\"\n}\r\n\n\t{}\n"),
              ElementsAre("3: {\n  \"a\": \"\\\"\"\n}", "7: {}"));
}

TEST(DocumentSequence, OfNothingGivesNothing) {
  EXPECT_THAT(documents_in(""), ElementsAre());
  EXPECT_THAT(documents_in(" \n\t\n"), ElementsAre());
}

TEST(DocumentSequence, EndsWithWhatIsNoJson) {
  EXPECT_THAT(documents_in("{} {\"a\":"), ElementsAre("1: {}", "1: {\"a\":"));
  EXPECT_THAT(documents_in("{}\nno\n{}"), ElementsAre("1: {}", "2: no\n{}"));
  EXPECT_THAT(documents_in("{]}{}"), ElementsAre("1: {]}{}"));
}

TEST(DocumentSequence, ReadsDocumentsOfAnySizeUpToItsLimit) {
  const std::string large = "{\"a\":\"" + std::string(300'000, 'x') + "\"}";
  EXPECT_THAT(documents_in(large + "\n" + large + large),
              ElementsAre("1: " + large, "2: " + large, "2: " + large));
  DocumentSequence endless =
      sequence_of("\"" + std::string(DocumentSequence::kBytesMax + 1'000'000, 'x') + "\"{}");
  const auto first = endless.next();
  ASSERT_TRUE(first);
  EXPECT_LT(first->text.size(), DocumentSequence::kBytesMax + 100'000);
  EXPECT_FALSE(endless.next());
}

}  // namespace
}  // namespace penstock::local
