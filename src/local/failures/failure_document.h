#pragma once

#include <string>
#include <string_view>

#include "base/time_text.h"
#include "local/failures/failure_destination.h"
#include "local/records/event_batch.h"

namespace penstock::local {

// Whose failure it is.
struct FailureContext {
  std::string function_arn;
  EventBatch::Envelope envelope;
};

// What AWS sends to a failure destination. https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html
//
// For SQS: which records it was about, not the records themselves. Offsets are strings there, too.
[[nodiscard]] std::string failure_document(const FailedBatch& failed, const FailureContext& context,
                                           base::SystemTime now);
// For S3: the same, and `payload`, the event as a string.
[[nodiscard]] std::string failure_document_with_payload(const FailedBatch& failed,
                                                        const FailureContext& context, base::SystemTime now);
// For a Kafka topic: of one record, with its event as an object (kafka-on-failure-destination.html).
[[nodiscard]] std::string failure_document(const FailedBatch& failed, const EventBatch::Entry& entry,
                                           const FailureContext& context, base::SystemTime now);

// "2019-11-14T00:38:06.021Z"
[[nodiscard]] std::string iso_milliseconds(int64_t since_1970);
[[nodiscard]] std::string iso_milliseconds(base::SystemTime time);

}  // namespace penstock::local
