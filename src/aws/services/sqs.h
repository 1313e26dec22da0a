#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/services/service_client.h"

namespace penstock::aws {

struct SqsMessage {
  std::string id = {};
  std::string receipt_handle = {};  // Of this receiving: what `remove` wants.
  std::string body = {};
};

// One standard queue of Amazon SQS, by its JSON protocol. It needs sqs:SendMessage to send,
// sqs:ReceiveMessage and sqs:DeleteMessage to empty it. Its calls block; it is for one thread at a
// time. Errors are those of ServiceClient::call, besides those that are named here.
class SqsQueue {
 public:
  // 1 MiB (AWS, "Amazon SQS message quotas"); a queue may be set to less.
  static constexpr size_t kBodyBytesMax = 1'048'576;
  static constexpr int kReceiveMax = 10;               // API reference, ReceiveMessage.
  static constexpr std::chrono::seconds kWaitMax{20};  // The same.

  // `arn` is "arn:aws:sqs:REGION:ACCOUNT:NAME". Nothing is asked of AWS yet. Error: invalid.
  [[nodiscard]] static base::Result<SqsQueue> at(std::string_view arn, CredentialSource credentials,
                                                 const base::Environment& environment,
                                                 Patience patience = kServicePatience);

  // Sends a message and returns its id. A message whose answer got lost is sent again, so it may be
  // there twice. Errors: invalid (no text that SQS takes), too_large.
  [[nodiscard]] base::Result<std::string> send(std::string_view body, std::stop_token stop);

  // Receives at most `max` messages, and kReceiveMax; none if none come within `wait`, at most
  // kWaitMax. They are hidden from others for `visibility`, or for as long as the queue says; then
  // they are back, unless they have been removed.
  [[nodiscard]] base::Result<std::vector<SqsMessage>> receive(
      int max, std::chrono::seconds wait, std::stop_token stop,
      std::optional<std::chrono::seconds> visibility = {});

  // Removes a message for good. One that is not there any more is no error.
  [[nodiscard]] base::Result<> remove(const std::string& receipt_handle, std::stop_token stop);

  [[nodiscard]] const std::string& arn() const { return arn_; }

 private:
  SqsQueue(std::string arn, std::string url, ServiceClient service)
      : arn_(std::move(arn)), url_(std::move(url)), service_(std::move(service)) {}
  base::Result<std::string> call(std::string_view action, const std::string& body,
                                 std::stop_token stop, std::chrono::seconds wait = {},
                                 uint64_t answer_bytes_max = kDocumentBytesMax);

  std::string arn_;
  std::string url_;
  ServiceClient service_;
};

}  // namespace penstock::aws
