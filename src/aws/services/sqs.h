#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/services/service_client.h"

namespace penstock::aws {

// Holds a received message.
struct SqsMessage {
  std::string id = {};
  std::string receipt_handle = {};  // The argument of remove(). Each receipt has another one.
  std::string body = {};
};

// Sends to and receives from one standard queue of Amazon SQS, by its JSON protocol. Sending needs
// the permission sqs:SendMessage; emptying the queue needs sqs:ReceiveMessage and
// sqs:DeleteMessage. The functions block, and one thread at a time may use a queue. They fail as
// ServiceClient::call() does, and as named below.
class SqsQueue {
 public:
  // A message has at most 1 MiB (AWS, "Amazon SQS message quotas"). A queue may have a lower limit.
  static constexpr size_t kBodyBytesMax = 1'048'576;
  // These limit the messages that one receive() returns, and its wait (API reference,
  // ReceiveMessage).
  static constexpr int kReceiveMax = 10;
  static constexpr std::chrono::seconds kWaitMax{20};

  // Checks that `arn` is the ARN of a standard queue. The error is `invalid`.
  [[nodiscard]] static base::Result<> check(std::string_view arn);
  // Makes a client of the queue `arn`, which is "arn:aws:sqs:REGION:ACCOUNT:NAME". It makes no
  // request yet. Fails with `invalid` if the ARN or the endpoint is wrong.
  [[nodiscard]] static base::Result<SqsQueue> at(std::string_view arn, CredentialSource credentials,
                                                 const base::Environment& environment,
                                                 Patience patience = kServicePatience);

  // Sends a message and returns its id. If the answer is lost, the message is sent again, so the
  // queue may get it twice. Fails with `invalid` if SQS does not store such a text, and with
  // `too_large`.
  [[nodiscard]] base::Result<std::string> send(std::string_view body, std::stop_token stop);

  // Receives at most `max` messages, which can be at most kReceiveMax. The list is empty if none
  // arrives within `wait`, which can be at most kWaitMax. Other receivers do not see these messages
  // for `visibility`, or for the queue's default; after that they are visible again, unless they
  // were removed.
  [[nodiscard]] base::Result<std::vector<SqsMessage>> receive(
      int max, std::chrono::seconds wait, std::stop_token stop,
      std::optional<std::chrono::seconds> visibility = {});

  // Removes a message for good. A message that is already gone is not an error.
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
