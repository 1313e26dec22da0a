#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/failures/failure_report.h"
#include "local/failures/failure_reports.h"
#include "local/filter/event_filter.h"
#include "local/function/invoker.h"
#include "local/records/event_batch.h"
#include "local/records/record_writer.h"

namespace penstock::local {

struct RedriveSettings {
  Cluster cluster = {};  // Without a bootstrap, that of the documents.
  // What lets us in at this bootstrap, as Cluster's `tokens`; takes the place of these. None: as `cluster`
  // says.
  std::function<base::Result<kafka::TokenSource*>(const std::string& bootstrap)> tokens = {};
  std::string event_source_arn = {};  // Of the events that are made anew.
  EventFilter filter = {};            // The mapping's own: what it left out is not handed over now.
  Invoker* invoker = nullptr;         // Null: the records go to `topic`.
  std::string topic = {};
  bool dry_run = false;       // Says what it would do, and whether the records are there.
  bool skip_missing = false;  // Goes on where Kafka has lost some of a batch; else the batch is left.
  size_t reports_max = 10'000;
};

// Takes up batches that a mapping has given up: reads the documents of its failure destination, fetches the
// records that they name from Kafka again, and hands them to the function, or to a topic. Blocks; for one
// thread.
class Redrive {
 public:
  using Say = std::function<void(const std::string& line)>;
  struct Totals {
    size_t done = 0;
    size_t left = 0;  // Failed: they stay where they are.
    size_t records = 0;
  };

  Redrive(RedriveSettings settings, FailureReports& reports, Say say)
      : settings_(std::move(settings)), reports_(reports), say_(std::move(say)) {}

  // An error: the documents themselves cannot be read any more; what was done until then is done.
  [[nodiscard]] base::Result<Totals> run(std::stop_token stop);

 private:
  // What goes to the function at once.
  struct Chunk {
    EventBatch batch;
    std::vector<NewRecord> records;  // The same, for a topic.
  };

  base::Result<> redrive(const FailureReport& report, std::stop_token stop);
  base::Result<> redrive_event(const std::string& event, std::stop_token stop);
  base::Result<> redrive_ranges(const FailureReport& report, std::stop_token stop);
  // Where a document's records are.
  [[nodiscard]] base::Result<Cluster> cluster_of(const std::string& bootstrap) const;
  base::Result<> hand_over(const Chunk& chunk, const std::string& bootstrap, std::stop_token stop);
  base::Result<> invoke(const std::string& payload, std::stop_token stop);
  base::Result<> write(const std::vector<NewRecord>& records, const std::string& bootstrap,
                       std::stop_token stop);

  RedriveSettings settings_;
  FailureReports& reports_;
  const Say say_;
  std::unique_ptr<RecordWriter> writer_;
  std::string writer_bootstrap_;
  Totals totals_;
  size_t records_ = 0;  // Of the report in hand.
};

}  // namespace penstock::local
