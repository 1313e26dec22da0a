#include "support/kafka_client.h"

#include <algorithm>
#include <array>

#include "kafka/client.h"
#include "local/records/record_source.h"

namespace penstock::test {
namespace {

using std::chrono::steady_clock;

constexpr int kPatienceMs = static_cast<int>(std::chrono::milliseconds(kPatience).count());

base::Error failed(const std::string& what, rd_kafka_resp_err_t code) {
  return {.message = what + ": " + rd_kafka_err2str(code)};
}

base::Result<kafka::Partitions> partitions_of(rd_kafka_t* client, const std::string& topic) {
  const std::unique_ptr<rd_kafka_topic_t, kafka::Release<rd_kafka_topic_destroy>> handle(
      rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle.get(), &metadata, kPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("metadata", code);
  const std::unique_ptr<const rd_kafka_metadata_t, kafka::Release<rd_kafka_metadata_destroy>> owner(
      metadata);
  if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed("metadata", metadata->topics[0].err);
  }
  kafka::Partitions partitions(
      rd_kafka_topic_partition_list_new(metadata->topics[0].partition_cnt));
  for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  return partitions;
}

}  // namespace

base::Result<> create_topic(const std::string& bootstrap, const std::string& topic, int partitions,
                            const std::vector<std::pair<std::string, std::string>>& settings) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  std::array<char, 256> why{};
  const std::unique_ptr<rd_kafka_NewTopic_t, kafka::Release<rd_kafka_NewTopic_destroy>> wanted(
      rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, why.data(), why.size()));
  if (!wanted) return base::Error{.message = why.data()};
  for (const auto& [name, value] : settings) {
    rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
  }
  std::array<rd_kafka_NewTopic_t*, 1> list{wanted.get()};
  const kafka::Queue answers(rd_kafka_queue_new(client->get()));
  rd_kafka_CreateTopics(client->get(), list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Error{.message = "no answer to CreateTopics"};
  if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed("CreateTopics", rd_kafka_event_error(answer.get()));
  }
  size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  const auto code = rd_kafka_topic_result_error(results[0]);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    return failed("CreateTopics", code);
  }
  return {};
}

base::Result<> delete_topic(const std::string& bootstrap, const std::string& topic) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  const std::unique_ptr<rd_kafka_DeleteTopic_t, kafka::Release<rd_kafka_DeleteTopic_destroy>>
      doomed(rd_kafka_DeleteTopic_new(topic.c_str()));
  std::array<rd_kafka_DeleteTopic_t*, 1> list{doomed.get()};
  const kafka::Queue answers(rd_kafka_queue_new(client->get()));
  rd_kafka_DeleteTopics(client->get(), list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Error{.message = "no answer to DeleteTopics"};
  if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed("DeleteTopics", rd_kafka_event_error(answer.get()));
  }
  size_t count = 0;
  const auto* const* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer.get()), &count);
  const auto code = rd_kafka_topic_result_error(results[0]);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("DeleteTopics", code);
  return {};
}

base::Result<std::string> topic_setting(const std::string& bootstrap, const std::string& topic,
                                        const std::string& name) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  const std::unique_ptr<rd_kafka_ConfigResource_t, kafka::Release<rd_kafka_ConfigResource_destroy>>
      resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  std::array<rd_kafka_ConfigResource_t*, 1> list{resource.get()};
  const kafka::Queue answers(rd_kafka_queue_new(client->get()));
  rd_kafka_DescribeConfigs(client->get(), list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Error{.message = "no answer to DescribeConfigs"};
  if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed("DescribeConfigs", rd_kafka_event_error(answer.get()));
  }
  size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
  const auto* const* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (size_t i = 0; i < count; ++i) {
    if (name == rd_kafka_ConfigEntry_name(entries[i])) {
      return rd_kafka_ConfigEntry_value(entries[i]);
    }
  }
  return base::Error{.message = "topic '" + topic + "' has no setting " + name};
}

base::Result<int> partition_count(const std::string& bootstrap, const std::string& topic) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  const auto partitions = partitions_of(client->get(), topic);
  if (!partitions) return partitions.error();
  return (*partitions)->cnt;
}

