// Parses the answer of a function to an event source mapping, failure documents (one, and several
// that stand one after the other), and the request for a mapping.
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "base/check.h"
#include "local/failures/document_sequence.h"
#include "local/failures/failure_document_reader.h"
#include "local/function/batch_response.h"
#include "local/mapping/mapping_request.h"

namespace {

using namespace penstock;

const local::EventBatch& batch() {
  static const local::EventBatch batch = [] {
    local::EventBatch made;
    for (int64_t offset = 0; offset < 4; ++offset) {
      const local::Record record{.topic_partition = {"t", {static_cast<int32_t>(offset % 2)}},
                                 .offset = {offset}};
      made.add(record, local::record_json(record));
    }
    return made;
  }();
  return batch;
}

void has_message(const base::Error& error) {
  base::check(!error.message.empty(), "an error has a message");
}

// Checks that every byte but white space is in one of the documents, in order.
void split(std::string_view text, bool is_document) {
  local::DocumentSequence sequence(std::make_unique<std::istringstream>(std::string(text)));
  size_t at = 0;
  size_t count = 0;
  while (const auto document = sequence.next()) {
    ++count;
    at = text.find_first_not_of(" \t\r\n", at);
    base::check(text.substr(at).starts_with(document->text),
                "a document is where the one before ends");
    base::check(!document->text.empty() || !document->problem.empty(), "a document has a text");
    at += document->text.size();
  }
  base::check(text.find_first_not_of(" \t\r\n", at) == std::string_view::npos || count > 0,
              "a text has documents");
  base::check(!is_document || count == 1, "a document is one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto response = local::read_batch_response(text, batch())) {
    // Only records of the batch may be delivered again.
    const auto ranges = batch().ranges();
    for (const auto& [topic_partition, offsets] : response->failures) {
      const auto range = ranges.find(topic_partition);
      base::check(range != ranges.end(), "only partitions of the batch are named");
      base::check(!offsets.empty() && *offsets.begin() >= range->second.offsets.first &&
                      *offsets.rbegin() <= range->second.offsets.last,
                  "only records of the batch are named");
    }
    base::check(response->failures.empty() || local::names_failures(text),
                "read_batch_response() and names_failures() agree");
  } else {
    has_message(response.error());
  }
  const auto document = local::FailureDocument::parse(text);
  split(text, document.has_value());
  if (document) {
    base::check(document->event.has_value() != !document->ranges.empty(),
                "a document has an event or ranges");
    for (const auto& range : document->ranges) {
      base::check(range.offsets.first.value >= 0 && range.offsets.first <= range.offsets.last &&
                      range.topic_partition.partition.number >= 0,
                  "ranges are not empty or negative");
    }
    base::check(!document->text().empty(), "a document has a text");
  } else {
    has_message(document.error());
  }
  if (const auto request = local::MappingRequest::parse(text)) {
    base::check(request->topics.size() == 1 && !request->function_name.empty(),
                "a request has a function and a topic");
  } else {
    has_message(request.error());
  }
  return 0;
}
