#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::apps {

// Says why `path` is not the name of a file: "there is no such file" or "it is a folder, not a
// file" or "it is a device, not a file". The answer is empty if it is a file or a pipe.
[[nodiscard]] std::string problem_of_file(const std::string& path);

// A file that is read whole may have at most this many bytes. An event has at most 6 MB, and a
// mapping's request is smaller.
inline constexpr size_t kFileBytesMax = 8 * 1024 * 1024;
// A pipe must give its next bytes within this time.
inline constexpr std::chrono::milliseconds kPipePatience{10'000};

// Returns the bytes of a file, or of a pipe until its writers have closed it. Fails with
// `not_found`; the message is "PATH: " and what problem_of_file() says, or "cannot be read:
// REASON". Fails with `too_large` for more than kFileBytesMax, and with `timed_out` for a pipe that
// gives nothing within `patience`.
[[nodiscard]] base::Result<std::string> read_file(
    const std::string& path, std::chrono::milliseconds patience = kPipePatience);

// Returns all that comes through standard input, which may be a terminal, too. Fails as read_file()
// does, but waits without a time-out.
[[nodiscard]] base::Result<std::string> read_standard_input();

// The modes of files: for everyone whom the umask lets read it, and for its owner alone.
inline constexpr mode_t kPublic = 0666;
inline constexpr mode_t kPrivate = 0600;
// Writes these bytes to a file. One that is there is replaced and keeps its mode. Fails with
// `invalid`; the message is "PATH: cannot be written: REASON".
[[nodiscard]] base::Result<> write_file(const std::string& path, std::string_view bytes,
                                        mode_t mode = kPublic);

}  // namespace penstock::apps
