#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/configuration.h"
#include "base/result.h"

namespace penstock::local {

// Where the documents of a failure destination are read from, one after the other. All calls block;
// they are for one thread.
class FailureInbox {
 public:
  struct Item {
    std::string name;  // A message's id, an object's key or a file's path.
    std::string text;  // The document, as it was found.
  };

  virtual ~FailureInbox() = default;
  // Reads the next document. It returns nothing when there is no further one.
  [[nodiscard]] virtual base::Result<std::optional<Item>> next(std::stop_token stop) = 0;
  // Says that the last document has been handled: a queue forgets it then, files and objects stay.
  // It returns a clause that tells a person which of these happened.
  [[nodiscard]] virtual base::Result<std::string> acknowledge(std::stop_token stop) = 0;
};

// Opens the inbox that an ARN names: a queue's, or a bucket's with perhaps a prefix of keys behind
// a slash (arn:aws:s3:::BUCKET/PREFIX). A message that has been read is invisible to others for
// `visibility`. The error is `invalid`: the name, or what the environment says of credentials or
// endpoints, is wrong.
[[nodiscard]] base::Result<std::unique_ptr<FailureInbox>> open_failure_inbox(
    const std::string& from, std::chrono::seconds visibility, const base::Environment& environment);
// The documents in these files. A file that cannot be read is an error of next().
[[nodiscard]] std::unique_ptr<FailureInbox> failure_inbox_of_files(std::vector<std::string> files);

}  // namespace penstock::local
