#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "events/atomic_sink.h"
#include "kafka/kafka_settings.h"
#include "kafka/transactions/event_sets.h"
#include "kafka/transactions/transactional_client.h"
#include "log/log.h"

namespace penstock::kafka::transactions {

// Counts since the start, for metrics. They are written on the writer's thread.
struct TransactionCounts {
  std::atomic<uint64_t> committed = 0;
  std::atomic<uint64_t> aborted = 0;
  std::atomic<uint64_t> unknown = 0;   // The commit was sent, and not acknowledged.
  std::atomic<uint64_t> replaced = 0;  // Producers that were replaced after an error.
};

// Stores sets of events, on a thread of its own. While one transaction is being committed, the sets
// that come meanwhile gather, and are the next one: so a transaction is shared by as many requests
// as come in its time. If Kafka refuses a record, the transaction is aborted, and each of its sets
// is tried in one of its own, so that only the set is refused that is to blame.
class TransactionWriter {
 public:
  // All must outlive the writer. `ended` is called on the writer's thread when sets have ended; it
  // must not block.
  TransactionWriter(const Settings& settings, EventSets& sets, log::Log& log,
                    std::function<void()> ended);

  // Works until sets.stop(). Does not throw.
  void run() noexcept;

  [[nodiscard]] const TransactionCounts& counts() const { return counts_; }
  [[nodiscard]] const std::string& transactional_id() const { return id_; }

 private:
  enum class Written { committed, aborted, refused, broken };

  void tell_ended();
  // Replaces a client that may begin no other transaction. Returns false as start() does.
  bool ready();
  // Makes a client that may begin a transaction. Returns false if it could not, after a pause.
  bool start();
  // Stores the group, or ends the sets that cannot be stored, or puts them back.
  void store(const Group& group);
  // Writes one transaction with the sets. After `refused` none is committed, the client can go on,
  // and a record was refused. After `aborted` and `broken` all sets have ended or were put back.
  Written write(const Group& group);
  // Sends all records. Returns false if one is refused at once.
  bool send(const Group& group);
  // Waits for all reports. Returns false if a record is not stored, or if a set was withdrawn.
  bool await_reports(const Group& group);
  Written commit(const Group& group);
  // Aborts the transaction, which leaves its records uncommitted for good.
  bool abort();
  // Ends the client, so that the next start() makes another.
  void drop(const std::string& reason);
  // Says whether a record of the set was refused, and why, in the last transaction.
  [[nodiscard]] events::AtomicReport report_of_failure(size_t first, size_t count) const;

  const Settings& settings_;
  EventSets& sets_;
  log::Log& log_;
  const std::function<void()> ended_;
  const std::string id_;
  base::TimeText time_text_;
  std::unique_ptr<TransactionalClient> client_;
  std::vector<const TransactionalClient::Stored*> records_;  // Of the last transaction.
  std::chrono::milliseconds backoff_;
  TransactionCounts counts_;
};

}  // namespace penstock::kafka::transactions
