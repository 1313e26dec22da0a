#include "local/watch/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "processes/system_call.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                             IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW;

// A file that was opened to be written is complete when it is closed, but a new name of a file
// that exists is complete at once.
bool is_complete(const fs::path& file) {
  std::error_code error;
  return fs::is_symlink(file, error) || fs::hard_link_count(file, error) > 1;
}

}  // namespace

base::Result<std::unique_ptr<FolderWatch>> FolderWatch::start(boost::asio::io_context& io,
                                                              const fs::path& folder,
                                                              const std::vector<fs::path>& left_out,
                                                              std::function<void()> changed) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root, error)) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = folder.string() + ": there is no such folder"};
  }
  std::vector<fs::path> others;
  for (const auto& path : left_out) others.push_back(fs::weakly_canonical(path, error));
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "the system cannot watch files",
                       .detail = std::strerror(errno)};
  }
  std::unique_ptr<FolderWatch> watch(
      new FolderWatch(io, root, std::move(others), std::move(changed)));
  watch->events_.assign(descriptor);
  if (auto added = watch->add(root, false); !added) return added.error();
  watch->wait_for_events();
  return watch;
}

FolderWatch::FolderWatch(boost::asio::io_context& io, fs::path folder,
                         std::vector<fs::path> left_out, std::function<void()> changed)
    : folder_(std::move(folder)),
      left_out_(std::move(left_out)),
      on_change_(std::move(changed)),
      events_(io),
      quiet_(io),
      changed_(io) {}

bool FolderWatch::is_watched(const fs::path& folder) const {
  return folder == folder_ ||
         (!is_left_out(folder) && std::none_of(left_out_.begin(), left_out_.end(),
                                               [&](const auto& one) { return one == folder; }));
}

base::Result<> FolderWatch::add(const fs::path& folder, bool is_new) {
  std::vector<fs::path> waiting{folder};
  while (!waiting.empty()) {
    const fs::path next = std::move(waiting.back());
    waiting.pop_back();
    if (!is_watched(next)) continue;
    if (folders_.size() >= kFoldersMax) {
      return base::Error{.code = base::ErrorCode::too_large,
                         .message = folder_.string() + " has more than " +
                                    std::to_string(kFoldersMax) +
                                    " folders, which are too many to watch. Keep what is not the "
                                    "service's in a folder named build, or in a hidden one"};
    }
    // The watch comes first, so that what is made after the folder was read is not missed.
    const int number = ::inotify_add_watch(events_.native_handle(), next.c_str(), kEvents);
    if (number < 0) {
      if (next != folder_ && (errno == ENOENT || errno == ENOTDIR)) continue;
      return base::Error{.code = base::ErrorCode::unavailable,
                         .message = "cannot watch " + next.string(),
                         .detail = errno == ENOSPC
                                       ? "the limit fs.inotify.max_user_watches is reached"
                                       : std::strerror(errno)};
    }
    folders_[number] = next;
    std::error_code error;
    for (fs::directory_iterator entry(next, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code gone;
      if (entry->is_directory(gone) && !entry->is_symlink(gone)) {
        waiting.push_back(entry->path());
      } else if (!is_of_a_tool(entry->path())) {
        if (is_new) {
          touch(entry->path());
        } else {
          files_.take(entry->path());
        }
      }
    }
  }
  return {};
}

// A folder that was moved away would be reported under its old name for ever.
void FolderWatch::forget(const fs::path& folder) {
  for (auto each = folders_.begin(); each != folders_.end();) {
    if (is_below(each->second, folder)) {
      ::inotify_rm_watch(events_.native_handle(), each->first);
      each = folders_.erase(each);
    } else {
      ++each;
    }
  }
}

void FolderWatch::wait_for_events() {
  events_.async_wait(events_.wait_read,
                     lifetime_.guard([this](const boost::system::error_code& error) {
                       if (error) return;
                       read_events();
                       wait_for_events();
                     }));
}

void FolderWatch::read_events() {
  const ssize_t count = processes::uninterrupted(
      [&] { return ::read(events_.native_handle(), buffer_.data(), buffer_.size()); });
  for (ssize_t at = 0; at < count;) {
    inotify_event event;
    std::memcpy(&event, buffer_.data() + at, sizeof event);
    take(*reinterpret_cast<const inotify_event*>(buffer_.data() + at));
    at += static_cast<ssize_t>(sizeof event + event.len);
  }
}

void FolderWatch::take(const inotify_event& event) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    // Events were lost, so everything is looked at again.
    for (const fs::path& file : files_.all()) touch(file);
    if (auto added = add(folder_, true); !added) fail(added.error());
    return;
  }
  const auto found = folders_.find(event.wd);
  if (found == folders_.end()) return;
  const fs::path folder = found->second;
  if ((event.mask & IN_IGNORED) != 0) {
    folders_.erase(found);
    return;
  }
  if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
    // The others are reported by the folder that they are in.
    if (folder != folder_) return;
    return fail({.code = base::ErrorCode::not_found,
                 .message = folder_.string() + " was moved or deleted, so it is watched no more"});
  }
  const fs::path path = folder / std::string(event.len > 0 ? event.name : "");
  const bool is_new = (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
  if ((event.mask & IN_ISDIR) != 0) {
    if (!is_watched(path)) return;
    if (!is_new) {
      forget(path);
      return touch(path);
    }
    if (auto added = add(path, true); !added) fail(added.error());
    return;
  }
  if ((event.mask & IN_CREATE) != 0 && !is_complete(path)) return;
  if (!is_of_a_tool(path)) touch(path);
}

void FolderWatch::touch(const fs::path& file) {
  const auto now = steady_clock::now();
  if (touched_.empty()) touched_at_ = now;
  touched_.insert(file);
  quiet_.expires_at(std::min(now + kQuiet, touched_at_ + kQuietMax));
  quiet_.async_wait(lifetime_.guard([this](const boost::system::error_code& cancelled) {
    if (!cancelled) settle();
  }));
}

void FolderWatch::settle() {
  bool is_news = false;
  for (const fs::path& path : std::exchange(touched_, {})) {
    if (!files_.take(path) && !files_.forget_below(path)) continue;
    changed_files_.insert(path);
    is_news = true;
  }
  if (!is_news) return;
  changed_.set();
  if (on_change_) on_change_();
}

void FolderWatch::fail(base::Error error) {
  if (state_) state_ = std::move(error);
  changed_.set();
  if (on_change_) on_change_();
}

void FolderWatch::wake() {
  changed_.set();
}

async::Awaitable<base::Result<FolderWatch::Files>> FolderWatch::changes() {
  co_await changed_.wait_until(steady_clock::time_point::max());
  changed_.reset();
  if (!state_) co_return state_.error();
  co_return std::exchange(changed_files_, {});
}

}  // namespace penstock::local
