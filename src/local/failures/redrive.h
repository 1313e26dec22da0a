#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/failures/failure_document_reader.h"
#include "local/failures/failure_inbox.h"
#include "local/failures/named_kafka.h"
#include "local/filter/event_filter.h"
#include "local/function/invoker.h"
#include "local/records/event_batch.h"
#include "local/records/record_writer.h"

namespace penstock::local {

// Says which records a redrive reads, and where they go.
struct RedriveSettings {
  // Says which Kafka has the records, or which one a document may name. Its names are also those in
  // the events that the function gets.
  NamedKafka kafka = {};
  // Returns the source of tokens for a bootstrap, or null if none is needed. It is asked only for
  // an address that NamedKafka lets have credentials.
  std::function<base::Result<kafka::TokenSource*>(const std::string& bootstrap)> tokens = {};
  // Is the mapping's filter. Records that it does not pass are not handed over.
  EventFilter filter = {};
  // Gets the batches. If it is null, `topic` gets the records.
  Invoker* invoker = nullptr;
  // Says whether the mapping has ReportBatchItemFailures. Then an answer that it would refuse is a
  // failure. Otherwise only an answer is that names failures, or wants to and cannot be read.
  bool report_batch_item_failures = false;
  std::string topic = {};
  // Only reports what would be done, and whether Kafka still has the records.
  bool dry_run = false;
  // Handles a document even if Kafka lacks some of its batch's records. Otherwise it is left.
  bool skip_missing = false;
  size_t documents_max = 10'000;
};

// Redrives batches that a mapping has given up: reads the documents of a failure inbox one by one,
// reads the records that they name from Kafka, and hands them to the function or stores them in a
// topic. A document whose batch was handed over completely is acknowledged; all others are left.
// All calls block, and are for one thread.
class Redrive {
 public:
  using Say = std::function<void(const std::string& line)>;
  struct Totals {
    size_t done = 0;     // The number of documents that were handled.
    size_t left = 0;     // The number of documents that were left. Their lines say why.
    size_t records = 0;  // The number of records in the documents that were handled.
  };

  // `inbox` and the invoker must outlive the redrive. `say` gets a line for each document.
  Redrive(RedriveSettings settings, FailureInbox& inbox, Say say)
      : settings_(std::move(settings)), inbox_(inbox), say_(std::move(say)) {}

  // Works until the inbox is empty, documents_max are read, or a stop is requested. An error means
  // that the inbox cannot be read further; documents before that have been handled. Call it once.
  [[nodiscard]] base::Result<Totals> run(std::stop_token stop);

 private:
  // Holds the records of one event.
  struct Chunk {
    EventBatch batch;
    std::vector<NewRecord> records;  // The same records, if they are for a topic.
  };

  // Adds a warning to the document's line if this part of it names fewer records than its
  // batchSize, which may count them before or after the filter: AWS's pages do not say.
  void compare_count(int64_t found, int64_t batch_size, const std::string& part);
  base::Result<> redrive(const FailureDocument& document, std::stop_token stop);
  base::Result<> redrive_event(const FailureDocument& document, std::stop_token stop);
  base::Result<> redrive_ranges(const FailureDocument& document, std::stop_token stop);
  // Returns the cluster for a document that has this text as its bootstrapServers.
  [[nodiscard]] base::Result<Cluster> cluster_of(const std::string& bootstrap) const;
  base::Result<> hand_over(const Chunk& chunk, const Cluster& cluster, std::stop_token stop);
  // Invokes the function with the event of this batch.
  base::Result<> invoke(const std::string& payload, const EventBatch& batch, std::stop_token stop);
  base::Result<> write(const std::vector<NewRecord>& records, const Cluster& cluster,
                       std::stop_token stop);

  RedriveSettings settings_;
  FailureInbox& inbox_;
  const Say say_;
  std::unique_ptr<RecordWriter> writer_;
  std::string writer_bootstrap_;
  Totals totals_;
  size_t records_ = 0;   // The number of records in the present document.
  std::string warning_;  // What its line says of it at the end, or nothing.
};

}  // namespace penstock::local
