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

// Returns each document as "LINE: TEXT", without the white space at its end, and with its problem.
std::vector<std::string> documents_in(const std::string& text) {
  DocumentSequence sequence = sequence_of(text);
  std::vector<std::string> documents;
  while (const auto document = sequence.next()) {
    const size_t end = document->text.find_last_not_of(" \t\r\n");
    documents.push_back(std::to_string(document->line) + ": " + document->text.substr(0, end + 1) +
                        (document->problem.empty() ? "" : " -> " + document->problem) +
                        (document->rest_unread ? " ..." : ""));
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
  EXPECT_THAT(documents_in("{} {\"a\":"),
              ElementsAre("1: {}", "1: {\"a\": -> the file ends before it does"));
  EXPECT_THAT(documents_in("{}\nno\n{}"),
              ElementsAre("1: {}",
                          "2:  -> it is no JSON at line 2, byte 3 of the file: syntax "
                          "error ..."));
  EXPECT_THAT(documents_in("{]}{}"),
              ElementsAre("1: { -> it is no JSON at line 1, byte 1 of the file: syntax error ..."));
  // The mistake is counted from the beginning of the file, however much of it is read at once.
  const std::string lines(100'000, '\n');
  EXPECT_THAT(documents_in("{}" + lines + "{\n]"),
              ElementsAre("1: {}",
                          "100001: { -> it is no JSON at line 100002, byte 100004 of the "
                          "file: syntax error ..."));
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
  EXPECT_EQ(first->problem,
            "it is larger than 33554432 bytes, and no failure document is that large");
  EXPECT_TRUE(first->rest_unread);
  EXPECT_FALSE(endless.next());
}

}  // namespace
}  // namespace penstock::local
