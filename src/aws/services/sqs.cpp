#include "aws/services/sqs.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.h"
#include "json/object_writer.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kDepthMax = 8;
constexpr size_t kIdBytesMax = 100;  // "Queue and message identifiers"; they are UUIDs at present.
// A text may be this much longer in JSON. A character of two bytes may be written as \u00e9, and
// one of one byte as \n, so three times is the most that is usual.
constexpr uint64_t kJsonGrowth = 3;

Error invalid(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

// Says whether this can be the name of a queue: at most 80 letters, digits, "-" and "_" (API
// reference, CreateQueue).
bool is_queue_name(std::string_view name) {
  return !name.empty() && name.size() <= 80 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// Says whether SQS stores the text. It must be UTF-8 with only those characters that XML 1.0 allows
// (API reference, SendMessage): no control characters except tab, line feed and carriage return,
// and neither U+FFFE nor U+FFFF.
bool is_storable(std::string_view text) {
  while (!text.empty()) {
    const int length = base::utf8_length(text);
    if (length == 0) return false;
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x20 && first != '\t' && first != '\n' && first != '\r') return false;
    if (text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF")) return false;
    text.remove_prefix(static_cast<size_t>(length));
  }
  return true;
}

Result<boost::json::value> parse(std::string_view text) {
  auto document = json::parse(text, {.depth_max = kDepthMax});
  if (!document || !document->is_object()) return invalid("the answer is not a JSON object");
  return document;
}

std::string text_of(const boost::json::value& document, std::string_view name) {
  return std::string(json::text(json::find(document, name)).value_or(""));
}

Result<std::vector<SqsMessage>> parse_messages(std::string_view text) {
  const auto document = parse(text);
  if (!document) return document.error();
  std::vector<SqsMessage> messages;
  const boost::json::value* list = json::find(*document, "Messages");
  if (list == nullptr || list->is_null()) return messages;
  if (!list->is_array()) return invalid("\"Messages\" is not a list");
  for (const boost::json::value& entry : list->get_array()) {
    if (!entry.is_object()) return invalid("a message is not a JSON object");
    SqsMessage message{.id = text_of(entry, "MessageId"),
                       .receipt_handle = text_of(entry, "ReceiptHandle"),
                       .body = text_of(entry, "Body")};
    if (message.receipt_handle.empty()) return invalid("a message has no ReceiptHandle");
    if (message.id.size() > kIdBytesMax) return invalid("the MessageId of a message is too long");
    messages.push_back(std::move(message));
  }
  return messages;
}

Error about(const std::string& action, const std::string& arn, Error error) {
  error.message = "sqs:" + action + " on " + arn + ": " + error.message;
  return error;
}

}  // namespace

Result<> SqsQueue::check(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  const bool is_queue =
      parsed && parsed->service == "sqs" && !parsed->region.empty() && !parsed->account.empty();
  if (is_queue && parsed->resource.ends_with(".fifo")) {
    return invalid("'" + std::string(arn) + "' is a FIFO queue: use a standard queue");
  }
  if (!is_queue || !is_queue_name(parsed->resource)) {
    return invalid("'" + std::string(arn) +
                   "' is not the ARN of a queue: write arn:aws:sqs:REGION:ACCOUNT:NAME");
  }
  return {};
}

Result<SqsQueue> SqsQueue::at(std::string_view arn, CredentialSource credentials,
                              const base::Environment& environment, Patience patience) {
  if (auto good = check(arn); !good) return good.error();
  const auto parsed = Arn::parse(arn);
  auto service = ServiceClient::at("sqs", std::string(parsed->region), std::move(credentials),
                                   environment, patience);
  if (!service) return service.error();
  // GetQueueUrl would return the same, but needs another permission.
  const Url& url = service->endpoint().url;
  std::string queue = url.text() + url.target;
  if (!queue.ends_with('/')) queue += '/';
  queue.append(parsed->account).append("/").append(parsed->resource);
  return SqsQueue(std::string(arn), std::move(queue), std::move(*service));
}

Result<std::string> SqsQueue::call(std::string_view action, const std::string& body,
                                   std::stop_token stop, std::chrono::seconds wait,
                                   uint64_t answer_bytes_max) {
  return service_.call({.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                                    {"X-Amz-Target", base::WipedText("AmazonSQS.").append(action)}},
                        .body = body,
                        .action = "sqs:" + std::string(action),
                        .resource = arn_,
                        .more_time = wait,
                        .answer_bytes_max = answer_bytes_max},
                       std::move(stop));
}

Result<std::string> SqsQueue::send(std::string_view body, std::stop_token stop) {
  if (body.size() > kBodyBytesMax) {
    return about(
        "SendMessage", arn_,
        {.code = ErrorCode::too_large,
         .message = "the message has " + std::to_string(body.size()) +
                    " bytes, but SQS accepts at most 1 MiB; use S3 instead, or send less"});
  }
  if (body.empty()) {
    return about("SendMessage", arn_, invalid("SQS does not accept empty messages"));
  }
  if (!is_storable(body)) {
    return about("SendMessage", arn_,
                 invalid("SQS does not store this message, because it is not UTF-8 or has a "
                         "control character that XML does not allow; send it as JSON or base64"));
  }
  std::string request;
  request.reserve(body.size() + body.size() / 4 + 256);
  json::ObjectWriter members(request);
  members.member("QueueUrl", url_).member("MessageBody", body);
  members.end();
  const auto answer = call("SendMessage", request, std::move(stop));
  if (!answer) return answer.error();
  const auto document = parse(*answer);
  if (!document) return about("SendMessage", arn_, document.error());
  std::string id = text_of(*document, "MessageId");
  if (id.empty()) return about("SendMessage", arn_, invalid("the answer has no MessageId"));
  return id;
}

Result<std::vector<SqsMessage>> SqsQueue::receive(int max, std::chrono::seconds wait,
                                                  std::stop_token stop,
                                                  std::optional<std::chrono::seconds> visibility) {
  max = std::clamp(max, 1, kReceiveMax);
  wait = std::clamp(wait, std::chrono::seconds(0), kWaitMax);
  std::string request;
  json::ObjectWriter members(request);
  members.member("QueueUrl", url_);
  members.member("MaxNumberOfMessages", max).member("WaitTimeSeconds", wait.count());
  if (visibility) members.member("VisibilityTimeout", visibility->count());
  members.end();
  const auto answer =
      call("ReceiveMessage", request, std::move(stop), wait,
           kDocumentBytesMax + static_cast<uint64_t>(max) * kJsonGrowth * kBodyBytesMax);
  if (!answer) return answer.error();
  auto messages = parse_messages(*answer);
  if (!messages) return about("ReceiveMessage", arn_, messages.error());
  return messages;
}

Result<> SqsQueue::remove(const std::string& receipt_handle, std::stop_token stop) {
  std::string request;
  json::ObjectWriter members(request);
  members.member("QueueUrl", url_).member("ReceiptHandle", receipt_handle);
  members.end();
  const auto answer = call("DeleteMessage", request, std::move(stop));
  if (!answer) return answer.error();
  return {};
}

}  // namespace penstock::aws
