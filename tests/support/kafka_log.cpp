#include "support/kafka_log.h"

#include <array>

#include "kafka/client.h"

namespace penstock::test {
namespace {

constexpr int kPatienceMs = static_cast<int>(std::chrono::milliseconds(kPatience).count());

base::Error failed(const std::string& what, rd_kafka_resp_err_t code) {
  return {.message = what + ": " + rd_kafka_err2str(code)};
}

base::Result<> result_of(const std::string& what, rd_kafka_error_t* error) {
  const kafka::Failure failure(error);
  if (failure) return base::Error{.message = what + ": " + rd_kafka_error_string(failure.get())};
  return {};
}

}  // namespace

base::Result<> delete_records_before(const std::string& bootstrap,
                                     const local::TopicPartition& topic_partition,
                                     base::Offset offset) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  const kafka::Partitions before(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(before.get(), topic_partition.topic.c_str(),
                                    topic_partition.partition.number)
      ->offset = offset.value;
  const std::unique_ptr<rd_kafka_DeleteRecords_t, kafka::Release<rd_kafka_DeleteRecords_destroy>>
      wanted(rd_kafka_DeleteRecords_new(before.get()));
  std::array<rd_kafka_DeleteRecords_t*, 1> list{wanted.get()};
  const kafka::Queue answers(rd_kafka_queue_new(client->get()));
  rd_kafka_DeleteRecords(client->get(), list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Error{.message = "no answer to DeleteRecords"};
  const auto code = rd_kafka_event_error(answer.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("DeleteRecords", code);
  return {};
}

base::Result<> produce_in_transaction(const std::string& bootstrap, const std::string& topic,
                                      const std::vector<NewRecord>& records, bool commit) {
  const auto client = kafka::make_client(
      RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}, {"transactional.id", topic}});
  if (!client) return client.error();
  auto* handle = client->get();
  auto done = result_of("init_transactions", rd_kafka_init_transactions(handle, kPatienceMs));
  if (done) done = result_of("begin_transaction", rd_kafka_begin_transaction(handle));
  if (!done) return done;
  for (const NewRecord& record : records) {
    const std::string value = record.value.value_or("");
    const auto code = rd_kafka_producev(
        handle, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("produce", code);
  }
  const auto code = rd_kafka_flush(handle, kPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("flush", code);
  return commit ? result_of("commit_transaction", rd_kafka_commit_transaction(handle, kPatienceMs))
                : result_of("abort_transaction", rd_kafka_abort_transaction(handle, kPatienceMs));
}

}  // namespace penstock::test
