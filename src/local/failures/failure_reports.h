#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"

namespace penstock::local {

// Where the documents of failures lie: one after the other.
class FailureReports {
 public:
  struct Item {
    std::string name;  // A message's id, an object's key, a file's path.
    std::string text;
  };

  virtual ~FailureReports() = default;
  // Nothing: that was the last.
  [[nodiscard]] virtual base::Result<std::optional<Item>> next(std::stop_token stop) = 0;
  // The last one has been done: it need not come again. What became of it, for a person.
  [[nodiscard]] virtual base::Result<std::string> done(std::stop_token stop) = 0;
};

// `from`: the ARN of a queue; of a bucket, perhaps with a prefix of keys behind "/"
// (arn:aws:s3:::BUCKET/PREFIX). Messages that are read are invisible to others for `visibility`. Error:
// invalid.
[[nodiscard]] base::Result<std::unique_ptr<FailureReports>> reports_at(const std::string& from,
                                                                       std::chrono::seconds visibility,
                                                                       const base::Environment& environment);
[[nodiscard]] std::unique_ptr<FailureReports> reports_in(std::vector<std::string> files);

}  // namespace penstock::local
