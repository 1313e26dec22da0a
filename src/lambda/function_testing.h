#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lambda/record_handlers.h"

// For the tests of functions and handlers.
namespace penstock::lambda::testing {

// A log whose lines can be read back.
class CapturedLog {
 public:
  explicit CapturedLog(log::Level level = log::Level::info)
      : file_(std::tmpfile(), &std::fclose), log_(::fileno(file_.get()), level, {.time_key = "timestamp"}) {}

  [[nodiscard]] log::Log& log() { return log_; }

  // What has been flushed.
  [[nodiscard]] std::vector<boost::json::object> lines() const {
    std::string text;
    std::rewind(file_.get());
    char part[4096];
    for (size_t count = 0; (count = std::fread(part, 1, sizeof(part), file_.get())) > 0;)
      text.append(part, count);
    std::istringstream stream(text);
    std::vector<boost::json::object> all;
    for (std::string line; std::getline(stream, line);) all.push_back(boost::json::parse(line).as_object());
    return all;
  }

  // "LEVEL TYPE value" for each line.
  [[nodiscard]] std::vector<std::string> short_lines() const {
    std::vector<std::string> all;
    for (const auto& line : lines()) {
      all.push_back(std::string(line.at("level").as_string()) + " " +
                    std::string(line.at("type").as_string()) + " " +
                    boost::json::serialize(line.at("value")));
    }
    return all;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  log::Log log_;
};

// Gives one record to the function that takes its type, with its value if the schema lets it pass; the lines
// that it logged as "LEVEL TYPE value".
inline std::vector<std::string> logged_for(const EventHandlers& handlers, const Record& record,
                                           const ReadValue& read_value = {}) {
  CapturedLog captured;
  InvocationLog log(captured.log(), "test");
  boost::json::value value;
  if (read_value && record.value) {
    auto read = read_value(record.event_type(), *record.value);
    if (!read) throw std::runtime_error(read.error().message);
    value = std::move(*read);
  }
  Context context(log, record, std::chrono::system_clock::now() + std::chrono::seconds(30), std::move(value));
  const EventFunction* function = find(handlers, record.event_type());
  if (function == nullptr) throw std::runtime_error("no function takes this record");
  const RecordOutcome outcome = function->handle(record, context);
  if (outcome.kind != RecordOutcome::Kind::done)
    throw std::runtime_error("the record was not handled: " + outcome.reason);
  return captured.short_lines();
}

}  // namespace penstock::lambda::testing
