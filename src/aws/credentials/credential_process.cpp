#include <unistd.h>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "base/wiped_text.h"
#include "processes/child.h"
#include "processes/child_output.h"
#include "processes/pipe.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};

Error failed(ErrorCode code, const std::string& sentence) {
  return {.code = code, .message = "credential_process " + sentence};
}

// Says why the command's output could not be read to its end.
Error unfinished(ErrorCode code) {
  switch (code) {
    case ErrorCode::timed_out:
      return failed(code, "took longer than 30 s");
    case ErrorCode::too_large:
      return failed(code, "printed more than 64 KiB");
    default:
      return failed(code, "was stopped");
  }
}

}  // namespace

Result<Credentials> from_process(const std::string& command, std::stop_token stop) {
  const auto deadline = steady_clock::now() + kPatience;
  auto pipe = processes::Pipe::make();
  if (!pipe) return failed(pipe.error().code, "cannot be started: " + describe(pipe.error()));
  auto shell = processes::Child::spawn({.program = "/bin/sh",
                                        .arguments = {"-c", command},
                                        .environment = base::process_environment()},
                                       {pipe->write_end.get(), STDERR_FILENO});
  if (!shell) return failed(ErrorCode::internal, "cannot be started: " + shell.error().message);
  pipe->write_end.reset();
  base::WipedText text;
  const auto status = processes::read_until_end(*shell, pipe->read_end.get(), deadline, stop,
                                                [&text](std::string_view part) {
                                                  text += part;
                                                  return text.size() <= kDocumentBytesMax;
                                                });
  const Secret document(std::move(text));
  if (!status) return unfinished(status.error().code);
  // Without a status, what it has printed must be enough.
  if (status->known && (status->by_signal || status->number != 0)) {
    return failed(ErrorCode::unavailable,
                  (status->by_signal ? "was killed by signal " : "ended with exit code ") +
                      std::to_string(status->number));
  }
  // Nothing secret was sent to the command, but its message may have a secret by its name.
  auto credentials = parse_json_credentials(document.reveal(), JsonForm::process, {});
  if (!credentials) {
    return failed(credentials.error().code,
                  "printed no credentials: " + credentials.error().message);
  }
  credentials->source = "credential_process";
  return credentials;
}

}  // namespace penstock::aws
