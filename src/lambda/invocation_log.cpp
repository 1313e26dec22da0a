#include "lambda/invocation_log.h"

#include <chrono>
#include <thread>

#include "json/object_writer.h"

namespace penstock::lambda {
namespace {

constexpr std::chrono::seconds kFlushWait{1};
constexpr std::chrono::milliseconds kFlushPause{1};
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
  const auto deadline = std::chrono::steady_clock::now() + kFlushWait;
  bool done = log_.flush();
  while (!done && !reader_is_stuck_ && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kFlushPause);
    done = log_.flush();
  }
  reader_is_stuck_ = !done;
}

}  // namespace penstock::lambda
