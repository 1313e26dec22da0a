#include "local/console/operations/topic_operations.h"

#include <boost/json/array.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "lambda/base64.h"
#include "local/console/operations/blocking_calls.h"
#include "local/console/operations/error_answer.h"

namespace penstock::local {
namespace {

using contract::In;
using http::Answer;
using http::Request;

constexpr size_t kCallsMax = 4;

struct Shared {
  Shared(boost::asio::io_context& io, TopicBrowser& topics, ShownKafka shown, std::stop_token stop)
      : browser(topics), kafka(std::move(shown)), calls(io, std::move(stop), kCallsMax) {}

  TopicBrowser& browser;
  const ShownKafka kafka;
  BlockingCalls calls;
};
using SharedPointer = std::shared_ptr<Shared>;

// Reads a parameter that is a whole number within the bounds of the contract, if it is given.
template <class T>
std::optional<T> number(const Request& request, In in, std::string_view name) {
  const auto& value = request.parameter(in, name);
  if (value.is_null()) return std::nullopt;
  return value.to_number<T>();
}

template <class T>
using Work = std::function<base::Result<T>(TopicBrowser&, const Cluster&, std::stop_token)>;

// Calls `work` with the browser and the cluster on another thread.
template <class T>
async::Awaitable<base::Result<T>> ask(SharedPointer shared, Work<T> work) {
  const auto cluster = shared->kafka.cluster();
  if (!cluster) co_return cluster.error();
  std::function<base::Result<T>(std::stop_token)> call =
      [shared, cluster = *cluster, work = std::move(work)](std::stop_token stop) {
        return work(shared->browser, cluster, std::move(stop));
      };
  co_return co_await shared->calls.template run<T>(std::move(call));
}

async::Awaitable<Answer> list_topics(SharedPointer shared) {
  Work<std::vector<TopicExtent>> work = [](TopicBrowser& browser, const Cluster& cluster,
                                           std::stop_token stop) {
    return browser.list(cluster, std::move(stop));
  };
  const auto topics = co_await ask(shared, std::move(work));
  if (!topics) co_return error_answer(topics.error());
  boost::json::array list;
  for (const TopicExtent& topic : *topics) {
    boost::json::array partitions;
    for (const auto& [partition, extent] : topic.partitions) {
      partitions.push_back({{"partition", partition.number},
                            {"begin", extent.first.value},
                            {"end", extent.end.value}});
    }
    list.push_back(boost::json::object{{"name", topic.name},
                                       {"own", shared->kafka.is_own(topic.name)},
                                       {"partitions", std::move(partitions)}});
  }
  co_return http::json(boost::json::object{{"topics", std::move(list)}});
}

async::Awaitable<Answer> list_records(SharedPointer shared, const Request& request) {
  RecordQuery query{.topic = request.path("topic")};
  if (const auto partition = number<int32_t>(request, In::query, "partition")) {
    query.partition = base::Partition{*partition};
  }
  if (const auto offset = number<int64_t>(request, In::query, "offset")) {
    query.offset = base::Offset{*offset};
  }
  query.from_ms = number<int64_t>(request, In::query, "from_ms");
  if (request.has(In::query, "key")) query.key = request.query("key");
  query.limit = number<size_t>(request, In::query, "limit").value_or(query.limit);
  Work<RecordsFound> work = [query](TopicBrowser& browser, const Cluster& cluster,
                                    std::stop_token stop) {
    return browser.find(cluster, query, std::move(stop));
  };
  const auto found = co_await ask(shared, std::move(work));
  if (!found) co_return error_answer(found.error());
  boost::json::array records;
  for (const ShownRecord& record : found->records) records.push_back(to_json(record));
  co_return http::json(
      boost::json::object{{"records", std::move(records)}, {"examined", found->examined}});
}

async::Awaitable<Answer> get_record(SharedPointer shared, const Request& request) {
  const TopicPartition topic_partition{
      request.path("topic"), {number<int32_t>(request, In::path, "partition").value_or(0)}};
  const base::Offset offset{number<int64_t>(request, In::path, "offset").value_or(0)};
  Work<ShownRecord> work = [topic_partition, offset](TopicBrowser& browser, const Cluster& cluster,
                                                     std::stop_token stop) {
    return browser.record(cluster, topic_partition, offset, std::move(stop));
  };
  const auto record = co_await ask(shared, std::move(work));
  if (!record) co_return error_answer(record.error());
  co_return http::json(to_json(*record));
}

std::optional<std::string> text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

// Reads the record of a request's body, which has passed the contract.
base::Result<NewRecord> record_of(const boost::json::object& body) {
  NewRecord record{.key = text_of(body, "key"), .value = text_of(body, "value")};
  if (record.value && text_of(body, "encoding") == "base64") {
    std::string bytes(lambda::base64_bytes_max(record.value->size()), '\0');
    const auto size = lambda::decode_base64(*record.value, bytes.data());
    if (!size) {
      return base::Error{.code = base::ErrorCode::invalid,
                         .message = "the value is not base64 (RFC 4648, with padding)"};
    }
    bytes.resize(*size);
    record.value = std::move(bytes);
  }
  if (const auto* headers = body.if_contains("headers")) {
    for (const auto& header : headers->get_array()) {
      const auto& members = header.get_object();
      record.headers.emplace_back(*text_of(members, "name"), text_of(members, "value"));
    }
  }
  return record;
}

async::Awaitable<Answer> produce_record(SharedPointer shared, const Request& request) {
  const auto& body = request.body().get_object();
  std::optional<base::Partition> partition;
  if (const auto* number = body.if_contains("partition")) {
    partition = base::Partition{number->to_number<int32_t>()};
  }
  const auto record = record_of(body);
  if (!record) co_return error_answer(record.error());
  const std::string topic = request.path("topic");
  Work<StoredAt> work = [topic, partition, record = *record](
                            TopicBrowser& browser, const Cluster& cluster, std::stop_token stop) {
    return browser.produce(cluster, topic, partition, record, std::move(stop));
  };
  const auto stored = co_await ask(shared, std::move(work));
  if (!stored) co_return error_answer(stored.error());
  co_return http::json(boost::json::object{{"partition", stored->partition.number},
                                           {"offset", stored->offset.value}});
}

}  // namespace

ConsoleOperations topic_operations(boost::asio::io_context& io, TopicBrowser& browser,
                                   ShownKafka kafka, std::stop_token stop) {
  const auto shared = std::make_shared<Shared>(io, browser, std::move(kafka), std::move(stop));
  return {
      {"list_topics", [shared](const Request&) { return list_topics(shared); }},
      {"list_records", [shared](const Request& request) { return list_records(shared, request); }},
      {"get_record", [shared](const Request& request) { return get_record(shared, request); }},
      {"produce_record",
       [shared](const Request& request) { return produce_record(shared, request); }}};
}

}  // namespace penstock::local
