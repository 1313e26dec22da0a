#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "local/console/operation.h"
#include "local/records/cluster.h"
#include "local/topics/topic_browser.h"

namespace penstock::local {

// Says which Kafka the console shows. The functions are called on the io_context's thread.
struct ShownKafka {
  // Returns where it is. The error says why there is none, or none yet.
  std::function<base::Result<Cluster>()> cluster;
  // Says whether a mapping of this program reads a topic.
  std::function<bool(const std::string& topic)> is_own;
};

// Makes the operations list_topics, list_records, get_record and produce_record. `io` and `browser`
// must outlive them.
[[nodiscard]] ConsoleOperations topic_operations(boost::asio::io_context& io, TopicBrowser& browser,
                                                 ShownKafka kafka, std::stop_token stop);

}  // namespace penstock::local
