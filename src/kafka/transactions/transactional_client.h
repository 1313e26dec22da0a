#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time_text.h"
#include "events/event.h"
#include "events/sink.h"
#include "kafka/client.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka::transactions {

// Is one librdkafka producer with a `transactional.id`. Its calls block, for a bounded time each,
// so it has a thread of its own, on which all of them are made. After an error that ends the
// producer it is replaced as a whole: another one with the same id ends what this one has left
// open.
class TransactionalClient {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // Says how a step has ended.
  enum class Step {
    done,
    again,   // It has not ended in time, and can be repeated: it then goes on.
    broken,  // The producer can do nothing any more.
    refused  // The cluster does not allow it. Otherwise as `broken`.
  };
  struct Result {
    Step step = Step::done;
    std::string reason = {};
  };

  // Holds the report of a record.
  struct Stored {
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    int64_t offset = RD_KAFKA_OFFSET_INVALID;
    int32_t partition = RD_KAFKA_PARTITION_UA;
    bool is_refused_unsent = false;  // librdkafka has not taken it.
    // Says whether the broker may have a record that has an error, as far as librdkafka knows.
    rd_kafka_msg_status_t persistence = RD_KAFKA_MSG_STATUS_NOT_PERSISTED;

    [[nodiscard]] bool is_reported() const { return error != RD_KAFKA_RESP_ERR__IN_PROGRESS; }
    // Says whether the record is in Kafka, if its transaction is committed. Without an offset the
    // success is a conclusion of librdkafka's, which may be wrong (docs/adr/0024).
    [[nodiscard]] bool is_stored() const {
      return error == RD_KAFKA_RESP_ERR_NO_ERROR && offset >= 0;
    }
    // Says whether the record, which is reported, is stored for sure, or for sure never will be:
    // its broker has said so, or librdkafka has not taken it.
    [[nodiscard]] bool is_settled() const;
  };

  // Starts a producer. Fails as make_client() does. `log` must outlive it, and what the settings
  // point to.
  [[nodiscard]] static base::Result<std::unique_ptr<TransactionalClient>> make(
      const Settings& settings, const std::string& transactional_id, log::Log& log);
  // Returns the `transaction.timeout.ms` of a producer whose events have this deadline. After it
  // the broker aborts a transaction by itself: it bounds how long one that was left open hides what
  // follows from consumers.
  [[nodiscard]] static Milliseconds transaction_timeout(Milliseconds publish_deadline);

  TransactionalClient(const TransactionalClient&) = delete;
  TransactionalClient& operator=(const TransactionalClient&) = delete;
  // Blocks until librdkafka's threads have ended. What was not committed never will be.
  ~TransactionalClient();

  // Registers the id, and ends what another producer with this id has left open. Must be `done`
  // before the first begin().
  [[nodiscard]] Result initialise(Milliseconds time);
  [[nodiscard]] Result begin();
  // Hands a record to librdkafka. The result has its report later, or at once if librdkafka refuses
  // the record, and is valid until the next begin().
  const Stored& send(const events::Event& event, base::TimeText& time_text);
  // Serves librdkafka's queues for this time, or until a report has come.
  void serve(Milliseconds time);
  // Says whether each record since begin() has its report.
  [[nodiscard]] bool all_reported() const { return unreported_ == 0; }
  // May be called when all records are reported as stored.
  [[nodiscard]] Result commit(Milliseconds time);
  // Gives up all records since begin(). `done` says that the next transaction may begin; the
  // records are never committed in any case.
  [[nodiscard]] Result abort(Milliseconds time);
  // Says why no other transaction may begin, or returns an empty text. It is librdkafka's fatal
  // error, or that something of a transaction that has ended may still be on its way to a broker,
  // which would take it for a part of the next one. Another client's initialise() ends that, as
  // it makes the brokers refuse what this one has sent.
  [[nodiscard]] std::string reason_to_replace() const;

 private:
  TransactionalClient(const Settings& settings, log::Log& log);

  static void take_report(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);
  [[nodiscard]] Result result_of(Failure failure) const;
  // Notes when the end of a transaction is asked for, and whether it took long.
  void end_begins();
  void has_ended();
  [[nodiscard]] rd_kafka_topic_t* topic(const std::string& name);
  void write_logs();

  // Holds the report of a record that librdkafka has.
  struct Sent {
    TransactionalClient* owner;
    Stored stored = {};
  };

  const TokenSource* tokens_;
  log::Log& log_;
  // librdkafka writes into these until its end, so they are destroyed after it.
  std::deque<Sent> sent_;
  size_t unreported_ = 0;
  // A request without an answer for so long is sent again on another connection.
  const Milliseconds resent_after_;
  std::optional<std::chrono::steady_clock::time_point> end_began_;
  std::string reason_to_replace_;
  Client client_;
  Queue log_queue_;
  std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace penstock::kafka::transactions
