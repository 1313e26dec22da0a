#include "apps/contract/check_command.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "apps/contract/check_report.h"
#include "apps/shared/exit_status.h"

namespace penstock::apps {
namespace {

// Colours are for terminals whose user has not said no (https://no-color.org).
bool wants_colours() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
         terminal != nullptr && std::string_view(terminal) != "dumb";
}

int status_of(CheckReport::Verdict verdict) {
  if (verdict == CheckReport::Verdict::valid) return 0;
  return verdict == CheckReport::Verdict::refused ? kExitFailed : kExitUnreadable;
}

}  // namespace

int check_contracts(const CheckOptions& options, const contract::ContractOptions& compiling) {
  int status = 0;
  std::vector<CheckReport> reports;
  const bool colours = options.format == "text" && wants_colours();
  for (const std::string& file : options.files) {
    CheckReport report = check_file(file, compiling, options.strict);
    status = std::max(status, status_of(report.verdict));
    if (options.format == "text") {
      std::cout << text_of(report, options.all, colours);
    } else if (options.format == "github") {
      std::cout << github_of(report, options.all);
    } else {
      reports.push_back(std::move(report));
    }
  }
  if (options.format == "json") std::cout << json_of(reports);
  if (options.format == "sarif") std::cout << sarif_of(reports);
  return status;
}

}  // namespace penstock::apps
