#pragma once

#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/filter/caseless_text.h"
#include "local/filter/json_tree.h"

namespace penstock::local {

// Holds the array of rules that a pattern has for one field: ["a", null, {"prefix": "b"}]. A
// value needs to match only one of them.
class ValueRules {
 public:
  // Compiles an array of rules. The error is `invalid`. Its message follows the path of the field:
  // "\"value\".\"a\": …".
  [[nodiscard]] static base::Result<ValueRules> compile(const JsonNode& rules);

  // Says whether a value matches, which is null, a boolean, a number or a string.
  [[nodiscard]] bool match(const JsonNode& value) const;
  // Says whether the field may be absent: {"exists": false} is one of the rules.
  [[nodiscard]] bool match_absence() const { return absence_; }

 private:
  enum class Operator { prefix, suffix, not_strings, not_numbers };

  struct Rule {
    Operator op;
    std::string text = {};
    std::vector<std::string> texts = {};  // Sorted; numbers as they are written.

    [[nodiscard]] bool match(const JsonNode& value) const;
  };

  // Both ends belong to the range: > 5 begins at the next double after 5.
  struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
  };

  base::Result<void> add(const JsonNode& rule);
  base::Result<void> add_operator(const JsonNode& name_and_operand);
  base::Result<void> add_text(const JsonNode& operand);
  base::Result<void> add_anything_but(const JsonNode& operand);
  base::Result<void> add_numeric(const JsonNode& operand);
  base::Result<void> add_exists(const JsonNode& operand);
  void join_ranges();
  [[nodiscard]] bool has_in_range(double number) const;

  bool null_ = false;
  bool true_ = false;
  bool false_ = false;
  bool presence_ = false;
  bool absence_ = false;
  std::vector<std::string> strings_;  // Sorted.
  std::vector<std::string> numbers_;  // Sorted; as they are written.
  std::vector<Range> ranges_;         // Sorted, none touches another.
  std::vector<CaselessText> caseless_;
  std::vector<Rule> rules_;
};

}  // namespace penstock::local
