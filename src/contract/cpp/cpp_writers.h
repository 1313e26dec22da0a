#pragma once

#include <string>
#include <vector>

#include "contract/cpp/cpp_model.h"
#include "contract/cpp/cpp_text.h"

namespace penstock::contract {

// CppWriting says how the files are written.
struct CppWriting {
  std::string name_space;  // Also the folder of the files: "orders".
  // The types and the operations are divided into so many files of code each, so that none takes
  // long to compile. All of them are always written.
  size_t parts = 1;
  // Leaves out the operations. The types are all there: a function keeps in a table what no event
  // has, and the API reads it. What is left is the same.
  bool events_only = false;
};
inline constexpr size_t kCppPartsMax = 64;

// Returns "NAMESPACE/types.h" and "NAMESPACE/types_1.cpp" and so on.
[[nodiscard]] std::vector<CppFile> cpp_types(const CppModel& model, const CppWriting& writing);
// Returns "NAMESPACE/operations.h" and "NAMESPACE/operations_1.cpp" and so on.
[[nodiscard]] std::vector<CppFile> cpp_operations(const CppModel& model, const CppWriting& writing);
// Returns "NAMESPACE/events.h" and "NAMESPACE/events.cpp".
[[nodiscard]] std::vector<CppFile> cpp_events(const CppModel& model, const CppWriting& writing);
// Returns all of these, without the operations if only the events are wanted.
[[nodiscard]] std::vector<CppFile> cpp_files(const CppModel& model, const CppWriting& writing);

// Returns the files with which an author begins: "handlers.cpp", in which each operation answers
// with 501, "consumer.cpp", in which each event is a retry, and a test of each. The model must be
// that of the contract.
[[nodiscard]] std::vector<CppFile> cpp_skeleton(const Contract& contract, const CppModel& model,
                                                const CppWriting& writing);

}  // namespace penstock::contract
