#include "kafka/lone_sender.h"

#include <utility>

#include "kafka/client_log.h"
#include "kafka/delivery_outcome.h"

namespace penstock::kafka {

LoneSender::LoneSender(boost::asio::io_context& io, const Settings& settings, Tokens& tokens,
                       log::Log& log, ReportListener listener)
    : settings_(settings),
      tokens_(tokens),
      log_(log),
      listener_(std::move(listener)),
      instances_(io, settings, *this, log, {.records_max = 1}) {}

void LoneSender::send(Record record) {
  if (Instance* const instance = instances_.current()) return send_to(*instance, std::move(record));
  parked_.push_back(std::move(record));
  if (std::exchange(started_, true)) return;
  instances_.start_in_background();
}

void LoneSender::send_to(Instance& instance, Record record) {
  const events::Ticket ticket = record.ticket;
  const rd_kafka_resp_err_t error = send_again(instance, std::move(record));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) report_failure(ticket, error);
}

void LoneSender::report_failure(events::Ticket ticket, rd_kafka_resp_err_t error) {
  listener_(ticket, error,
            {.outcome = outcome_of(error, RD_KAFKA_MSG_STATUS_NOT_PERSISTED),
             .reason = rd_kafka_err2str(error)});
}

void LoneSender::recall() {
  for (const Record& record : std::exchange(parked_, {})) {
    report_failure(record.ticket, RD_KAFKA_RESP_ERR__PURGE_QUEUE);
  }
  if (!instances_.owes_reports()) return;
  instances_.retire();
  instances_.purge_retired();
  started_ = false;
}

void LoneSender::renew_token() {
  if (Instance* const instance = instances_.current()) tokens_.renew(instance->client());
}

void LoneSender::instance_started(Instance& instance) {
  for (Record& record : std::exchange(parked_, {})) send_to(instance, std::move(record));
}

void LoneSender::take_report(Instance& instance, const rd_kafka_message_t& message) {
  listener_(ticket_of(message), message.err, report_of(message, instance));
}

void LoneSender::take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_ERROR:
      if (is_retired) return;
      if (rd_kafka_event_error_is_fatal(event) != 0) {
        return instances_.replace(shown(rd_kafka_event_error_string(event), settings_.tokens));
      }
      // The other producer tells of the connection.
      if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__AUTHENTICATION) tokens_.refused();
      return;
    case RD_KAFKA_EVENT_LOG:
      if (is_retired && is_of_a_purge(event)) return;
      return write_client_log(
          log_, event, settings_.tokens,
          std::chrono::steady_clock::now() - instances_.started_at() < Instances::kStarting);
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH:
      if (!is_retired) tokens_.renew(instance.client());
      return;
    default:
      return;
  }
}

}  // namespace penstock::kafka
