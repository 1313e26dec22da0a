#include "lambda/function.h"

#include <cstdlib>
#include <exception>
#include <set>
#include <string_view>
#include <utility>

#include "base/json_text.h"
#include "lambda/base64.h"

namespace penstock::lambda {
namespace {

using base::Level;

constexpr size_t kErrorMessageMax = 4096;  // Bytes of foreign text in an answer to the Runtime API.
constexpr size_t kShownBytesMax =
    16 * 1024;  // Of a key, and of all headers, in a RECORD line; else their size alone.
constexpr std::string_view kSuccess = "null";

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json += json.size() > 1 ? ",\"" : "\"";
  json.append(name).append("\":").append(value);
}

std::string quoted(std::string_view text) {
  std::string json;
  base::append_json_string(json, text);
  return json;
}

// The header that Record::header() gives, where names are repeated.
std::string headers_json(const Record& record) {
  std::string json = "{";
  std::set<std::string_view> seen;
  for (const Header& header : record.headers) {
    if (!seen.insert(header.name).second) continue;
    if (json.size() > 1) json += ',';
    base::append_json_string(json, header.name);
    json += ':';
    base::append_json_string(json, header.value);
  }
  return json + "}";
}

size_t header_bytes(const Record& record) {
  size_t bytes = 0;
  for (const Header& header : record.headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

// Which record it is, without what it carries.
std::string record_json(const Record& record) {
  std::string json = "{";
  append_member(json, "topic", quoted(record.topic));
  append_member(json, "partition", std::to_string(record.partition));
  append_member(json, "offset", std::to_string(record.offset));
  append_member(json, "timestamp", std::to_string(record.timestamp.count()));
  append_member(json, "timestampType", quoted(record.timestamp_type));
  if (!record.key) {
    append_member(json, "key", "null");
  } else if (record.key->size() > kShownBytesMax) {
    append_member(json, "key_bytes", std::to_string(record.key->size()));
  } else if (is_utf8(*record.key)) {
    append_member(json, "key", quoted(*record.key));
  } else {
    append_member(json, "key_base64", quoted(encode_base64(*record.key)));
  }
  if (const size_t bytes = header_bytes(record); bytes > kShownBytesMax) {
    append_member(json, "header_bytes", std::to_string(bytes));
  } else {
    append_member(json, "headers", headers_json(record));
  }
  append_member(json, "value_bytes", record.value ? std::to_string(record.value->size()) : "null");
  return json + "}";
}

// What is wrong, or nothing when the record was handled.
std::optional<std::string> call(const EventHandlers& handlers, const Record& record, Context& context) {
  const EventFunction* function = find(handlers, record.event_type());
  if (function == nullptr)
    return "no function takes events of type \"" + std::string(record.event_type()) + "\"";
  try {
    function->handle(record, context);
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

std::string position(const Record& record) {
  return std::string(record.topic) + "-" + std::to_string(record.partition) + "@" +
         std::to_string(record.offset);
}

}  // namespace

Function::Function(base::Log& log, const EventHandlers& handlers) : log_(log), handlers_(handlers) {
  log_.defer_flush([] {});
}

std::optional<InvocationError> Function::run(const Invocation& invocation) {
  InvocationLog log(log_, invocation.request_id);
  std::optional<InvocationError> failure;
  try {
    failure = handle(invocation, log);
  } catch (const std::exception& error) {  // No memory, most likely.
    failure = InvocationError{"Function.Failed", error.what()};
    log.write(Level::error, "EXCEPTION", "{\"reason\":" + quoted(error.what()) + "}");
  }
  if (failure && failure->message.size() > kErrorMessageMax) failure->message.resize(kErrorMessageMax);
  log.flush();
  return failure;
}

std::optional<InvocationError> Function::handle(const Invocation& invocation, InvocationLog& log) const {
  const auto event = decode_kafka_event(invocation.body);
  if (!event) {
    log.write(Level::error, "EXCEPTION", "{\"reason\":" + quoted(event.error().message) + "}");
    return InvocationError{"Function.MalformedEvent", event.error().message};
  }
  if (log.writes(Level::debug)) log.write(Level::debug, "LAMBDA_EVENT", on_one_line(invocation.body).text);

  std::set<std::pair<std::string_view, int32_t>> stopped;
  std::optional<InvocationError> failure;
  for (const Record& record : event->records) {
    const std::pair partition(record.topic, record.partition);
    if (stopped.contains(partition)) continue;
    if (log.writes(Level::info)) log.write(Level::info, "RECORD", record_json(record));
    Context context(log, record, invocation.deadline);
    const auto problem = call(handlers_, record, context);
    if (!problem) continue;
    context.exception(*problem);
    stopped.insert(partition);
    if (!failure) failure = InvocationError{"Function.RecordFailed", {}};
    if (failure->message.size() > kErrorMessageMax) continue;
    failure->message += (failure->message.empty() ? "" : "; ") + position(record) + ": " + *problem;
  }
  return failure;
}

base::Error serve(RuntimeApi& api, Function& function, base::Log& log) {
  while (true) {
    const auto invocation = api.next();
    if (!invocation) return invocation.error();
    // Where AWS's X-Ray libraries look for it.
    ::setenv("_X_AMZN_TRACE_ID", invocation->trace_id.c_str(), 1);
    const auto failure = function.run(*invocation);
    const auto answered = failure ? api.report_error(invocation->request_id, *failure)
                                  : api.respond(invocation->request_id, kSuccess);
    if (answered) continue;
    if (answered.error().code != base::ErrorCode::refused) return answered.error();
    InvocationLog own(log, invocation->request_id);
    own.write(Level::error, "EXCEPTION",
              "{\"reason\":" + quoted(answered.error().message + ": " + answered.error().detail) + "}");
    own.flush();
  }
}

}  // namespace penstock::lambda
