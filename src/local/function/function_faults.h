#pragma once

namespace penstock::local {

// Says what goes wrong with the next invocations of a function, on purpose. By default nothing
// does. Each number becomes smaller as it happens.
struct FunctionFaults {
  // The process is killed as soon as it has got an invocation.
  int kills = 0;
  // The process is stopped (SIGSTOP) when it has got an invocation, until the invocation has ended
  // by its time-out.
  int stops = 0;
  // A response is replaced: by text that is no JSON, or by a list of failures with a record that
  // was not in the batch, in turns.
  int garbled = 0;
};

}  // namespace penstock::local
