#pragma once

#include <cstdint>
#include <string>

#include "base/time_text.h"
#include "local/failures/failed_batch.h"

namespace penstock::local {

// These write what AWS sends to a failure destination, as JSON; `now` becomes the document's
// timestamp. The shapes are those of
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html and, for topics,
// kafka-on-failure-destination.html beside it. FailureDocument::parse() reads all three.

// For SQS: the document says which records the batch had, and does not hold the records. Its
// offsets are strings.
[[nodiscard]] std::string batch_document(const FailedBatch& failed, const FailureContext& context,
                                         base::SystemTime now);
// For S3: the document also has the whole event, as a string in `payload`.
[[nodiscard]] std::string batch_document_with_event(const FailedBatch& failed,
                                                    const FailureContext& context,
                                                    base::SystemTime now);
// For a Kafka topic: the document is about one record of the batch, and has its event as an object.
[[nodiscard]] std::string record_document(const FailedBatch& failed, const EventBatch::Entry& entry,
                                          const FailureContext& context, base::SystemTime now);

// Both give a time in UTC as the documents have it, such as "2019-11-14T00:38:06.021Z". The number
// is milliseconds since 1970; one below 0 counts as 0.
[[nodiscard]] std::string iso_milliseconds(int64_t since_1970);
[[nodiscard]] std::string iso_milliseconds(base::SystemTime time);

}  // namespace penstock::local
