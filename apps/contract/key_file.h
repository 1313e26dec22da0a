#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "processes/file_descriptor.h"

namespace penstock::apps {

// Is a file with a document of API keys, of users, or of both (docs/authentication/keys.md), while
// it is changed. It keeps other commands from files of the same folder.
class KeyFile {
 public:
  // Another command keeps the folder no longer than this.
  static constexpr std::chrono::seconds kPatience{5};

  // Says what to do without the file.
  enum class Missing { begin, fail };
  // Reads the file. A symbolic link is followed. Fails with `invalid`, `not_found` or `timed_out`;
  // the message begins with the file's name and has no part of the document.
  [[nodiscard]] static base::Result<KeyFile> open(const std::string& path, Missing missing);

  // Returns the document, with all its members.
  [[nodiscard]] boost::json::object& document() { return document_; }
  // Returns an error that begins with the file's name.
  [[nodiscard]] base::Error failed(const std::string& why) const;

  // Checks the document, and replaces the file by it in one step: a program that reads it meanwhile
  // has the old one or the new one. A new file can be read by its owner alone; one that is there
  // keeps its owner and mode.
  [[nodiscard]] base::Result<> save() const;

 private:
  KeyFile() = default;
  [[nodiscard]] base::Result<> read();
  [[nodiscard]] base::Result<> check(const std::string& text) const;
  [[nodiscard]] base::Result<> keep_owner(int fd) const;

  std::string path_;
  processes::FileDescriptor folder_;  // It has the lock.
  boost::json::object document_;
  // Is who may do what with a file that is there.
  struct Access {
    uid_t user;
    gid_t group;
    mode_t mode;
  };
  std::optional<Access> access_;
};

}  // namespace penstock::apps
