#include "lambda/duplicates.h"

#include <algorithm>
#include <utility>

namespace penstock::lambda {

// The names are kept whole: a hash that two records share would lose one of them.
Duplicates::Names Duplicates::names_of(const Record& record) {
  // Without an id, the place; with its time, for another cluster, or a topic made anew, has the same places.
  const auto id = record.header("ce_id");
  if (id && !id->empty()) {
    return {std::string(record.header("ce_source").value_or("")) + '\0' + std::string(*id)};
  }
  return {std::string(record.topic) + '\n' + std::to_string(record.partition) + '\n' +
          std::to_string(record.offset) + '\n' + std::to_string(record.timestamp.count())};
}

bool Duplicates::contains(const Record& record) const {
  const Names names = names_of(record);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return finished_.contains(name); });
}

void Duplicates::handled(const Record& record) {
  handled_.push_back(names_of(record));
}

void Duplicates::finish() {
  for (Names& names : handled_) {
    for (const std::string& name : names) finished_.insert(name);
    order_.push_back(std::move(names));
  }
  handled_.clear();
  for (; order_.size() > records_max_; order_.pop_front()) {
    for (const std::string& name : order_.front()) finished_.erase(name);
  }
}

}  // namespace penstock::lambda
