#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace penstock::base {

// These are the kinds of expected failures. Callers decide by them: which HTTP status, whether to
// retry.
enum class ErrorCode {
  invalid,      // The input is wrong: a setting, a document, a message.
  not_found,    // The named thing does not exist.
  too_large,    // The input exceeds a limit.
  unavailable,  // The other side cannot be used now; the same call may work later.
  timed_out,    // The deadline passed; what happened on the other side is unknown.
  refused,      // The other side has refused, and will refuse again.
  internal,     // This program or a library of it has failed.
};

// Describes an expected failure. `message` says what happened and may be shown to anyone. `detail`
// is for the log and may name hosts and files. `retryable` says that the same call may succeed
// later and that repeating it is safe.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string detail = {};
  bool retryable = false;
};

// Returns the whole error, for the log or for the user who runs the program: "message: detail", or
// only the message if there is no detail.
[[nodiscard]] inline std::string describe(const Error& error) {
  return error.detail.empty() ? error.message : error.message + ": " + error.detail;
}

// Boost calls it when `result.value()` is used on an error. The programs do so at their start only,
// where an error ends them with its message.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(describe(error));
}

// This holds a value or an Error. All functions that return a Result are [[nodiscard]].
template <class T = void>
using Result = boost::system::result<T, Error>;

}  // namespace penstock::base
