#include "contract/openapi/required_security.h"

#include <cstddef>

#include "base/printable_text.h"

namespace penstock::contract {
namespace {

// A document may have long names and many scopes.
constexpr size_t kTextBytesMax = 1000;

std::string shown(const std::string& text) {
  return base::printable(text, kTextBytesMax);
}

}  // namespace

std::string required_security(const Contract& contract) {
  const Operation* first = nullptr;
  size_t count = 0;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      if (!operation.not_served.empty() || !operation.security->is_required()) continue;
      if (count++ == 0) first = &operation;
    }
  }
  if (first == nullptr) return "";
  std::string text = shown(first->where) + ": operation '" + shown(first->id) +
                     "' requires authentication (" + shown(first->security->text()) + ")";
  if (count > 1) {
    text += ", as " + std::to_string(count - 1) + (count == 2 ? " more does" : " more do");
  }
  return text;
}

}  // namespace penstock::contract
