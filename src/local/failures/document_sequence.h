#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace penstock::local {

// Reads JSON documents that stand one after the other, with or without white space between them,
// as kcat prints the records of a topic. It keeps one document in memory at a time.
class DocumentSequence {
 public:
  struct Document {
    std::string text;
    size_t line;  // The number of the line on which it begins, from 1.
    // Says why the document could not be read to its end, or is empty.
    std::string problem = {};
    // Says whether the text goes on behind the problem, and is not read there.
    bool rest_unread = false;
  };

  // Limits a document. One with an event has up to 6 MB of records, in base64 and then as a string.
  static constexpr size_t kBytesMax = size_t{32} * 1024 * 1024;

  explicit DocumentSequence(std::unique_ptr<std::istream> in) : in_(std::move(in)) {}

  // Returns the next document, or nothing at the end. A text that is no JSON, ends early or is
  // larger than kBytesMax is returned up to there with its problem, and is the last one, because it
  // is not known where the next one begins.
  [[nodiscard]] std::optional<Document> next();

 private:
  [[nodiscard]] bool fill();
  void skip_white_space();

  std::unique_ptr<std::istream> in_;
  std::string chunk_;  // What was read of the file and belongs to no document yet, from at_ on.
  size_t at_ = 0;
  size_t before_ = 0;  // The number of bytes that were read before chunk_.
  size_t line_ = 1;
  bool broken_ = false;
};

}  // namespace penstock::local
