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

// Reads the documents of a failure destination, one after the other. All calls block, and are for
// one thread.
class FailureInbox {
 public:
  struct Item {
    // Is a message's id, an object's key, a record's position, or a file's path with the number of
    // the document's first line, unless that is 1.
    std::string name;
    std::string text;  // The unread text of the document.
    // Says why the text is no whole document, if the inbox knows, and is empty otherwise.
    std::string problem = {};
  };

  virtual ~FailureInbox() = default;
  // Returns the next document, or nothing if there is none. The error is that of SQS, S3 or the
  // file. What concerns one object of a bucket alone is the item's problem instead, unless S3
  // refuses 100 of them in a row.
  [[nodiscard]] virtual base::Result<std::optional<Item>> next(std::stop_token stop) = 0;
  // Marks the last document as handled, which removes it from a queue, and from what a group has to
  // read of a topic. Files and objects stay. Returns a clause for the user that says which of these
  // happened.
  [[nodiscard]] virtual base::Result<std::string> acknowledge(std::stop_token stop) = 0;
  // Must be called if the last document could not be handled. Returns a clause for the user that
  // says what becomes of it.
  [[nodiscard]] virtual std::string leave() { return "the document stays"; }
  // Is for the time after next() has returned nothing: a sentence for the user if there may be more
  // documents, and otherwise an empty string.
  [[nodiscard]] virtual std::string rest() const { return ""; }
};

// Opens the inbox with this ARN, which is that of a queue or of a bucket, of which a prefix of keys
// may follow a slash (arn:aws:s3:::BUCKET/PREFIX). A message that has been read is invisible to
// other readers for `visibility`. The error is `invalid`: the name, or a variable for credentials
// or endpoints in `environment`, is wrong.
[[nodiscard]] base::Result<std::unique_ptr<FailureInbox>> open_failure_inbox(
    const std::string& from, std::chrono::seconds visibility, const base::Environment& environment);
// Makes an inbox of the documents in these files, each of which may have several, one after the
// other. If a file cannot be read, next() returns the error.
[[nodiscard]] std::unique_ptr<FailureInbox> failure_inbox_of_files(std::vector<std::string> files);

}  // namespace penstock::local
