#include "local/failures/failure_destination.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "aws/services/s3.h"
#include "aws/services/service_client.h"
#include "aws/services/sqs.h"
#include "local/failures/failure_document_writer.h"
#include "local/function/random_id.h"
#include "local/records/record_writer.h"

namespace penstock::local {
namespace {

class SqsDestination final : public FailureDestination {
 public:
  SqsDestination(aws::SqsQueue queue, FailureContext context)
      : queue_(std::move(queue)), context_(std::move(context)) {}

  base::Result<std::string> send(const FailedBatch& failed, std::stop_token stop) override {
    const auto sent = queue_.send(
        batch_document(failed, context_, std::chrono::system_clock::now()), std::move(stop));
    if (!sent) return sent.error();
    return std::string();
  }

 private:
  aws::SqsQueue queue_;
  const FailureContext context_;
};

class S3Destination final : public FailureDestination {
 public:
  S3Destination(aws::S3Bucket bucket, std::string mapping, FailureContext context)
      : bucket_(std::move(bucket)), mapping_(std::move(mapping)), context_(std::move(context)) {}

  base::Result<std::string> send(const FailedBatch& failed, std::stop_token stop) override {
    const auto now = std::chrono::system_clock::now();
    // AWS names the objects of streams so: aws/lambda/MAPPING/SHARD/2026/11/26/
    // 2026-11-26T10.00.00-UUID.
    std::string time = iso_milliseconds(now).substr(0, 19);
    const std::string day = time.substr(0, 4) + "/" + time.substr(5, 2) + "/" + time.substr(8, 2);
    time[13] = time[16] = '.';
    const auto& first = failed.batch.entries().front();
    const std::string key = "aws/lambda/" + mapping_ + "/" +
                            failed.batch.topic_partition(first).text() + "/" + day + "/" + time +
                            "-" + random_uuid();
    const auto put = bucket_.put(key, batch_document_with_event(failed, context_, now),
                                 "application/json", std::move(stop));
    if (!put) return put.error();
    return std::string();
  }

 private:
  aws::S3Bucket bucket_;
  const std::string mapping_;
  const FailureContext context_;
};

// Stores a record in the mapping's cluster for each record that was given up, with the same key.
class KafkaDestination final : public FailureDestination {
 public:
  KafkaDestination(std::unique_ptr<RecordWriter> writer, std::string topic, FailureContext context)
      : writer_(std::move(writer)), topic_(std::move(topic)), context_(std::move(context)) {}

  base::Result<std::string> send(const FailedBatch& failed, std::stop_token stop) override {
    const auto now = std::chrono::system_clock::now();
    const auto& entries = failed.batch.entries();
    std::vector<NewRecord> records;
    for (const auto& entry : entries) {
      records.push_back({.key = entry.key, .value = record_document(failed, entry, context_, now)});
    }
    const auto too_large = writer_->write(records, stop);
    if (!too_large) return too_large.error();
    if (too_large->empty()) return std::string();
    records.clear();
    for (const size_t index : *too_large) {
      const auto& entry = entries[index];
      records.push_back(
          {.key = entry.key && entry.key->size() <= kKeyMax ? entry.key : std::nullopt,
           .value = record_document_without_payload(failed, entry, context_, now)});
    }
    const auto still = writer_->write(records, std::move(stop));
    if (!still) return still.error();
    if (!still->empty()) {
      return base::Error{.code = base::ErrorCode::unavailable,
                         .message = "topic '" + topic_ + "' takes no record of " +
                                    std::to_string(records[still->front()].value->size()) +
                                    " bytes, which a document without its payload has. Raise its "
                                    "max.message.bytes",
                         .retryable = true};
    }
    return note(failed.batch, *too_large);
  }

 private:
  // A key that is larger than this may be what makes a record too large, and is left out with the
  // payload. Other keys stay, because a compacted topic takes no record without one.
  static constexpr size_t kKeyMax = 1024;

  [[nodiscard]] std::string note(const EventBatch& batch,
                                 const std::vector<size_t>& too_large) const {
    constexpr size_t kNamed = 10;
    std::string names;
    for (size_t i = 0; i < std::min(too_large.size(), kNamed); ++i) {
      const auto& entry = batch.entries()[too_large[i]];
      names += (i == 0 ? "" : ", ") + batch.topic_partition(entry).text(entry.offset);
    }
    if (too_large.size() > kNamed) {
      names += " and " + std::to_string(too_large.size() - kNamed) + " more";
    }
    return "topic '" + topic_ + "' takes no record as large as the documents of " + names +
           ", which were sent without their payload. Raise its max.message.bytes";
  }

  std::unique_ptr<RecordWriter> writer_;
  const std::string topic_;
  const FailureContext context_;
};

}  // namespace

base::Result<std::unique_ptr<FailureDestination>> open_failure_destination(
    const std::string& destination, const Cluster& cluster, const std::string& mapping,
    const FailureContext& context, const base::Environment& environment) {
  using Made = base::Result<std::unique_ptr<FailureDestination>>;
  constexpr std::string_view kTopic = "kafka://";
  if (destination.starts_with(kTopic)) {
    const std::string topic = destination.substr(kTopic.size());
    auto writer = RecordWriter::open(cluster, topic);
    if (!writer) return writer.error();
    return Made(std::make_unique<KafkaDestination>(std::move(*writer), topic, context));
  }
  const auto arn = aws::Arn::parse(destination);
  if (arn && arn->service == "s3") {
    auto bucket =
        aws::S3Bucket::at(destination, aws::credential_chain_of(environment), environment);
    if (!bucket) return bucket.error();
    return Made(std::make_unique<S3Destination>(std::move(*bucket), mapping, context));
  }
  auto queue = aws::SqsQueue::at(destination, aws::credential_chain_of(environment), environment);
  if (!queue) return queue.error();
  return Made(std::make_unique<SqsDestination>(std::move(*queue), context));
}

}  // namespace penstock::local
