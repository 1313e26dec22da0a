#include "local/failures/failure_inbox.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "aws/services/s3.h"
#include "aws/services/service_client.h"
#include "aws/services/sqs.h"
#include "local/failures/document_sequence.h"

namespace penstock::local {
namespace {

class FileInbox final : public FailureInbox {
 public:
  explicit FileInbox(std::vector<std::string> files) : files_(std::move(files)) {}

  base::Result<std::optional<Item>> next(std::stop_token) override {
    while (true) {
      const bool is_new = !documents_;
      if (is_new && at_ == files_.size()) return std::optional<Item>();
      const std::string& path = is_new ? files_[at_++] : files_[at_ - 1];
      if (is_new) {
        if (auto opened = open(path); !opened) return opened.error();
      }
      if (auto document = documents_->next()) {
        const std::string line = document->line == 1 ? "" : ":" + std::to_string(document->line);
        rest_unread_ = document->rest_unread;
        return std::optional(
            Item{path + line, std::move(document->text), std::move(document->problem)});
      }
      documents_.reset();
      rest_unread_ = false;
      if (is_new) return std::optional(Item{path, "", "the file is empty"});
    }
  }
  base::Result<std::string> acknowledge(std::stop_token) override {
    return std::string("the file stays");
  }
  std::string leave() override {
    return rest_unread_ ? "the document stays, and what is behind it in this file is not read"
                        : "the document stays";
  }

 private:
  base::Result<> open(const std::string& path) {
    auto stream = std::make_unique<std::ifstream>(path, std::ios::binary);
    // A folder can be opened, but not be read.
    if (*stream) stream->peek();
    if (stream->bad() || !stream->is_open()) {
      std::error_code error;
      const bool exists = std::filesystem::exists(path, error);
      return base::Error{base::ErrorCode::not_found,
                         path + (exists ? ": the file cannot be read" : ": there is no such file")};
    }
    stream->clear();
    documents_.emplace(std::move(stream));
    return {};
  }

  const std::vector<std::string> files_;
  size_t at_ = 0;                              // The number of files that were opened.
  std::optional<DocumentSequence> documents_;  // What is left of the last of them.
  bool rest_unread_ = false;                   // Whether nothing behind the last document is read.
};

class QueueInbox final : public FailureInbox {
 public:
  QueueInbox(aws::SqsQueue queue, std::chrono::seconds visibility)
      : queue_(std::move(queue)), visibility_(visibility) {}

  base::Result<std::optional<Item>> next(std::stop_token stop) override {
    // Without a wait, a queue asks only some of its servers and may return nothing although it has
    // messages (SQS, "short and long polling").
    constexpr std::chrono::seconds kWait{2};
    // A message that arrives again was left, and its visibility is over. The queue gives its
    // messages in any order, so others may follow it.
    for (size_t known = 0; known < kKnownMax; ++known) {
      auto messages = queue_.receive(1, kWait, stop, visibility_);
      if (!messages) return messages.error();
      if (messages->empty()) return std::optional<Item>();
      if (!seen_.insert(messages->front().id).second) continue;
      current_ = std::move(messages->front());
      return std::optional(Item{"message " + current_.id, current_.body});
    }
    gave_up_ = true;
    return std::optional<Item>();
  }
  base::Result<std::string> acknowledge(std::stop_token stop) override {
    if (auto removed = queue_.remove(current_.receipt_handle, std::move(stop)); !removed) {
      return removed.error();
    }
    return std::string("removed from the queue");
  }
  std::string rest() const override {
    if (seen_.empty()) {
      return "the queue shows no message. Those that another run has read, also one with "
             "--dry-run, "
             "are invisible for up to " +
             std::to_string(visibility_.count()) +
             " s or the time that it was given: run the same command again then";
    }
    if (!gave_up_) return "";
    return "the queue only repeats the documents that stay. There may be others behind them: run "
           "the same command again";
  }

 private:
  // So many messages that were left may arrive one after the other.
  static constexpr size_t kKnownMax = 100;

