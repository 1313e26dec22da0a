#pragma once

#include <cstdint>
#include <string>

#include "base/time_text.h"
#include "local/failures/failed_batch.h"

namespace penstock::local {

// These functions write the JSON that AWS sends to a failure destination. `now` becomes the
// document's timestamp. The shapes are those of
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html and, for topics, of
// kafka-on-failure-destination.html in the same folder. FailureDocument::parse() reads all three.

// Returns the document for SQS, which says which records the batch had but does not contain them.
// Its offsets are strings.
[[nodiscard]] std::string batch_document(const FailedBatch& failed, const FailureContext& context,
                                         base::SystemTime now);
// Returns the document for S3, which also has the whole event, as a string in `payload`.
[[nodiscard]] std::string batch_document_with_event(const FailedBatch& failed,
                                                    const FailureContext& context,
                                                    base::SystemTime now);
// Returns the document for a Kafka topic, which is about one record of the batch and has its event
// as an object in `payload`.
[[nodiscard]] std::string record_document(const FailedBatch& failed, const EventBatch::Entry& entry,
                                          const FailureContext& context, base::SystemTime now);
// Returns a document for a topic that does not take the record with its event. Instead of the event
// it has `recordsInfo`, as the document for SQS has it, and a sentence in `payloadOmitted`. Both
// are this project's own: AWS's pages do not say what becomes of such a record.
[[nodiscard]] std::string record_document_without_payload(const FailedBatch& failed,
                                                          const EventBatch::Entry& entry,
                                                          const FailureContext& context,
                                                          base::SystemTime now);

// Returns a time in UTC in the form of the documents: "2019-11-14T00:38:06.021Z". The number is in
// milliseconds since 1970. A negative one counts as 0, and one behind the year 9999 as its last.
[[nodiscard]] std::string iso_milliseconds(int64_t since_1970);
[[nodiscard]] std::string iso_milliseconds(base::SystemTime time);

}  // namespace penstock::local
