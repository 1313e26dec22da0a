#include "kafka/ending_threads.h"

#include <system_error>
#include <utility>

namespace penstock::kafka {

bool EndingThreads::run(std::function<void()> work) {
  if (entries_.size() >= threads_max_) return false;
  Entry& entry = entries_.emplace_back();
  try {
    entry.thread = std::jthread([&entry, work = std::move(work)]() mutable {
      work();
      work = nullptr;  // What it has captured belongs to the work.
      entry.ended = true;
    });
  } catch (const std::system_error&) {  // EAGAIN: a limit of the system's is reached.
    entries_.pop_back();
    return false;
  }
  return true;
}

void EndingThreads::join_ended() {
  std::erase_if(entries_, [](const Entry& entry) { return entry.ended.load(); });
}

}  // namespace penstock::kafka
