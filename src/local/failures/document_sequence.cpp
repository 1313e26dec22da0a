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
    // The reader of documents finds the mistake again if it gets what follows.
    const size_t end = error ? chunk_.size() : at_ + size;
    document.text.append(chunk_, at_, end - at_);
    line_ += static_cast<size_t>(std::count(&chunk_[at_], &chunk_[end], '\n'));
    at_ = end;
    if (error) break;
  }
  broken_ = !parser.done();
  return document;
}

}  // namespace penstock::local
