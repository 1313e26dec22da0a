#pragma once

#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/filter/json_tree.h"

namespace penstock::local {

// The array of rules that a pattern has for one field: ["a", null, {"prefix": "b"}]. Any of them
// suffices.
class ValueRules {
 public:
  // Errors are the end of a sentence that began with where `rules` stand.
  [[nodiscard]] static base::Result<ValueRules> compile(const JsonNode& rules);

  // `value` is null, a boolean, a number or a string.
  [[nodiscard]] bool match(const JsonNode& value) const;
  // Whether {"exists": false} is among them.
  [[nodiscard]] bool match_absence() const { return absence_; }

  // What "numeric" knows, by EventBridge's documentation: a pattern cannot name a number beyond it,
  // and a record's number beyond it does not match.
  static constexpr double kNumberMax = 5e9;

 private:
  enum class Operator { ignore_case, prefix, suffix, not_strings, not_numbers, range };

  struct Rule {
    Operator op;
    std::string text = {};                // In lower case for ignore_case.
    std::vector<std::string> texts = {};  // Sorted; numbers as written.
    double low = -kNumberMax;
    double high = kNumberMax;
    bool low_excluded = false;
    bool high_excluded = false;

    [[nodiscard]] bool match(const JsonNode& value) const;
  };

  base::Result<void> add(const JsonNode& rule);
  base::Result<void> add_operator(const JsonNode& name_and_operand);
  base::Result<void> add_text(Operator op, const JsonNode& operand);
  base::Result<void> add_anything_but(const JsonNode& operand);
  base::Result<void> add_numeric(const JsonNode& operand);
  base::Result<void> add_exists(const JsonNode& operand);

  bool null_ = false;
  bool true_ = false;
  bool false_ = false;
  bool presence_ = false;
  bool absence_ = false;
  std::vector<std::string> strings_;  // Sorted.
  std::vector<std::string> numbers_;  // As written, sorted.
  std::vector<Rule> rules_;
};

}  // namespace penstock::local
