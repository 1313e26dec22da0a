#include "kafka/transactions/transactional_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kafka/client_log.h"
#include "kafka/delivery_outcome.h"
#include "kafka/producer_properties.h"
#include "kafka/record_sender.h"

namespace penstock::kafka::transactions {
namespace {

using std::chrono::milliseconds;

// The broker aborts a transaction by itself after this time, or three publish deadlines: until then
// one that a killed program has left open hides what follows in its partitions.
constexpr milliseconds kTransactionTimeoutMin{10'000};

int in_milliseconds(milliseconds time) {
  return static_cast<int>(std::max<int64_t>(0, time.count()));
}

}  // namespace

milliseconds TransactionalClient::transaction_timeout(milliseconds publish_deadline) {
  return std::max(kTransactionTimeoutMin, 3 * publish_deadline);
}

base::Result<std::unique_ptr<TransactionalClient>> TransactionalClient::make(
    const Settings& settings, const std::string& transactional_id, log::Log& log) {
  std::unique_ptr<TransactionalClient> made(new TransactionalClient(settings, log));
  Properties properties = producer_properties(settings, {});
  const std::string timeout =
      std::to_string(transaction_timeout(settings.publish_deadline).count());
  // What comes later takes precedence.
  const Properties own{{"transactional.id", transactional_id},
                       {"transaction.timeout.ms", timeout},
                       // It may be no longer than the one above (librdkafka, CONFIGURATION.md).
                       {"message.timeout.ms", timeout},
                       {"statistics.interval.ms", "0"}};
  properties.insert(properties.end(), own.begin(), own.end());
  // Reports come by a callback, which librdkafka calls also while it commits and aborts. As events
  // they would have to be taken on another thread then.
  auto client =
      make_client(RD_KAFKA_PRODUCER, properties, RD_KAFKA_EVENT_LOG, settings.tokens, nullptr,
                  [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, take_report); });
  if (!client) return client.error();
  made->client_ = std::move(*client);
  made->log_queue_.reset(rd_kafka_queue_new(made->client_.get()));
  rd_kafka_set_log_queue(made->client_.get(), made->log_queue_.get());
  return made;
}

TransactionalClient::TransactionalClient(const Settings& settings, log::Log& log)
    : tokens_(settings.tokens),
      log_(log),
      resent_after_(socket_timeout(settings.publish_deadline)) {}

TransactionalClient::~TransactionalClient() {
  if (!client_) return;
  write_logs();
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  topics_.clear();
  log_queue_.reset();
  client_.reset();
}

void TransactionalClient::take_report(rd_kafka_t* /*client*/, const rd_kafka_message_t* message,
                                      void* /*opaque*/) {
  Sent& sent = *static_cast<Sent*>(message->_private);
  sent.stored = {.error = message->err == RD_KAFKA_RESP_ERR__IN_PROGRESS ? RD_KAFKA_RESP_ERR__FAIL
                                                                         : message->err,
                 .offset = message->offset,
                 .partition = message->partition,
                 .persistence = rd_kafka_message_status(message)};
  --sent.owner->unreported_;
}

TransactionalClient::Result TransactionalClient::result_of(Failure failure) const {
  if (!failure) return {};
  Result result{.step = Step::broken,
                .reason = shown(rd_kafka_error_string(failure.get()), tokens_)};
  const rd_kafka_resp_err_t code = rd_kafka_error_code(failure.get());
  if (rd_kafka_error_is_fatal(failure.get()) == 0 &&
      rd_kafka_error_is_retriable(failure.get()) != 0) {
    result.step = Step::again;
  } else if (outcome_of(code, RD_KAFKA_MSG_STATUS_NOT_PERSISTED) ==
             events::DeliveryOutcome::refused) {
    result.step = Step::refused;
    if (code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED) {
      result.reason +=
          " (with IAM, it needs kafka-cluster:DescribeTransactionalId and "
          "kafka-cluster:AlterTransactionalId)";
    }
  }
  return result;
}

TransactionalClient::Result TransactionalClient::initialise(milliseconds time) {
  Result result =
      result_of(Failure(rd_kafka_init_transactions(client_.get(), in_milliseconds(time))));
  write_logs();
  return result;
}

// librdkafka's own errors are below 0, and those that brokers answer above.
bool TransactionalClient::Stored::is_settled() const {
  return is_stored() || is_refused_unsent ||
         (error > RD_KAFKA_RESP_ERR_NO_ERROR && persistence == RD_KAFKA_MSG_STATUS_NOT_PERSISTED);
}

void TransactionalClient::end_begins() {
  if (!end_began_) end_began_ = std::chrono::steady_clock::now();
}

// Kafka knows a request of the producer by its epoch alone, which stays the same from transaction
// to transaction (KIP-890, "Motivation"). So one that is left over would end the next transaction.
void TransactionalClient::has_ended() {
  if (end_began_ && std::chrono::steady_clock::now() - *end_began_ >= resent_after_) {
    reason_to_replace_ =
        "the end of a transaction took so long that it may have been asked for twice";
  }
  end_began_.reset();
}

TransactionalClient::Result TransactionalClient::begin() {
  if (std::string reason = reason_to_replace(); !reason.empty()) {
    return {.step = Step::broken, .reason = std::move(reason)};
  }
  sent_.clear();
  unreported_ = 0;
  return result_of(Failure(rd_kafka_begin_transaction(client_.get())));
}

const TransactionalClient::Stored& TransactionalClient::send(const events::Event& event,
                                                             base::TimeText& time_text) {
  Sent& sent = sent_.emplace_back(Sent{.owner = this});
  rd_kafka_topic_t* const to = topic(event.topic);
  const rd_kafka_resp_err_t error = to == nullptr
                                        ? RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION
                                        : send_record(client_.get(), to, event, &sent, time_text);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++unreported_;
  } else {
    sent.stored.error = error;
    sent.stored.is_refused_unsent = true;
  }
  return sent.stored;
}

