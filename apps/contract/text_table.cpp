#include "apps/contract/text_table.h"

#include <algorithm>

#include "base/printable_text.h"

namespace penstock::apps {
namespace {

constexpr size_t kCellBytesMax = 1000;

}  // namespace

std::string text_table(std::vector<std::vector<std::string>> rows) {
  if (rows.empty()) return "";
  std::vector<size_t> widths(rows.front().size());
  for (auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = base::printable(row[i], kCellBytesMax);
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string table;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

}  // namespace penstock::apps
