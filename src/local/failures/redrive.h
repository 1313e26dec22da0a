#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/failures/failure_document_reader.h"
#include "local/failures/failure_inbox.h"
#include "local/filter/event_filter.h"
#include "local/function/invoker.h"
#include "local/records/event_batch.h"
#include "local/records/record_writer.h"

namespace penstock::local {

struct RedriveSettings {
  // Where the records are. Without a bootstrap, each document says so.
  Cluster cluster = {};
  // Finds the source of tokens that lets us in at a bootstrap; its result replaces the cluster's
  // `tokens`.
  std::function<base::Result<kafka::TokenSource*>(const std::string& bootstrap)> tokens = {};
  std::string event_source_arn = {};  // Stands in the events that are made anew.
  EventFilter filter = {};            // The mapping's own: what it left out stays out.
  Invoker* invoker = nullptr;         // Gets the batches; without it `topic` does.
  std::string topic = {};
  bool dry_run = false;       // Only says what would be done, and whether the records are there.
  bool skip_missing = false;  // Goes on if Kafka has lost some of a batch; else it is left.
  size_t documents_max = 10'000;
};

// Takes up batches that a mapping has given up: it reads the documents of a failure inbox one by
// one, fetches the records that they name from Kafka again, and hands them to the function, or to a
// topic. A document whose batch was handed over whole is acknowledged, all others are left. It
// blocks, and is for one thread.
class Redrive {
 public:
  using Say = std::function<void(const std::string& line)>;
  struct Totals {
    size_t done = 0;     // Documents that were handled.
    size_t left = 0;     // Documents that stay where they are: `say` has told why.
    size_t records = 0;  // Those of the documents that were handled.
  };

  // `inbox` and the invoker must outlive the redrive. `say` gets a line for each document.
  Redrive(RedriveSettings settings, FailureInbox& inbox, Say say)
      : settings_(std::move(settings)), inbox_(inbox), say_(std::move(say)) {}

  // Works until the inbox is empty, documents_max are read, or a stop is requested. An error means
  // that the inbox cannot be read any more; what was done until then is done. Called once.
  [[nodiscard]] base::Result<Totals> run(std::stop_token stop);

 private:
  // What goes to the function at once.
  struct Chunk {
    EventBatch batch;
    std::vector<NewRecord> records;  // The same records, if they are for a topic.
  };

  base::Result<> redrive(const FailureDocument& document, std::stop_token stop);
  base::Result<> redrive_event(const std::string& event, std::stop_token stop);
  base::Result<> redrive_ranges(const FailureDocument& document, std::stop_token stop);
  // The cluster that has a document's records.
  [[nodiscard]] base::Result<Cluster> cluster_of(const std::string& bootstrap) const;
  base::Result<> hand_over(const Chunk& chunk, const std::string& bootstrap, std::stop_token stop);
  base::Result<> invoke(const std::string& payload, std::stop_token stop);
  base::Result<> write(const std::vector<NewRecord>& records, const std::string& bootstrap,
                       std::stop_token stop);

  RedriveSettings settings_;
  FailureInbox& inbox_;
  const Say say_;
  std::unique_ptr<RecordWriter> writer_;
  std::string writer_bootstrap_;
  Totals totals_;
  size_t records_ = 0;  // Counts those of the present document.
};

}  // namespace penstock::local
