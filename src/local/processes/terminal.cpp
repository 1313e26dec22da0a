#include "local/processes/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <string>
#include <system_error>

#include "local/lines/people_lines.h"
#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::local {
namespace {

constexpr size_t kNameWidth = 8;
// A writable pipe takes this many bytes without blocking (PIPE_BUF, pipe(7)).
constexpr size_t kPipeChunk = 4096;
// A write that waits looks at its patience again after this time.
constexpr std::chrono::milliseconds kStep{50};

}  // namespace

// Is a descriptor, which several terminals may share. It ends a line that it has begun before it
// begins another one.
class Terminal::Output {
 public:
  explicit Output(int fd) : fd_(fd) {}

  // Returns the descriptor's only Output.
  static std::shared_ptr<Output> of(int fd) {
    static std::mutex mutex;
    static std::map<int, std::weak_ptr<Output>> outputs;
    const std::lock_guard lock(mutex);
    std::erase_if(outputs, [](const auto& entry) { return entry.second.expired(); });
    std::shared_ptr<Output> output = outputs[fd].lock();
    if (!output) outputs[fd] = output = std::make_shared<Output>(fd);
    return output;
  }

  // Writes what fits at once, without waiting, and leaves in `lines` those that it has not begun.
  // Returns 0 if all is written, or else what the system says; EAGAIN means that nothing fits now.
  int put(std::string_view& lines) {
    // What has been found writable must still be so when it is written.
    const std::lock_guard lock(mutex_);
    while (true) {
      if (const int error = put_rest(); error != 0) return error;
      if (lines.empty()) return 0;
      const size_t end = lines.find('\n') + 1;
      std::string_view line = lines.substr(0, end);
      if (const int error = put_some(line); error != 0) return error;
      rest_ = line;
      lines.remove_prefix(end);
    }
  }

 private:
  int put_rest() {
    std::string_view rest = rest_;
    int error = 0;
    while (error == 0 && !rest.empty()) error = put_some(rest);
    rest_.erase(0, rest_.size() - rest.size());
    return error;
  }

  int put_some(std::string_view& text) const {
    if (!processes::wait_until_writable(fd_, std::chrono::steady_clock::now())) return EAGAIN;
    const ssize_t count = processes::uninterrupted(
        [&] { return ::write(fd_, text.data(), std::min(text.size(), kPipeChunk)); });
    if (count < 0) return errno;
    if (count == 0) return EIO;
    text.remove_prefix(static_cast<size_t>(count));
    return 0;
  }

  const int fd_;
  std::mutex mutex_;
  std::string rest_;  // Of the line that is written in part.
};

Terminal::Terminal(int fd, Names names, int patience_ms)
    : fd_(fd), names_(names), patience_ms_(patience_ms), output_(Output::of(fd)) {}

Terminal::Terminal(int fd, std::optional<LineStyle> style)
    : fd_(fd),
      names_(Names::shown),
      patience_ms_(kPatienceMs),
      output_(Output::of(fd)),
      people_(style ? std::make_unique<PeopleLines>(*style) : nullptr) {}

void Terminal::line(std::string_view name, std::string_view text) {
  line(name, text, Tone::plain);
}

void Terminal::warn(std::string_view name, std::string_view text) {
  line(name, text, Tone::warning);
}

void Terminal::fault(std::string_view name, std::string_view text) {
  line(name, text, Tone::fault);
}

void Terminal::line(std::string_view name, std::string_view text, Tone tone) {
  if (people_) {
    const std::lock_guard lock(mutex_);
    return write(people_->show(name, text, tone, view()));
  }
  std::string prefix;
  if (names_ == Names::shown) {
    prefix = name;
    prefix.resize(std::max(kNameWidth, prefix.size()), ' ');
    prefix += " | ";
  }
  std::string lines;
  while (true) {
    const size_t end = text.find('\n');
    lines += prefix;
    lines += text.substr(0, end);
    lines += '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  const std::lock_guard lock(mutex_);
  write(lines);
}

void Terminal::hidden(std::string_view line) {
  if (!people_) return;
  const std::lock_guard lock(mutex_);
  people_->learn(line);
}

void Terminal::batch(std::string_view name, std::string_view sentence) {
  if (!people_) return;
  const std::lock_guard lock(mutex_);
  write(people_->show_batch(name, sentence, view()));
}

void Terminal::ended(std::string_view name) {
  if (!people_) return;
  const std::lock_guard lock(mutex_);
  write(people_->end(name, view()));
}

LineView Terminal::view() const {
  winsize size{};
  // What is no terminal has no width.
  const bool known = ::ioctl(fd_, TIOCGWINSZ, &size) == 0;
  return {.width = known ? size.ws_col : size_t{0}, .now = std::chrono::system_clock::now()};
}

Terminal::~Terminal() {
  if (people_) write(people_->end_all(view()));
  while (stalled_ && wait_for_reader() && resume() == EAGAIN) {
  }
}

void Terminal::hurry() {
  patience_ms_ = std::min(patience_ms_.load(), kPatienceMs);
}

// Returns false at the end of the patience.
bool Terminal::wait_for_reader() const {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  while (true) {
    const auto now = steady_clock::now();
    const auto end = began + std::chrono::milliseconds(patience_ms_);
    if (processes::wait_until_writable(fd_, std::min(end, now + kStep))) return true;
    if (now >= end) return false;
  }
}

// Says how many lines are missing, if writing works again. Returns 0 if it does, or what the system
// says.
int Terminal::resume() {
  std::string note;
  if (lost_ > 0) {
    note = "(" + std::to_string(lost_) + " lines were lost: " +
           (error_ == EAGAIN
                ? "nothing read the output"
                : "the output cannot be written: " + std::generic_category().message(error_)) +
           ")\n";
  }
  std::string_view left = note;
  const int error = output_->put(left);
  if (left.empty()) lost_ = 0;
  stalled_ = error != 0;
  return error;
}

void Terminal::write(std::string_view lines) {
  if (lines.empty()) return;
  int error = stalled_ ? resume() : 0;
  while (!stalled_) {
    error = output_->put(lines);
    if (error == 0) return;
    stalled_ = error != EAGAIN || !wait_for_reader();
  }
  error_ = error;
  lost_ += static_cast<uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

}  // namespace penstock::local