  bool gave_up_ = false;
  aws::SqsQueue queue_;
  const std::chrono::seconds visibility_;
  aws::SqsMessage current_;
  std::set<std::string> seen_;  // The ids of the run, of 100 bytes each at most.
};

class BucketInbox final : public FailureInbox {
 public:
  BucketInbox(aws::S3Bucket bucket, std::string prefix)
      : bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  base::Result<std::optional<Item>> next(std::stop_token stop) override {
    if (at_ == listing_.objects.size()) {
      if (listing_.complete) return std::optional<Item>();
      const std::string after = listing_.objects.empty() ? "" : listing_.objects.back().key;
      auto more = bucket_.list(prefix_, stop, aws::S3Bucket::kListMax, after);
      if (!more) return more.error();
      listing_ = std::move(*more);
      at_ = 0;
      if (listing_.objects.empty()) {
        if (listing_.complete) return std::optional<Item>();
        return base::Error{.code = base::ErrorCode::unavailable,
                           .message = "S3 lists no object of " + bucket_.arn() +
                                      ", but says that there are more. Try again later"};
      }
    }
    const std::string& key = listing_.objects[at_++].key;
    auto text = bucket_.get(key, std::move(stop));
    if (text) {
      refused_in_a_row_ = 0;
      return std::optional(Item{key, std::move(*text)});
    }
    base::Error error = text.error();
    if (!is_of_one_object(error.code)) return error;
    // S3 does not say whether it refuses this object alone (a key of KMS, the archive) or all.
    if (error.code == base::ErrorCode::refused && ++refused_in_a_row_ == kRefusedMax) {
      error.message = "S3 has refused " + std::to_string(kRefusedMax) +
                      " objects in a row. To read others, name a prefix of their keys, arn:aws:s3"
                      ":::BUCKET/PREFIX. The last one: " +
                      error.message;
      return error;
    }
    return std::optional(Item{.name = key, .text = "", .problem = base::describe(error)});
  }
  base::Result<std::string> acknowledge(std::stop_token) override {
    return std::string("the object stays");
  }

 private:
  // More of them cost as many requests each time, although mostly all objects are refused.
  static constexpr size_t kRefusedMax = 100;

  // Says whether the next object may be read in spite of this error. Who can write to the bucket
  // must not be able to stop the run at one object.
  static bool is_of_one_object(base::ErrorCode code) {
    return code == base::ErrorCode::not_found || code == base::ErrorCode::too_large ||
           code == base::ErrorCode::refused || code == base::ErrorCode::invalid;
  }

  aws::S3Bucket bucket_;
  const std::string prefix_;
  aws::S3Listing listing_{.objects = {}, .complete = false};
  size_t at_ = 0;
  size_t refused_in_a_row_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<FailureInbox>> open_failure_inbox(
    const std::string& from, std::chrono::seconds visibility,
    const base::Environment& environment) {
  using Made = base::Result<std::unique_ptr<FailureInbox>>;
  const auto arn = aws::Arn::parse(from);
  if (!arn || (arn->service != "s3" && arn->service != "sqs")) {
    return base::Error{
        .code = base::ErrorCode::invalid,
        .message = "'" + from +
                   "' is not a failure destination: name an SQS queue (arn:aws:sqs:REGION:ACCOUNT:"
                   "NAME) or an S3 bucket (arn:aws:s3:::BUCKET[/PREFIX])"};
  }
  if (arn && arn->service == "s3") {
    const size_t slash = from.find('/');
    auto bucket = aws::S3Bucket::at(from.substr(0, slash), aws::credential_chain_of(environment),
                                    environment);
    if (!bucket) return bucket.error();
    return Made(std::make_unique<BucketInbox>(
        std::move(*bucket), slash == std::string::npos ? "" : from.substr(slash + 1)));
  }
  auto queue = aws::SqsQueue::at(from, aws::credential_chain_of(environment), environment);
  if (!queue) return queue.error();
  return Made(std::make_unique<QueueInbox>(std::move(*queue), visibility));
}

std::unique_ptr<FailureInbox> failure_inbox_of_files(std::vector<std::string> files) {
  return std::make_unique<FileInbox>(std::move(files));
}

}  // namespace penstock::local
