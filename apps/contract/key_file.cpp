#include "apps/contract/key_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "apps/contract/pretty_json.h"
#include "apps/shared/files.h"
#include "auth/secrets/api_keys.h"
#include "auth/secrets/users.h"
#include "json/parse.h"
#include "processes/system_call.h"

namespace penstock::apps {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::Result;

std::string reason() {
  return std::generic_category().message(errno);
}

// Takes the lock of a folder, which another command has for milliseconds.
bool lock(int folder) {
  constexpr std::chrono::milliseconds kPause{20};
  const auto deadline = std::chrono::steady_clock::now() + KeyFile::kPatience;
  while (::flock(folder, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        processes::uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return ::fsync(fd) == 0;
}

// Is a file that has not got its name yet. It is removed at the end, unless it was given one.
class Unfinished {
 public:
  // The file can be read by its owner alone.
  explicit Unfinished(const fs::path& beside)
      : name_(beside.parent_path() / ("." + beside.filename().string() + ".XXXXXX")),
        fd_(::mkostemp(name_.data(), O_CLOEXEC)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    if (fd_ && !named_) ::unlink(name_.c_str());
  }

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool give_name(const std::string& name) {
    named_ = ::rename(name_.c_str(), name.c_str()) == 0;
    return named_;
  }

 private:
  std::string name_;
  processes::FileDescriptor fd_;
  bool named_ = false;
};

}  // namespace

Result<KeyFile> KeyFile::open(const std::string& path, Missing missing) {
  KeyFile file;
  std::error_code none;
  const fs::path real = fs::canonical(path, none);
  file.path_ = none ? path : real.string();
  const fs::path folder = fs::path(file.path_).parent_path();
  file.folder_ = processes::FileDescriptor(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.folder_) return file.failed("its folder cannot be opened: " + reason());
  if (!lock(file.folder_.get())) {
    base::Error error = file.failed("another command keeps its folder; try again");
    error.code = ErrorCode::timed_out;
    return error;
  }
  if (fs::status(file.path_, none).type() == fs::file_type::not_found) {
    if (missing == Missing::begin) return file;
    base::Error error = file.failed("there is no such file");
    error.code = ErrorCode::not_found;
    return error;
  }
  if (auto done = file.read(); !done) return done.error();
  return file;
}

base::Error KeyFile::failed(const std::string& why) const {
  return {.code = ErrorCode::invalid, .message = path_ + ": " + why};
}

Result<> KeyFile::read() {
  struct stat now{};
  if (::stat(path_.c_str(), &now) != 0) return failed("cannot be read: " + reason());
  access_ = {.user = now.st_uid, .group = now.st_gid, .mode = now.st_mode & 07777U};
  const auto text = read_file(path_);
  if (!text) return text.error();
  auto document = json::parse(*text);
  if (!document) return failed("cannot be read: " + document.error().message);
  if (!document->is_object()) return failed("must be a JSON object");
  document_ = std::move(document->get_object());
  return check(*text);
}

Result<> KeyFile::check(const std::string& text) const {
  if (document_.contains("keys")) {
    if (auto keys = auth::ApiKeys::parse(text, ""); !keys) return failed(keys.error().message);
  }
  if (document_.contains("users")) {
    if (auto users = auth::Users::parse(text, ""); !users) return failed(users.error().message);
  }
  return {};
}

Result<> KeyFile::keep_owner(int fd) const {
  if (!access_) return {};
  struct stat now{};
  const bool same =
      ::fstat(fd, &now) == 0 && now.st_uid == access_->user && now.st_gid == access_->group;
  if (!same && ::fchown(fd, access_->user, access_->group) != 0) {
    return failed("its owner cannot be kept: " + reason());
  }
  if (::fchmod(fd, access_->mode) != 0) return failed("its mode cannot be kept: " + reason());
  return {};
}

Result<> KeyFile::save() const {
  const std::string text = pretty_json(document_) + "\n";
  if (auto done = check(text); !done) return done;
  Unfinished next(path_);
  if (next.fd() < 0) return failed("cannot be written: " + reason());
  if (auto kept = keep_owner(next.fd()); !kept) return kept;
  if (!write_all(next.fd(), text) || !next.give_name(path_) || ::fsync(folder_.get()) != 0) {
    return failed("cannot be written: " + reason());
  }
  return {};
}

}  // namespace penstock::apps
