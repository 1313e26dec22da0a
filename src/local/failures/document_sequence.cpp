#include "local/failures/document_sequence.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "json/sax.h"

namespace penstock::local {
namespace {

constexpr size_t kChunk = 65'536;
constexpr const char* kWhiteSpace = " \t\r\n";

}  // namespace

bool DocumentSequence::fill() {
  if (at_ < chunk_.size()) return true;
  before_ += chunk_.size();
  chunk_.resize(kChunk);
  in_->read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  chunk_.resize(static_cast<size_t>(in_->gcount()));
  at_ = 0;
  return !chunk_.empty();
}

void DocumentSequence::skip_white_space() {
  while (fill()) {
    const size_t end = std::min(chunk_.find_first_not_of(kWhiteSpace, at_), chunk_.size());
    line_ += static_cast<size_t>(std::count(&chunk_[at_], &chunk_[end], '\n'));
    at_ = end;
    if (end < chunk_.size()) return;
  }
}

std::optional<DocumentSequence::Document> DocumentSequence::next() {
  if (broken_) return std::nullopt;
  skip_white_space();
  if (!fill()) return std::nullopt;
  Document document{.text = {}, .line = line_};
  boost::json::basic_parser<json::SaxHandler> parser(boost::json::parse_options{});
  while (!parser.done() && document.text.size() <= kBytesMax && fill()) {
    boost::system::error_code error;
    const size_t size = parser.write_some(true, &chunk_[at_], chunk_.size() - at_, error);
    const size_t end = at_ + size;
    document.text.append(chunk_, at_, end - at_);
    line_ += static_cast<size_t>(std::count(&chunk_[at_], &chunk_[end], '\n'));
    at_ = end;
    if (error) {
      document.problem = "it is no JSON at line " + std::to_string(line_) + ", byte " +
                         std::to_string(before_ + at_) + " of the file: " + error.message();
      break;
    }
  }
  broken_ = !parser.done();
  if (!broken_) return document;
  document.rest_unread = fill();
  if (document.text.size() > kBytesMax) {
    document.problem = "it is larger than " + std::to_string(kBytesMax) +
                       " bytes, and no failure document is that large";
  } else if (document.problem.empty()) {
    document.problem = "the file ends before it does";
  }
  return document;
}

}  // namespace penstock::local
