#include "base/own_setting.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace penstock::base {
namespace {

// The objects of several sources are made in an order that nobody knows, so this is made by the
// first of them.
std::vector<const AnyOwnSetting*>& settings() {
  static std::vector<const AnyOwnSetting*> all;
  return all;
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

AnyOwnSetting::AnyOwnSetting(std::string_view name, std::string_view meaning)
    : name_(name), meaning_(meaning) {
  settings().push_back(this);
}

AnyOwnSetting::~AnyOwnSetting() {
  std::erase(settings(), this);
}

void declare_own_settings(Configuration& table) {
  std::vector<const AnyOwnSetting*> sorted = settings();
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->name() < b->name(); });
  for (const AnyOwnSetting* setting : sorted) {
    if (!is_name(setting->name())) {
      table.refuse("The service declares a setting '" + setting->name() +
                   "'. Its name must have capital letters, digits and underscores, and begin with "
                   "a letter.");
    } else if (table.has(setting->name())) {
      table.refuse("The service declares a setting " + setting->name() +
                   ", but there is one of that name already. Give it another name.");
    } else {
      setting->declare(table);
    }
  }
}

Result<> read_own_settings(std::string prefix, Environment environment) {
  Configuration table(std::move(prefix), std::move(environment));
  declare_own_settings(table);
  return table.check();
}

}  // namespace penstock::base
