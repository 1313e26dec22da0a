#include "contract/document/problem_kinds.h"

#include <algorithm>
#include <array>

namespace penstock::contract {
namespace {

using Effect = ProblemKind::Effect;

constexpr std::array kKinds = {
    ProblemKind{"anchor-twice", Effect::refused, "Two schemas have the same $anchor or $id",
                "Give each schema of a file its own name, since a reference must find one."},
    ProblemKind{"costly-pattern", Effect::remark, "A pattern takes many steps for each byte",
                "The pattern is enforced, but a long text is refused. Write a simpler pattern, or "
                "an 'enum' for a list of words."},
    ProblemKind{"not-an-object", Effect::refused, "The document is not an object",
                "Begin the document with 'openapi: 3.1.0', 'info:' and 'paths:'."},
    ProblemKind{"openapi-version", Effect::refused, "The version of OpenAPI is not supported",
                "Write 'openapi: 3.0.3' or 'openapi: 3.1.0'. A document of Swagger 2.0 must be "
                "converted first."},
    ProblemKind{"reference-to-nothing", Effect::refused, "A reference leads to nothing",
                "Correct the file's name and the JSON Pointer of the '$ref'. It is relative to the "
                "file in which it stands."},
    ProblemKind{"schema-dialect", Effect::refused, "A schema is written in another language",
                "Use JSON Schema draft 2020-12 and no '$schema', or its URI."},
    ProblemKind{"too-many-files", Effect::refused, "The contract has too many files",
                "Put some of the files into one."},
    ProblemKind{"unreadable-document", Effect::refused, "A file cannot be read",
                "Correct the name, or the YAML or JSON at that place. No file may be larger than "
                "10 MiB or nested more than 200 levels deep, and the network is not read."},
};
static_assert(std::is_sorted(kKinds.begin(), kKinds.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));

}  // namespace

std::span<const ProblemKind> problem_kinds() {
  return kKinds;
}

const ProblemKind* find_problem_kind(std::string_view id) {
  const auto* const found = std::lower_bound(
      kKinds.begin(), kKinds.end(), id,
      [](const ProblemKind& kind, std::string_view wanted) { return kind.id < wanted; });
  return found != kKinds.end() && found->id == id ? found : nullptr;
}

}  // namespace penstock::contract
