#include "lambda/invocation_log.h"

#include <chrono>

#include "json/object_writer.h"
#include "json/text.h"

namespace penstock::lambda {
namespace {

constexpr std::chrono::seconds kFlushWait{1};
constexpr size_t kPendingMax = 256 * 1024;    // Well below the size at which the log drops lines.
constexpr size_t kLineBytesKept = 64 * 1024;  // Of memory for one line.

// Returns the member behind the level, and the name of the next one.
std::string request_member(std::string_view request_id) {
  std::string text = "\",\"requestId\":";
  json::append_string(text, request_id);
  return text += ",\"type\":";
}

}  // namespace

InvocationLog::InvocationLog(log::Log& log, std::string_view request_id)
    : log_(log), request_member_(request_member(request_id)) {}

void InvocationLog::write(log::Level level, std::string_view type, std::string_view json) {
  if (!writes(level)) return;
  if (json.size() > kValueBytesMax) {
    std::string size;
    json::ObjectWriter(size).member("omitted_bytes", json.size()).end();
    return write(level, type, size);
  }
  // Nobody else writes between the check and the line, so that the line has its place.
  const auto turn = log_.turn();
  if (log_.waiting_bytes() + json.size() > kPendingMax) flush();
  line_ = "{\"timestamp\":\"";
  line_.append(time_.rfc3339(std::chrono::system_clock::now())).append("\",\"level\":\"");
  line_.append(name(level)).append(request_member_);
  json::append_string(line_, type);
  line_.append(",\"value\":").append(json).append("}\n");
  log_.put(line_);
  if (line_.capacity() > kLineBytesKept) std::string().swap(line_);
}

void InvocationLog::write_exception(std::string_view reason) {
  std::string json;
  json::ObjectWriter(json).member("reason", reason).end();
  write(log::Level::error, "EXCEPTION", json);
}

void InvocationLog::flush() {
  reader_is_stuck_ = !(reader_is_stuck_ ? log_.flush() : log_.flush_within(kFlushWait));
}

}  // namespace penstock::lambda
