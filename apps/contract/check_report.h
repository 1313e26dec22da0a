#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/problem_kinds.h"
#include "contract/document/problems.h"
#include "contract/openapi/contract.h"

namespace penstock::apps {

// A KindGroup has the problems of one kind, all refused or all remarks. It points into its report.
struct KindGroup {
  std::string id = {};                          // Empty if the problems have no kind.
  const contract::ProblemKind* kind = nullptr;  // Null if the table does not have it.
  bool refused = false;
  std::vector<const contract::Problem*> problems = {};  // Sorted by location.

  // Returns the first places that a reader wants to see, sorted by location: those with different
  // sentences come before those that repeat one.
  [[nodiscard]] std::vector<const contract::Problem*> first_places() const;
  [[nodiscard]] std::string_view title() const;
  [[nodiscard]] std::string_view advice() const;
};

// A CheckReport is what `check` says of one file.
struct CheckReport {
  enum class Verdict { valid, refused, unreadable };

  std::string file = {};
  Verdict verdict = Verdict::valid;
  std::vector<contract::Problem> problems = {};  // Sorted by location.
  std::vector<KindGroup> groups = {};  // Those that are refused come first, and large ones.
  size_t paths = 0;
  size_t served = 0;                              // The number of operations that are served.
  std::map<std::string, size_t> not_served = {};  // The other operations, by the reason.
  // This counts those that pages of other origins may call, by what their x-cors allows.
  std::map<std::string, size_t> cross_origin = {};
  size_t secured = 0;  // The number of operations that nobody may call without authentication.
  size_t limited = 0;  // The number of operations that have a limit of their rate.

  [[nodiscard]] std::string_view verdict_name() const;
  // Returns how many problems are refusals, or are remarks.
  [[nodiscard]] size_t count(bool refused) const;
};

// Compiles and judges the file. `strict` refuses what would be a remark because it is not enforced.
[[nodiscard]] CheckReport check_file(const std::string& file,
                                     const contract::ContractOptions& options, bool strict);

// These functions write reports as text for people, and as documents for programs. `all` prints
// every place where otherwise only the first ones are printed; JSON and SARIF have all of them.
[[nodiscard]] std::string text_of(const CheckReport& report, bool all, bool colours);
[[nodiscard]] std::string github_of(const CheckReport& report, bool all);
[[nodiscard]] std::string json_of(const std::vector<CheckReport>& reports);
[[nodiscard]] std::string sarif_of(const std::vector<CheckReport>& reports);

// Returns "1 place" or "2 places".
[[nodiscard]] std::string counted(size_t number, const std::string& noun);

}  // namespace penstock::apps
