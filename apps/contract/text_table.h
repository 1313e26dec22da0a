#pragma once

#include <string>
#include <vector>

namespace penstock::apps {

// Returns rows as lines, with columns as wide as their longest cells and two blanks between them.
// All rows have as many cells as the first. Each cell is made base::printable().
[[nodiscard]] std::string text_table(std::vector<std::vector<std::string>> rows);

}  // namespace penstock::apps
