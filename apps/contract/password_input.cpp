#include "apps/contract/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "auth/secrets/passwords.h"
#include "base/utf8.h"
#include "processes/system_call.h"

namespace penstock::apps {
namespace {

using base::Result;

// This byte comes for Ctrl-C while the terminal makes no signal of it.
constexpr char kInterrupt = '\x03';

base::Error failed(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

// Makes the terminal show nothing that is typed, until its end. Ctrl-C comes as a byte meanwhile:
// as a signal it would leave a terminal that shows nothing.
class Unseen {
 public:
  Unseen() {
    // Is also the question whether standard input is a terminal.
    is_terminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_terminal_) return;
    termios unseen = before_;
    unseen.c_cc[VEOL] = kInterrupt;  // It ends a line, so that it arrives at once.
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

  [[nodiscard]] bool is_terminal() const { return is_terminal_; }

 private:
  termios before_{};
  bool is_terminal_ = false;
};

// Reads a line byte by byte, so that nothing after it is taken.
Result<base::WipedText> read_line() {
  base::WipedText line;
  line.reserve(auth::Passwords::kPasswordBytesMax + 1);
  while (true) {
    char c = 0;
    const ssize_t count = processes::uninterrupted([&] { return ::read(STDIN_FILENO, &c, 1); });
    if (count < 0) return failed("standard input cannot be read");
    if (count == 0 || c == '\n') return line;
    if (line.size() > auth::Passwords::kPasswordBytesMax) {
      return failed("a password has at most 1024 bytes");
    }
    line += c;
    if (c == kInterrupt) return line;
  }
}

void ask(const char* words) {
  std::fputs(words, stderr);
  std::fflush(stderr);
}

Result<base::WipedText> asked(const char* words) {
  ask(words);
  auto line = read_line();
  ask("\n");  // The one that was typed is not shown.
  if (line && line->find(kInterrupt) != base::WipedText::npos) return failed("interrupted");
  return line;
}

std::string problem_of(std::string_view password) {
  if (!base::is_utf8(password)) return "a password is UTF-8";
  if (std::any_of(password.begin(), password.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
      })) {
    return "a password has no control characters";
  }
  if (password.size() > auth::Passwords::kPasswordBytesMax) {
    return "a password has at most 1024 bytes";
  }
  const auto characters = std::count_if(password.begin(), password.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
  });
  if (static_cast<size_t>(characters) < kPasswordLengthMin) {
    return "a password has at least 8 characters";
  }
  return "";
}

}  // namespace

Result<base::WipedText> read_password() {
  const Unseen unseen;
  auto password = unseen.is_terminal() ? asked("Password: ") : read_line();
  if (!password) return password;
  if (std::string problem = problem_of(*password); !problem.empty()) {
    return failed(std::move(problem));
  }
  if (!unseen.is_terminal()) return password;
  const auto again = asked("Again: ");
  if (!again) return again.error();
  if (*again != *password) return failed("the two are not the same");
  return password;
}

}  // namespace penstock::apps