void TransactionalClient::serve(milliseconds time) {
  rd_kafka_poll(client_.get(), in_milliseconds(time));
  write_logs();
}

TransactionalClient::Result TransactionalClient::commit(milliseconds time) {
  end_begins();
  Result result =
      result_of(Failure(rd_kafka_commit_transaction(client_.get(), in_milliseconds(time))));
  write_logs();
  if (result.step == Step::done) has_ended();
  return result;
}

TransactionalClient::Result TransactionalClient::abort(milliseconds time) {
  end_begins();
  Result result =
      result_of(Failure(rd_kafka_abort_transaction(client_.get(), in_milliseconds(time))));
  write_logs();
  if (result.step != Step::done) return result;
  has_ended();
  // The next transaction forgets these records, so none may be reported later.
  if (!all_reported()) {
    return {.step = Step::broken, .reason = "a record of an aborted transaction has no report"};
  }
  // librdkafka takes back what was sent and has no answer, and gives the next record its sequence
  // number. If the broker has the old one, it acknowledges the new one as a repetition, and does
  // not store it (rd_kafka_toppar_purge_queues in 2.0.2).
  if (!std::all_of(sent_.begin(), sent_.end(),
                   [](const Sent& sent) { return sent.stored.is_settled(); })) {
    reason_to_replace_ = "nobody knows whether the broker has a record of an aborted transaction";
  }
  return result;
}

std::string TransactionalClient::reason_to_replace() const {
  if (!reason_to_replace_.empty()) return reason_to_replace_;
  std::array<char, 512> text{};
  if (rd_kafka_fatal_error(client_.get(), text.data(), text.size()) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  return shown(text.data(), tokens_);
}

rd_kafka_topic_t* TransactionalClient::topic(const std::string& name) {
  const auto found = topics_.find(name);
  if (found != topics_.end()) return found->second.get();
  Topic made(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  if (!made) return nullptr;
  return topics_.emplace(name, std::move(made)).first->second.get();
}

void TransactionalClient::write_logs() {
  while (const Event event{rd_kafka_queue_poll(log_queue_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_LOG) {
      write_client_log(log_, event.get(), tokens_, false);
    }
  }
}

}  // namespace penstock::kafka::transactions
