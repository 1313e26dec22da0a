#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "auth/documents/document_keeper.h"
#include "auth/documents/document_source.h"
#include "processes/system_call.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// Tells one version of a file from another.
struct Version {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  timespec modified = {};
  timespec changed = {};  // Also changes when a file of the same age takes the name.

  explicit Version(const struct stat& status)
      : device(status.st_dev),
        inode(status.st_ino),
        size(status.st_size),
        modified(status.st_mtim),
        changed(status.st_ctim) {}
  bool operator==(const Version& other) const {
    const auto same = [](const timespec& a, const timespec& b) {
      return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return device == other.device && inode == other.inode && size == other.size &&
           same(modified, other.modified) && same(changed, other.changed);
  }
};

class FileSource final : public DocumentSource {
 public:
  FileSource(std::string path, std::chrono::milliseconds pause)
      : path_(std::move(path)), pause_(pause) {}

  Result<Found> look(const std::stop_token&) override;
  bool is_local() const override { return true; }

 private:
  Error failure(ErrorCode code, const std::string& why) {
    seen_.reset();
    return {.code = code, .message = path_ + ": " + why};
  }
  Error failure(int error) {
    const bool absent = error == ENOENT || error == ENOTDIR;
    return failure(absent ? ErrorCode::not_found : ErrorCode::unavailable,
                   absent ? "there is no such file" : std::strerror(error));
  }
  Result<Found> read(int file);

  const std::string path_;
  const std::chrono::milliseconds pause_;
  std::optional<Version> seen_;  // Nothing if the file must be read even if it looks the same.
};

// The name is followed through symbolic links each time: Kubernetes replaces the link to the folder
// of all files of a volume.
Result<DocumentSource::Found> FileSource::look(const std::stop_token&) {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) return failure(errno);
  if (seen_ && *seen_ == Version(status)) return Found{.next = pause_};
  // Without O_NONBLOCK it would wait forever for the writer of a named pipe.
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failure(errno);
  auto found = read(file);
  ::close(file);
  return found;
}

Result<DocumentSource::Found> FileSource::read(int file) {
  struct stat before{};
  if (::fstat(file, &before) != 0) return failure(errno);
  if (!S_ISREG(before.st_mode)) return failure(ErrorCode::invalid, "it is not a file");
  base::WipedText text;
  std::array<char, 16 * 1024> part{};
  ssize_t count = 0;
  while (text.size() <= DocumentKeeper::kBytesMax && (count = processes::uninterrupted([&] {
                                                        return ::read(file, part.data(),
                                                                      part.size());
                                                      })) > 0) {
    text.append(part.data(), static_cast<size_t>(count));
  }
  const int error = errno;
  base::wipe(part.data(), part.size());
  if (count < 0) return failure(error);
  if (text.size() > DocumentKeeper::kBytesMax) {
    return failure(ErrorCode::too_large,
                   "it has more than " + std::to_string(DocumentKeeper::kBytesMax) + " bytes");
  }
  // A file that is written while it is read, or within the clock tick of its last change, may look
  // the same afterwards. It is read again until it is a second old.
  struct stat after{};
  if (::fstat(file, &after) != 0) return failure(errno);
  const Version version(after);
  const bool settled = version == Version(before) &&
                       std::time(nullptr) - version.modified.tv_sec > 1 &&
                       std::time(nullptr) - version.changed.tv_sec > 1;
  seen_.reset();
  if (settled) seen_ = version;
  return Found{.text = std::move(text), .next = pause_};
}

}  // namespace

std::unique_ptr<DocumentSource> file_source(const std::string& path, const KeeperTimes& times) {
  return std::make_unique<FileSource>(path, times.file_pause);
}

}  // namespace penstock::auth
