#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "local/failures/failure_inbox.h"
#include "local/records/cluster.h"

namespace penstock::local {

// Opens an inbox of the documents in a topic that is a failure destination, without connecting yet.
// It has those that the topic has when next() is called for the first time, each partition in its
// order. A topic keeps its records, so a document that was handled is acknowledged by storing the
// offset behind it for the consumer group `group`; the next inbox of the same group goes on there.
// A document that is left must not be passed by, so next() goes on in the next partition then.
//
// `say` gets sentences on what the topic has and has lost. The tokens of `cluster` must outlive the
// inbox. The error is `invalid`: librdkafka does not accept a property. Those of next() and
// acknowledge() are those of TopicReader and GroupOffsets.
[[nodiscard]] base::Result<std::unique_ptr<FailureInbox>> open_topic_inbox(
    const Cluster& cluster, const std::string& topic, const std::string& group,
    std::function<void(const std::string&)> say);

}  // namespace penstock::local
