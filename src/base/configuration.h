#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/wiped_text.h"

namespace penstock::base {

// Holds environment variables by name. Tests fill one by hand. Their values are wiped, because they
// may be credentials; the environment that the system keeps for the process still has them.
class Environment : public std::map<std::string, std::string, std::less<>> {
 public:
  using map::map;
  Environment() = default;
  Environment(const Environment&) = default;
  Environment(Environment&&) = default;
  Environment& operator=(Environment other) {
    swap(other);
    return *this;
  }
  ~Environment() {
    for (auto& [name, value] : *this) wipe(value.data(), value.size());
  }

  // Removes the variables whose names begin with `prefix`, and wipes their values, as the map's own
  // functions do not.
  void remove(std::string_view prefix) {
    auto entry = lower_bound(prefix);
    while (entry != end() && entry->first.starts_with(prefix)) {
      wipe(entry->second.data(), entry->second.size());
      entry = erase(entry);
    }
  }
};
// Copies the environment of this process. A variable that occurs twice keeps its first value.
[[nodiscard]] Environment process_environment();

// Holds the table of a program's settings. Declaring a setting reads it from the environment into
// its variable at once. Mistakes are collected, so that the user sees all of them at the first
// start:
//   Configuration table("HELLO_API_", process_environment());
//   table.integer("PORT", port, 1, 65'535, "port of the API");
//   if (auto ok = table.check(); !ok) …
// In the functions below, `name` is the variable's name without the prefix, and `meaning` is its
// description for users. The value that `place` has before the call is the default; after a mistake
// it still has it. An empty environment variable counts as not set.
class Configuration {
 public:
  Configuration(std::string prefix, Environment environment);

  // Reads a whole number (base::whole_number) from `low`, which is not negative, to `high`, both
  // included.
  void integer(std::string_view name, int64_t& place, int64_t low, int64_t high,
               std::string_view meaning);
  // Reads seconds with up to three decimals (base::decimal_seconds), from `low` to `high`, both
  // included.
  void duration(std::string_view name, std::chrono::milliseconds& place,
                std::chrono::milliseconds low, std::chrono::milliseconds high,
                std::string_view meaning);
  // Reads any text.
  void text(std::string_view name, std::string& place, std::string_view meaning);
  // Reads a secret. Its value is in no message and in no row.
  void secret(std::string_view name, WipedText& place, std::string_view meaning);
  // Reads "true" or "false".
  void boolean(std::string_view name, bool& place, std::string_view meaning);
  // Reads a value with `parse`, which stores it, or returns false if it does not know it.
  // `standard` is the default as a user would write it. `choices` names the values for the user:
  // "DEBUG, INFO or ERROR".
  void choice(std::string_view name, std::string_view standard,
              const std::function<bool(std::string_view)>& parse, std::string_view choices,
              std::string_view meaning);

  // Says whether a setting of that name has been declared.
  [[nodiscard]] bool has(std::string_view name) const;
  // Adds a mistake, a whole sentence, to those that check() reports.
  void refuse(const std::string& sentence);

  // Fails with `invalid` if a value was wrong. The message has one sentence a line, one for each
  // mistake.
  [[nodiscard]] Result<> check() const;
  // Returns the variables that have the prefix but belong to no setting; they are probably
  // misspelt.
  [[nodiscard]] std::vector<std::string> unknown() const;

  // Describes one setting, for a table of all settings.
  struct Row {
    std::string name;      // With the prefix.
    std::string standard;  // The default, as it would be written.
    std::string range;     // Empty for text.
    std::string meaning;
  };
  // Returns the settings in the order in which they were declared.
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  const std::string* value_of(std::string_view name) const;
  void wrong(std::string_view name, const std::string& value, const std::string& expected);

  std::string prefix_;
  Environment environment_;
  std::vector<Row> rows_;
  std::string problems_;
};

}  // namespace penstock::base
