#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/watch/watched_files.h"

struct inotify_event;

namespace penstock::local {

// Watches the files of a folder and of the folders in it, also of those that are made later. What
// is_left_out() and is_of_a_tool() names is not watched, nor are links to folders followed. All
// calls are for the io_context's thread.
class FolderWatch {
 public:
  static constexpr size_t kFoldersMax = 1'000;
  // Changes are reported when nothing was saved for this time, and after the longer one at the
  // latest: a program that writes several files, or a file in parts, is one change.
  static constexpr std::chrono::milliseconds kQuiet{50};
  static constexpr std::chrono::milliseconds kQuietMax{1'000};

  using Files = std::set<std::filesystem::path>;

  // Begins to watch. `left_out` are folders that are not watched. `changed`, which may be empty, is
  // called when there are changes. `io` must outlive the watch. The error is `not_found` (there is
  // no such folder), `too_large` (more than kFoldersMax folders) or `unavailable` (the system has
  // no watch left).
  [[nodiscard]] static base::Result<std::unique_ptr<FolderWatch>> start(
      boost::asio::io_context& io, const std::filesystem::path& folder,
      const std::vector<std::filesystem::path>& left_out, std::function<void()> changed);
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  // Waits until files have changed since the last call, and returns their absolute paths, or no
  // path after wake(). A file that is gone has changed, too; of a folder that is gone, its own path
  // is returned. The error is `not_found` when the folder was moved or
  // deleted, and `too_large` or `unavailable` as above.
  [[nodiscard]] async::Awaitable<base::Result<Files>> changes();
  // Says whether changes() would return files at once.
  [[nodiscard]] bool has_changes() const { return !changed_files_.empty(); }
  // Ends the present or the next changes().
  void wake();

 private:
  FolderWatch(boost::asio::io_context& io, std::filesystem::path folder,
              std::vector<std::filesystem::path> left_out, std::function<void()> changed);
  // Watches the folder and what is in it. If `is_new`, its files have changed.
  [[nodiscard]] base::Result<> add(const std::filesystem::path& folder, bool is_new);
  void forget(const std::filesystem::path& folder);
  [[nodiscard]] bool is_watched(const std::filesystem::path& folder) const;
  void wait_for_events();
  void read_events();
  void take(const inotify_event& event);
  void touch(const std::filesystem::path& file);
  void settle();
  void fail(base::Error error);

  const std::filesystem::path folder_;
  const std::vector<std::filesystem::path> left_out_;
  const std::function<void()> on_change_;
  boost::asio::posix::stream_descriptor events_;
  boost::asio::steady_timer quiet_;
  std::map<int, std::filesystem::path> folders_;  // By the kernel's number of the watch.
  WatchedFiles files_;
  Files touched_;                                     // Since the last quiet time.
  std::chrono::steady_clock::time_point touched_at_;  // The first of them.
  Files changed_files_;
  base::Result<> state_;
  async::Latch changed_;
  alignas(8) std::array<char, 16 * 1024> buffer_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
