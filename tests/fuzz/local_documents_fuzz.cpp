// Parses the answer of a function to an event source mapping, failure documents (one, and several
// that stand one after the other) with the addresses in them, and the request for a mapping.
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/printable_text.h"
#include "local/failures/document_sequence.h"
#include "local/failures/failure_document_reader.h"
#include "local/failures/named_kafka.h"
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

// Checks that credentials go only to the Kafka that is named, whatever address a document has.
void follow(std::string_view address) {
  static const local::NamedKafka named{.bootstrap = "kafka.example.com:9098", .iam = true};
  static const local::NamedKafka cluster{
      .event_source_arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/1c2d-4"};
  static const local::NamedKafka iam{.iam = true};
  if (const auto to = named.address_of(address)) {
    base::check(to->bootstrap == named.bootstrap, "only the named Kafka is contacted");
  } else {
    has_message(to.error());
    base::check(base::printable(to.error().message, 10'000) == to.error().message,
                "a refusal is one line");
  }
  if (const auto to = cluster.address_of(address)) {
    constexpr std::string_view kDomain = ".kafka.eu-west-1.amazonaws.com:";
    for (std::string_view rest = to->bootstrap; !rest.empty();) {
      const std::string_view server = rest.substr(0, rest.find(','));
      base::check(server.find(kDomain) != std::string_view::npos, "all hosts are the cluster's");
      rest.remove_prefix(std::min(server.size() + 1, rest.size()));
    }
  }
  base::check(!iam.address_of(address), "nobody gets a token whom nobody has named");
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
  follow(text);
  const auto document = local::FailureDocument::parse(text);
  split(text, document.has_value());
  if (document) {
    follow(document->bootstrap);
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
