#include "lambda/function_loop.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include "base/caught_text.h"
#include "base/utf8.h"
#include "json/object_writer.h"
#include "json/text.h"
#include "lambda/base64.h"
#include "lambda/invocation_metrics.h"

namespace penstock::lambda {
namespace {

using log::Level;

// An answer to the Runtime API may contain at most this many bytes of messages.
constexpr size_t kErrorMessageMax = 4096;
// A RECORD line shows a key, or all headers, of at most this many bytes. Otherwise it shows only
// their size.
constexpr size_t kShownBytesMax = 16 * 1024;
constexpr size_t kTopicBytesMax = 249;  // The longest name that Kafka allows.

// Writes the headers of an event's records. Records of a batch have much in common: what is the
// same piece of the event as in the record before is not written again.
class HeadersWriter {
 public:
  // Appends the headers. If a name is repeated, it appends the first one, as Record::header() does.
  void append(std::string& json, const Record& record) {
    seen_.clear();
    json += '{';
    bool is_empty = true;
    for (size_t i = 0; i < record.headers.size(); ++i) {
      if (!is_first(record, i)) continue;
      if (!is_empty) json += ',';
      is_empty = false;
      json += text_of(record.headers[i], i);
    }
    json += '}';
  }

 private:
  struct Written {
    Header header;
    std::string text;
  };
  static constexpr size_t kFew = 16;  // Up to this many, comparing all pairs is faster than a set.

  bool is_first(const Record& record, size_t index) {
    const std::string_view name = record.headers[index].name;
    if (record.headers.size() > kFew) return seen_.insert(name).second;
    return std::none_of(record.headers.begin(),
                        record.headers.begin() + static_cast<ptrdiff_t>(index),
                        [&](const Header& header) { return header.name == name; });
  }
  // Returns the header as a member of an object.
  const std::string& text_of(const Header& header, size_t index) {
    const auto is_same = [](std::string_view a, std::string_view b) {
      return a.data() == b.data() && a.size() == b.size();
    };
    Written& written = written_[std::min(index, kFew)];
    if (!written.text.empty() && is_same(written.header.name, header.name) &&
        is_same(written.header.value, header.value)) {
      return written.text;
    }
    written.header = header;
    written.text.clear();
    json::append_string(written.text, header.name);
    written.text += ':';
    json::append_string(written.text, header.value);
    return written.text;
  }

