#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::base {

// The environment as a program sees it; tests make their own.
using Environment = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] Environment process_environment();

// The table of a program's settings. Declaring a setting reads it into its place at once; what is
// wrong is collected, so that a person sees every mistake at the first start:
//   Configuration table("HELLO_API_", process_environment());
//   table.integer("PORT", port, 1, 65'535, "port of the API");
//   if (auto ok = table.check(); !ok) …
// The value that `place` holds before is the default. An empty variable counts as not set.
class Configuration {
 public:
  Configuration(std::string prefix, Environment environment);

  // Names are without the prefix. Integers refuse what is not a whole decimal number within [low,
  // high].
  void integer(std::string_view name, int64_t& place, int64_t low, int64_t high,
               std::string_view meaning);
  // Seconds in the variable, with up to three decimals ("0.5"); the bounds are inclusive.
  void duration(std::string_view name, std::chrono::milliseconds& place,
                std::chrono::milliseconds low, std::chrono::milliseconds high,
                std::string_view meaning);
  void text(std::string_view name, std::string& place, std::string_view meaning);
  // true or false.
  void boolean(std::string_view name, bool& place, std::string_view meaning);
  // `parse` puts the value into its place, or returns false; `choices` is shown to the person:
  // "DEBUG, INFO or ERROR".
  void choice(std::string_view name, std::string_view standard,
              const std::function<bool(std::string_view)>& parse, std::string_view choices,
              std::string_view meaning);

  // Everything that is wrong, one sentence a line.
  [[nodiscard]] Result<> check() const;
  // Variables with the prefix that no setting reads: probably misspelt.
  [[nodiscard]] std::vector<std::string> unknown() const;

  struct Row {
    std::string name;      // With the prefix.
    std::string standard;  // The default, as it would be written.
    std::string range;     // Empty for text.
    std::string meaning;
  };
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