base::Result<> allow_writing(const std::string& bootstrap, const std::string& principal,
                             const std::string& topic) {
  struct Rule {
    rd_kafka_ResourceType_t resource;
    std::string name;
    rd_kafka_AclOperation_t operation;
  };
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap}});
  if (!client) return client.error();
  std::array<char, 256> why{};
  std::vector<std::unique_ptr<rd_kafka_AclBinding_t, kafka::Release<rd_kafka_AclBinding_destroy>>>
      rules;
  std::vector<rd_kafka_AclBinding_t*> list;
  for (const Rule& rule :
       {Rule{RD_KAFKA_RESOURCE_BROKER, "kafka-cluster", RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE},
        Rule{RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_WRITE},
        Rule{RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_ACL_OPERATION_DESCRIBE}}) {
    rules.emplace_back(rd_kafka_AclBinding_new(
        rule.resource, rule.name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal.c_str(), "*",
        rule.operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why.data(), why.size()));
    if (!rules.back()) return base::Error{.message = why.data()};
    list.push_back(rules.back().get());
  }
  const kafka::Queue answers(rd_kafka_queue_new(client->get()));
  rd_kafka_CreateAcls(client->get(), list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) return base::Error{.message = "no answer to CreateAcls"};
  if (const auto code = rd_kafka_event_error(answer.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failed("CreateAcls", code);
  }
  return {};
}

base::Result<> produce(const std::string& bootstrap, const std::string& topic,
                       const std::vector<NewRecord>& records) {
  const auto client = kafka::make_client(RD_KAFKA_PRODUCER,
                                         {{"bootstrap.servers", bootstrap},
                                          {"enable.idempotence", "true"},
                                          {"reconnect.backoff.max.ms", "500"}},
                                         RD_KAFKA_EVENT_DR);
  if (!client) return client.error();
  for (const NewRecord& record : records) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
      rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                          static_cast<ssize_t>(value.size()));
    }
    const auto bytes = [](const std::optional<std::string>& text) {
      return const_cast<char*>(text ? text->data() : nullptr);  // librdkafka copies it.
    };
    const auto code = rd_kafka_producev(
        client->get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(bytes(record.value), record.value.value_or("").size()),
        RD_KAFKA_V_KEY(bytes(record.key), record.key.value_or("").size()),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_headers_destroy(headers);
      return failed("produce", code);
    }
  }
  const kafka::Queue reports(rd_kafka_queue_get_main(client->get()));
  const auto deadline = steady_clock::now() + kPatience;
  size_t acknowledged = 0;
  while (acknowledged < records.size()) {
    if (steady_clock::now() > deadline) {
      return base::Error{.message = "records are not acknowledged in time"};
    }
    const kafka::Event event(rd_kafka_queue_poll(reports.get(), 100));
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
    while (const auto* message = rd_kafka_event_message_next(event.get())) {
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("delivery", message->err);
      ++acknowledged;
    }
  }
  return {};
}

base::Result<std::vector<local::Record>> read_topic(const std::string& bootstrap,
                                                    const std::string& topic) {
  const auto client = kafka::make_client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap},
                                                             {"group.id", "read_topic"},
                                                             {"enable.auto.commit", "false"},
                                                             {"enable.partition.eof", "true"},
                                                             {"fetch.wait.max.ms", "50"}});
  if (!client) return client.error();
  rd_kafka_poll_set_consumer(client->get());
  const auto partitions = partitions_of(client->get(), topic);
  if (!partitions) return partitions.error();
  rd_kafka_assign(client->get(), partitions->get());
  std::vector<local::Record> records;
  const auto deadline = steady_clock::now() + kPatience;
  for (int at_end = 0; at_end < (*partitions)->cnt;) {
    if (steady_clock::now() > deadline) {
      return base::Error{.message = "the end of topic '" + topic + "' does not come"};
    }
    const kafka::Message message(rd_kafka_consumer_poll(client->get(), 100));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++at_end;
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      records.push_back(local::copy_record(*message));
    } else {
      return failed("consume", message->err);
    }
  }
  rd_kafka_consumer_close(client->get());
  std::stable_sort(records.begin(), records.end(), [](const auto& left, const auto& right) {
    return left.topic_partition.partition < right.topic_partition.partition;
  });
  return records;
}

base::Result<std::map<int32_t, int64_t>> committed_offsets(const std::string& bootstrap,
                                                           const std::string& group,
                                                           const std::string& topic) {
  const auto client = kafka::make_client(RD_KAFKA_CONSUMER,
                                         {{"bootstrap.servers", bootstrap}, {"group.id", group}});
  if (!client) return client.error();
  const auto partitions = partitions_of(client->get(), topic);
  if (!partitions) return partitions.error();
  const auto code = rd_kafka_committed(client->get(), partitions->get(), kPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed("committed offsets", code);
  std::map<int32_t, int64_t> offsets;
  for (int i = 0; i < (*partitions)->cnt; ++i) {
    const auto& partition = (*partitions)->elems[i];
    if (partition.offset >= 0) offsets[partition.partition] = partition.offset;
  }
  return offsets;
}

}  // namespace penstock::test
