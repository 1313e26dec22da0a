#include "local/console/operations/error_answer.h"

#include "base/printable_text.h"
#include "local/console/operation.h"

namespace penstock::local {
namespace {

constexpr size_t kSentenceMax = 2'000;

unsigned status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid:
      return 400;
    case base::ErrorCode::not_found:
      return 404;
    case base::ErrorCode::too_large:
      return 413;
    case base::ErrorCode::unavailable:
      return 503;
    case base::ErrorCode::timed_out:
      return 504;
    case base::ErrorCode::refused:
      return 409;
    case base::ErrorCode::internal:
      break;
  }
  return 500;
}

}  // namespace

http::Answer error_answer(const base::Error& error) {
  return refusal(status_of(error.code), base::printable(base::describe(error), kSentenceMax));
}

}  // namespace penstock::local
