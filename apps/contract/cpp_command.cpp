#include "apps/contract/cpp_command.h"

#include <filesystem>
#include <iostream>
#include <system_error>

#include "apps/contract/generated_files.h"
#include "apps/contract/mock_command.h"
#include "apps/shared/exit_status.h"
#include "base/printable_text.h"
#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_writers.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

namespace fs = std::filesystem;

// Prints the error, whose message already contains the locations, and returns the exit status.
int fail(const base::Error& error) {
  std::cerr << error.message << '\n';
  return kExitFailed;
}

// Returns the files that another run may have left, with other parts or without `events_only`.
std::vector<std::string> stale_files(const CppOptions& options) {
  std::vector<std::string> stale;
  for (size_t part = 1; part <= contract::kCppPartsMax; ++part) {
    const std::string end = '_' + std::to_string(part) + ".cpp";
    if (part > options.parts) stale.push_back(options.name_space + "/types" + end);
    if (part > options.parts || options.events_only) {
      stale.push_back(options.name_space + "/operations" + end);
    }
  }
  if (options.events_only) stale.push_back(options.name_space + "/operations.h");
  return stale;
}

int write_skeleton(const CppOptions& options, const contract::Contract& contract,
                   const contract::CppModel& model, const contract::CppWriting& writing) {
  const auto files = contract::cpp_skeleton(contract, model, writing);
  for (const contract::CppFile& file : files) {
    const fs::path path = fs::path(options.output) / file.name;
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error))) continue;
    return complain(kContractProgram,
                    path.string() +
                        ": it is there already, so nothing was written; choose another "
                        "folder, or remove it",
                    kExitFailed);
  }
  const auto written = write_generated(options.output, files, {});
  return written ? 0 : complain(kContractProgram, written.error().message, kExitFailed);
}

}  // namespace

int write_cpp(const CppOptions& options, const contract::ContractOptions& compiling) {
  if (!contract::is_cpp_name(options.name_space)) {
    return refuse(kContractProgram, "--namespace: '" + options.name_space +
                                        "' is no name of C++; use small letters, digits and "
                                        "underscores, such as 'orders'");
  }
  const auto contract = contract::read_contract(options.file, compiling);
  if (!contract) return fail(contract.error());
  const auto model = contract::cpp_model(*contract);
  if (!model) return fail(model.error());
  const contract::CppWriting writing{
      .name_space = options.name_space, .parts = options.parts, .events_only = options.events_only};
  if (options.skeleton) return write_skeleton(options, *contract, *model, writing);
  const auto written =
      write_generated(options.output, contract::cpp_files(*model, writing), stale_files(options));
  return written ? 0 : complain(kContractProgram, written.error().message, kExitFailed);
}

}  // namespace penstock::apps
