#include "contract/compare/change.h"

#include <algorithm>

#include "base/number_text.h"
#include "contract/document/document.h"

namespace penstock::contract {

std::string Place::text() const {
  if (line == 0) return file;
  return file + ':' + std::to_string(line) + ':' + std::to_string(column);
}

Place place_of(const Node& node) {
  return {node.file == nullptr ? "" : *node.file, node.line, node.column};
}

Place place_of(std::string_view where) {
  Place place{std::string(where), 0, 0};
  const size_t second = where.rfind(':');
  if (second == std::string_view::npos || second == 0) return place;
  const size_t first = where.rfind(':', second - 1);
  if (first == std::string_view::npos) return place;
  const auto line = base::whole_number<uint32_t>(where.substr(first + 1, second - first - 1));
  const auto column = base::whole_number<uint32_t>(where.substr(second + 1));
  if (!line || !column) return place;
  return {std::string(where.substr(0, first)), *line, *column};
}

std::string_view name_of(Change::Effect effect) {
  return effect == Change::Effect::breaks      ? "breaks"
         : effect == Change::Effect::may_break ? "may_break"
                                               : "does_not_break";
}

void Changes::add(Change change) {
  const std::string key = std::string(name_of(change.effect)) + '\n' + change.kind + '\n' +
                          change.old_place.text() + '\n' + change.new_place.text() + '\n' +
                          change.sentence;
  const auto [at, is_new] = known_.emplace(key, changes_.size());
  if (is_new) {
    changes_.push_back(std::move(change));
  } else {
    ++changes_[at->second].more;
  }
}

std::vector<Change> Changes::sorted() const {
  std::vector<Change> sorted = changes_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Change& a, const Change& b) { return a.effect < b.effect; });
  return sorted;
}

}  // namespace penstock::contract
