#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "log/log.h"

namespace penstock::lambda::testing {

// Provides a log for tests, whose lines can be read back. It writes into a temporary file. The
// functions throw if a line is not a JSON object.
class CapturedLog {
 public:
  // Lines below `level` are left out.
  explicit CapturedLog(log::Level level = log::Level::info)
      : file_(std::tmpfile(), &std::fclose),
        log_(::fileno(file_.get()), level, {.time_key = "timestamp"}) {}

  [[nodiscard]] log::Log& log() { return log_; }

  // Returns the lines that have been flushed.
  [[nodiscard]] std::vector<boost::json::object> lines() const {
    std::string text;
    std::rewind(file_.get());
    char part[4096];
    for (size_t count = 0; (count = std::fread(part, 1, sizeof(part), file_.get())) > 0;) {
      text.append(part, count);
    }
    std::istringstream stream(text);
    std::vector<boost::json::object> all;
    for (std::string line; std::getline(stream, line);) {
      all.push_back(boost::json::parse(line).as_object());
    }
    return all;
  }

  // Returns "LEVEL TYPE value" for each line.
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

}  // namespace penstock::lambda::testing
