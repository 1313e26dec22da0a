// penstock_local runs the whole system on one machine, or a part of it. src/local does the work.
#include "apps/local/commands.h"
#include "apps/shared/core_dumps.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/inherited_signals.h"
#include "base/configuration.h"

namespace penstock::apps {
namespace {

int run(int count, char** arguments) {
  bool core_dumps = false;
  base::Configuration table("PENSTOCK_", base::process_environment());
  table.boolean("CORE_DUMPS", core_dumps,
                "whether a crash may leave a core dump, which contains credentials");
  if (!core_dumps) forbid_core_dumps();
  if (auto checked = table.check(); !checked) return refuse(kLocalProgram, checked.error().message);
  const CommandLine program(kLocalProgram,
                            "Runs the whole system on this machine: a broker, the "
                            "API, and AWS's part between it and the function.");
  const Run up = add_up(program);
  const Verb verbs[] = {add_esm(program), add_invoke(program), add_redrive(program)};
  if (const auto status = program.parse(count, arguments)) return *status;
  for (const Verb& verb : verbs) {
    if (verb.command.given()) return verb.run();
  }
  return up();
}

}  // namespace
}  // namespace penstock::apps

int main(int count, char** arguments) {
  using namespace penstock::apps;
  // If the reader of the output goes away, the children must still be stopped in order.
  take_signals();
  return run_program(kLocalProgram, [&] { return run(count, arguments); });
}
