#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "contract/schema/violation.h"
#include "json/arena.h"

namespace penstock::contract {

// What a request says for one parameter.
struct Argument {
  bool given = false;
  bool broken = false;                      // Not even text; that has been reported.
  std::string text;                         // Decoded; of the default, if it was not given.
  std::optional<boost::json::value> value;  // Nothing if the parameter is plain text, or empty.
};

// A request's parameters, read and validated for one operation: one place for each declared
// parameter. Made once and reused, so that steady traffic allocates nothing.
class Arguments {
 public:
  // The lines of a header joined by `separator` into `out`, and their number.
  using Header = std::function<size_t(std::string_view name, std::string_view separator, std::string& out)>;

  Arguments() = default;
  explicit Arguments(const Operation& operation) { reset(operation); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // Forgets the last request.
  void reset(const Operation& operation);

  // Read the parts of a request, adding to `violations` whatever the operation does not allow.
  void read_path(const PathValues& values, Violations& violations);
  void read_query(std::string_view query, Violations& violations);  // Raw: "name=Paul&x=%20".
  void read_headers(const Header& header, Violations& violations);  // Cookies, too.

  // Null if it was left out and has no default. A name that the operation does not declare is a
  // mistake of the program: std::logic_error.
  [[nodiscard]] const std::string* text(In in, std::string_view name) const;
  [[nodiscard]] const boost::json::value* value(In in, std::string_view name) const;
  [[nodiscard]] bool given(In in, std::string_view name) const;

 private:
  [[nodiscard]] size_t index_of(In in, std::string_view name) const;
  [[nodiscard]] const Argument& argument(In in, std::string_view name) const;
  [[nodiscard]] bool query_part(std::string_view raw_name, std::string_view raw_value,
                                Violations& violations);
  [[nodiscard]] size_t taker_of(std::string_view name, std::string_view& member) const;
  void add_member(size_t index, std::string_view name, std::string_view text, Violations& violations);
  void cookies(std::string_view header, Violations& violations);
  void give(size_t index, std::string_view text, Violations& violations);
  void conclude(In in, Violations& violations);
  void check(const Parameter& parameter, Argument& argument, Violations& violations);

  const Operation* operation_ = nullptr;
  json::Arena<4096> memory_;  // Of the values below; emptied by reset().
  std::vector<Argument> arguments_;
  std::string name_, text_;  // Scratch, kept for their capacity.
};

}  // namespace penstock::contract
