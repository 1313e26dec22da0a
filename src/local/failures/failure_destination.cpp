#include "local/failures/failure_destination.h"

#include <chrono>
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

  base::Result<> send(const FailedBatch& failed, std::stop_token stop) override {
    const auto sent = queue_.send(
        batch_document(failed, context_, std::chrono::system_clock::now()), std::move(stop));
    return sent ? base::Result<>{} : sent.error();
  }

 private:
  aws::SqsQueue queue_;
  const FailureContext context_;
};

class S3Destination final : public FailureDestination {
 public:
  S3Destination(aws::S3Bucket bucket, std::string mapping, FailureContext context)
      : bucket_(std::move(bucket)), mapping_(std::move(mapping)), context_(std::move(context)) {}

  base::Result<> send(const FailedBatch& failed, std::stop_token stop) override {
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
    return bucket_.put(key, batch_document_with_event(failed, context_, now), "application/json",
                       std::move(stop));
  }

 private:
  aws::S3Bucket bucket_;
  const std::string mapping_;
  const FailureContext context_;
};

// Stores a record in the mapping's cluster for each record that was given up, with the same key.
class KafkaDestination final : public FailureDestination {
 public:
  KafkaDestination(std::unique_ptr<RecordWriter> writer, FailureContext context)
      : writer_(std::move(writer)), context_(std::move(context)) {}

  base::Result<> send(const FailedBatch& failed, std::stop_token stop) override {
    const auto now = std::chrono::system_clock::now();
    std::vector<NewRecord> records;
    for (const auto& entry : failed.batch.entries()) {
      records.push_back({.key = entry.key, .value = record_document(failed, entry, context_, now)});
    }
    return writer_->write(records, std::move(stop));
  }

 private:
  std::unique_ptr<RecordWriter> writer_;
  const FailureContext context_;
};

}  // namespace

base::Result<std::unique_ptr<FailureDestination>> open_failure_destination(
    const std::string& destination, const Cluster& cluster, const std::string& mapping,
    const FailureContext& context, const base::Environment& environment) {
  using Made = base::Result<std::unique_ptr<FailureDestination>>;
  constexpr std::string_view kTopic = "kafka://";
  if (destination.starts_with(kTopic)) {
    auto writer = RecordWriter::open(cluster, destination.substr(kTopic.size()));
    if (!writer) return writer.error();
    return Made(std::make_unique<KafkaDestination>(std::move(*writer), context));
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
