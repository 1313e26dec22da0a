#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace penstock::base {

enum class ErrorCode {
  invalid,      // What was given is wrong: a setting, a document, a message.
  not_found,    // What was named is not there.
  too_large,    // A limit was passed.
  unavailable,  // Not now; the same may work later.
  timed_out,    // The deadline passed; what happened on the other side is unknown.
  refused,      // The other side says no for good.
  internal,     // Something of ours failed.
};

// An expected failure. `message` may be shown to anyone; `detail` is for the log.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string detail = {};
  bool retryable = false;
};

// The whole of an error for the log or for whoever runs the program: "message: detail", or the
// message alone where there is no detail.
[[nodiscard]] inline std::string describe(const Error& error) {
  return error.detail.empty() ? error.message : error.message + ": " + error.detail;
}

// For `result.value()` at start-up, where an error ends the program with its message.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(describe(error));
}

// A value or an Error. Functions that return one are [[nodiscard]].
template <class T = void>
using Result = boost::system::result<T, Error>;

}  // namespace penstock::base
