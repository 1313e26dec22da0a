#include "local/failures/failure_destination.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "aws/services/s3.h"
#include "aws/services/service_client.h"
#include "aws/services/sqs.h"
#include "local/failures/failure_document_writer.h"
#include "local/function/random_id.h"
#include "local/records/record_writer.h"
#include "local/records/topic_reader.h"

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
    std::string document = batch_document_with_event(failed, context_, now);
    const size_t bytes = document.size();
    const bool fits = bytes <= aws::S3Bucket::kObjectBytesMax;
    // A record that is too large for the function may also be too large for an object. That would
    // not change with another try.
    if (!fits) document = batch_document(failed, context_, now);
    const auto put = bucket_.put(key, document, "application/json", std::move(stop));
    if (!put) return put.error();
    if (fits) return std::string();
    return "the document of " + failed.batch.text() + " would have " + std::to_string(bytes) +
           " bytes and was sent without its event; an object has at most " +
           std::to_string(aws::S3Bucket::kObjectBytesMax);
  }

 private:
  aws::S3Bucket bucket_;
  const std::string mapping_;
  const FailureContext context_;
};

// Stores a record in the mapping's cluster for each record that was given up, with the same key.
class KafkaDestination final : public FailureDestination {
 public:
  KafkaDestination(std::unique_ptr<RecordWriter> writer, Cluster cluster, std::string topic,
                   FailureContext context)
      : writer_(std::move(writer)),
        cluster_(std::move(cluster)),
        topic_(std::move(topic)),
        context_(std::move(context)) {}

  base::Result<std::string> send(const FailedBatch& failed, std::stop_token stop) override {
    forget_other_batches(failed);
    size_t refused_bytes = 0;
    for (const Form form : {Form::whole, Form::without_payload, Form::without_key}) {
      const auto left = entries_left(failed.batch);
      if (left.empty()) break;
      const auto records = documents_of(failed, left, form);
      const auto too_large = writer_->write(records, stop, [&](size_t index) {
        stored_.emplace(id_of(failed.batch, *left[index]), form);
      });
      if (!too_large) return too_large.error();
      refused_bytes = too_large->empty() ? 0 : records[too_large->front()].value->size();
    }
    if (refused_bytes > 0) {
      return base::Error{.code = base::ErrorCode::unavailable,
                         .message = "topic '" + topic_ + "' takes no record of " +
                                    std::to_string(refused_bytes) +
                                    " bytes, which a document without its payload and key has. "
                                    "Raise its max.message.bytes",
                         .retryable = true};
    }
    std::string note = note_on(failed.batch);
    stored_.clear();
    return note;
  }

  // Only Kafka's word counts: what cannot be asked now shows when a document is sent.
  std::string look() override {
    auto reader = TopicReader::open(cluster_);
    if (!reader) return {};
    const auto found = reader->partitions(topic_, std::chrono::steady_clock::now() + kLookPatience);
    if (found || found.error().code != base::ErrorCode::not_found) return {};
    return "the topic of the failure destination kafka://" + topic_ + " does not exist at " +
           cluster_.bootstrap + ". Create it: until then a batch that is given up waits";
  }

  void serve() override { writer_->serve(); }

 private:
  // Says what a document has, from the first try to the last. A key is left out only if the topic
  // takes none with it, because a compacted topic takes no record without a key.
  enum class Form { whole, without_payload, without_key };
  using Id = std::pair<TopicPartition, base::Offset>;

  static Id id_of(const EventBatch& batch, const EventBatch::Entry& entry) {
    return {batch.topic_partition(entry), entry.offset};
  }

  // A batch is sent again until all its documents are stored, and each should be stored only once.
  void forget_other_batches(const FailedBatch& failed) {
    std::string name = failed.condition + " " + failed.request_id;
    if (name != present_) stored_.clear();
    present_ = std::move(name);
    std::set<Id> ids;
    for (const auto& entry : failed.batch.entries()) ids.insert(id_of(failed.batch, entry));
    std::erase_if(stored_, [&](const auto& stored) { return !ids.contains(stored.first); });
  }

  // Returns the entries whose documents are not stored yet.
  [[nodiscard]] std::vector<const EventBatch::Entry*> entries_left(const EventBatch& batch) const {
    std::vector<const EventBatch::Entry*> left;
    for (const auto& entry : batch.entries()) {
      if (!stored_.contains(id_of(batch, entry))) left.push_back(&entry);
    }
    return left;
  }

  [[nodiscard]] std::vector<NewRecord> documents_of(
      const FailedBatch& failed, const std::vector<const EventBatch::Entry*>& entries,
      Form form) const {
    const auto now = std::chrono::system_clock::now();
    std::vector<NewRecord> records;
    for (const auto* entry : entries) {
      records.push_back(
          {.key = form == Form::without_key ? std::nullopt : entry->key,
           .value = form == Form::whole
                        ? record_document(failed, *entry, context_, now)
                        : record_document_without_payload(failed, *entry, context_, now)});
    }
    return records;
  }

  // Returns the sentence for the documents that the topic did not take whole.
  [[nodiscard]] std::string note_on(const EventBatch& batch) const {
    constexpr size_t kNamed = 10;
    std::string names;
    size_t count = 0;
    for (const auto& entry : batch.entries()) {
      const auto stored = stored_.find(id_of(batch, entry));
      if (stored == stored_.end() || stored->second == Form::whole) continue;
      if (++count > kNamed) continue;
      names += (count == 1 ? "" : ", ") + batch.topic_partition(entry).text(entry.offset);
    }
    if (count == 0) return "";
    if (count > kNamed) names += " and " + std::to_string(count - kNamed) + " more";
    return "topic '" + topic_ + "' takes no record as large as the documents of " + names +
           ", which were sent without their payload. Raise its max.message.bytes";
  }

  std::unique_ptr<RecordWriter> writer_;
  const Cluster cluster_;
  const std::string topic_;
  const FailureContext context_;
  std::string present_;        // Names the batch that is being sent.
  std::map<Id, Form> stored_;  // Its documents that the topic has.
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
    return Made(std::make_unique<KafkaDestination>(std::move(*writer), cluster, topic, context));
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