  std::set<std::string_view> seen_;
  std::array<Written, kFew + 1> written_;  // By the index of the header. The last ones share one.
};

size_t header_bytes(const Record& record) {
  size_t bytes = 0;
  for (const Header& header : record.headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

// Appends what identifies the record, without its value.
void append_record(std::string& json, const Record& record, HeadersWriter& headers) {
  json::ObjectWriter object(json);
  object.member("topic", record.topic)
      .member("partition", record.partition.number)
      .member("offset", record.offset.value);
  object.member("timestamp", record.timestamp.count())
      .member("timestampType", record.timestamp_type);
  if (!record.key) {
    object.null("key");
  } else if (record.key->size() > kShownBytesMax) {
    object.member("key_bytes", record.key->size());
  } else if (base::is_utf8(*record.key)) {
    object.member("key", *record.key);
  } else {
    object.member("key_base64", encode_base64(*record.key));
  }
  if (const size_t bytes = header_bytes(record); bytes > kShownBytesMax) {
    object.member("header_bytes", bytes);
  } else {
    headers.append(object.key("headers"), record);
  }
  if (record.value) {
    object.member("value_bytes", record.value->size());
  } else {
    object.null("value_bytes");
  }
  object.end();
}

TopicPartition partition_of(const Record& record) {
  return {std::string(record.topic), record.partition};
}

// Logs what has become of a record that was not handled. The outcome tells it from what a handler
// itself logs with Context::exception().
void log_failure(InvocationLog& log, const Record& record, const Outcome& outcome) {
  std::string json;
  json::ObjectWriter(json)
      .member("reason", outcome.reason)
      .member("topic", record.topic)
      .member("partition", record.partition.number)
      .member("offset", record.offset.value)
      .member("outcome", outcome.kind == Outcome::Kind::poison ? "poison" : "retry")
      .end();
  log.write(Level::error, "EXCEPTION", json);
}

// Returns "my-topic-0@15".
std::string place_text(const TopicPartition& partition, base::Offset offset) {
  return to_text(partition) + "@" + to_text(offset);
}

}  // namespace

Function::Function(log::Log& log, const EventHandlers& handlers, FunctionSettings settings,
                   std::shared_ptr<FunctionMemory> memory)
    : log_(log),
      handlers_(handlers),
      settings_(std::move(settings)),
      memory_(std::move(memory)),
      duplicates_(std::shared_ptr<FinishedRecords>(memory_, &memory_->finished)) {
  log_.defer_flush([] {});
}

Reply Function::run(const Invocation& invocation) {
  InvocationLog log(log_, invocation.request_id);
  Reply reply;
  try {
    reply = run(invocation, log);
  } catch (...) {  // Most likely there is no memory left.
    const std::string text = base::caught_text();
    reply.error = InvocationError{"Function.Failed", text};
    log.write_exception(text);
  }
  if (reply.error && reply.error->message.size() > kErrorMessageMax) {
    reply.error->message.resize(kErrorMessageMax);
  }
  if (reply.error) duplicates_.forget_handled();
  log.flush();
  return reply;
}

void Function::reply_was_taken(bool taken) {
  taken ? duplicates_.finish_handled() : duplicates_.forget_handled();
}

Reply Function::run(const Invocation& invocation, InvocationLog& log) {
  const auto event = decode_kafka_event(invocation.body);
  if (!event) {
    log.write_exception(event.error().message);
    return {.error = InvocationError{"Function.MalformedEvent", event.error().message}};
  }
  if (log.writes(Level::debug)) {
    log.write(Level::debug, "LAMBDA_EVENT", on_one_line(invocation.body).text);
  }
  warn_of_skipped_retries(*event, log);

  HandlerCalls calls = handler_calls(invocation.deadline);
  calls.trace_id = invocation.trace_id;
  calls.loop = settings_.loop;
  InvocationMetrics metrics;
  HeadersWriter headers;
  Unfinished unfinished;
  std::string problems;
  for (const Record& record : event->records) {
    metrics.add(record);
    if (!unfinished.empty()) {
      const auto waiting = unfinished.find(partition_of(record));
      if (waiting != unfinished.end()) {
        waiting->second.push_back(record.offset);
        continue;
      }
    }
    const RecordName record_name = duplicates_.name_of(record);
    if (duplicates_.contains(record_name)) {
      ++metrics.duplicates;
      log.write(Level::info, "DUPLICATE",
                json::quoted(place_text(partition_of(record), record.offset)));
      continue;
    }
    if (log.writes(Level::info)) {
      line_.clear();
      append_record(line_, record, headers);
      log.write(Level::info, "RECORD", line_);
    }
    const Outcome outcome = handle(handlers_, record, settings_.readers, calls, log);
    const bool is_poison = outcome.kind == Outcome::Kind::poison;
    if (outcome.kind != Outcome::Kind::done) {
      ++(is_poison ? metrics.poison : metrics.retries);
      log_failure(log, record, outcome);
    }
    if (outcome.kind == Outcome::Kind::done ||
        (is_poison && settings_.responses == Responses::partial)) {
      duplicates_.add_handled(record_name);
      continue;
    }
    unfinished[partition_of(record)].push_back(record.offset);
    if (problems.size() > kErrorMessageMax) continue;
    problems += (problems.empty() ? "" : "; ") + place_text(partition_of(record), record.offset) +
                ": " + outcome.reason;
  }
  if (settings_.responses == Responses::partial) {
    const std::lock_guard lock(memory_->mutex);
    for (const auto& [partition, offsets] : unfinished) {
      if (memory_->expected_again.size() >= FunctionMemory::kExpectedAgainMax) break;
      if (partition.topic.size() > kTopicBytesMax) continue;
      memory_->expected_again.emplace(partition, offsets.front());
    }
  }
  if (!settings_.function_name.empty()) {
    log_.put(metrics.json(settings_.function_name, invocation.request_id,
                          std::chrono::system_clock::now()));
  }
  return reply_to(unfinished, std::move(problems));
}

// Returns the answer. A partial response names every record that is not finished: AWS's page on
// Kafka ("Configuring error handling controls for Kafka event sources") says that the named records
// come again, and its pages on streams that all from the first named one do. So neither skips one.
Reply Function::reply_to(const Unfinished& unfinished, std::string problems) const {
  if (unfinished.empty()) return {};
  if (settings_.responses == Responses::whole_batch) {
    return {.error = InvocationError{"Function.RecordFailed", std::move(problems)}};
  }
  std::string response;
  json::ObjectWriter answer(response);
  json::ArrayWriter failures(answer.key("batchItemFailures"));
  for (const auto& [partition, offsets] : unfinished) {
    const std::string name = to_text(partition);
    for (const base::Offset offset : offsets) {
      json::ObjectWriter failure(failures.element());
      json::ObjectWriter(failure.key("itemIdentifier"))
          .member("partition", name)
          .member("offset", offset.value)
          .end();
      failure.end();
    }
  }
  failures.end();
  answer.end();
  return {.response = std::move(response)};
}

// Warns if a record that failed is skipped. A mapping that does not expect partial responses takes
// them for success and continues after the failed record. It looks the same if another execution
// environment got the retry, so only a warning that repeats itself proves a wrong mapping.
void Function::warn_of_skipped_retries(const KafkaEvent& event, InvocationLog& log) {
  const std::lock_guard lock(memory_->mutex);
  auto& expected_again = memory_->expected_again;
  if (expected_again.empty()) return;
  FirstOffsets firsts;
  for (const Record& record : event.records) firsts.emplace(partition_of(record), record.offset);
  for (const auto& [partition, first] : firsts) {
    const auto expected = expected_again.find(partition);
    if (expected == expected_again.end()) continue;
    if (first > expected->second) {
      log.write(Level::warning, "WRONG_MAPPING",
                json::quoted(place_text(partition, expected->second) +
                             " should have been retried, but the mapping continues after it: check "
                             "that the mapping has FunctionResponseTypes ReportBatchItemFailures"));
    }
    expected_again.erase(expected);
  }
}

base::Error serve(RuntimeApiClient& api, Function& function, log::Log& log, TraceVariable trace) {
  while (true) {
    const auto invocation = api.next();
    if (!invocation) return invocation.error();
    if (trace == TraceVariable::set) {
      ::setenv("_X_AMZN_TRACE_ID", invocation->trace_id.c_str(), 1);
    }
    const Reply reply = function.run(*invocation);
    const auto answered = reply.error ? api.report_error(invocation->request_id, *reply.error)
                                      : api.respond(invocation->request_id, reply.response);
    function.reply_was_taken(answered.has_value() && !reply.error);
    if (answered) continue;
    if (answered.error().code != base::ErrorCode::refused) return answered.error();
    InvocationLog own(log, invocation->request_id);
    own.write_exception(base::describe(answered.error()));
    own.flush();
  }
}

}  // namespace penstock::lambda
