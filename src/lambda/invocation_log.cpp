#include "lambda/invocation_log.h"

#include <chrono>

#include "json/object_writer.h"

namespace penstock::lambda {
namespace {

constexpr std::chrono::seconds kFlushWait{1};
constexpr size_t kPendingMax = 256 * 1024;  // Well below the size at which the log drops lines.

}  // namespace

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
  log::Line(log_, level, "").field("requestId", request_id_).field("type", type).raw("value", json);
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
