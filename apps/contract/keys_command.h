#pragma once

#include <string>
#include <vector>

#include "apps/shared/command_line.h"

namespace penstock::apps {

struct KeysOptions {
  std::string file;
  std::string name;
  std::vector<std::string> scopes;
  std::string expires;
  bool replace = false;
  bool expired = false;
  bool old = false;
};

// Has the verb `keys` and its own verbs.
struct KeysVerbs {
  Command keys;
  Command make;
  Command password;
  Command list;
  Command remove;
};

// Declares the verbs, whose options are written to `options`.
[[nodiscard]] KeysVerbs declare_keys(const Command& keys, KeysOptions& options);

// Runs the one that was given. Returns 0, kExitFailed if the file is not as it must be, or
// kExitUsage if the password or the options are not.
[[nodiscard]] int run_keys(const KeysVerbs& verbs, const KeysOptions& options);

}  // namespace penstock::apps
