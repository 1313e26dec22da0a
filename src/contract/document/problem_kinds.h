#pragma once

#include <span>
#include <string_view>

namespace penstock::contract {

// A ProblemKind says what all problems of one kind have in common. The table of kinds is what
// `penstock_contract check` prints, what the rules of its SARIF are, and what
// docs/contract/problems.md lists; tests compare them with each other and with the kinds that the
// sources give to problems.
struct ProblemKind {
  // The effect is what a problem of this kind means.
  enum class Effect {
    refused,       // The document is refused.
    not_enforced,  // A remark: something has no effect. `check --strict` refuses it.
    remark,        // A remark that --strict leaves one.
  };

  std::string_view id;  // In kebab case.
  Effect effect;
  std::string_view title;   // A sentence without a full stop.
  std::string_view advice;  // What to write instead, as sentences.
};

// Returns the table, sorted by the id.
[[nodiscard]] std::span<const ProblemKind> problem_kinds();
// Returns the kind with this id, or null if there is none.
[[nodiscard]] const ProblemKind* find_problem_kind(std::string_view id);

}  // namespace penstock::contract
