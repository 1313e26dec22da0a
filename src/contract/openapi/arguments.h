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
  bool broken = false;  // Not even text; that has been reported.
  std::string text;     // Decoded; of the default, if it was not given.
  // Nothing if the parameter is plain text, or empty.
  std::optional<boost::json::value> value;
};

// A request's parameters, read and validated for one operation. There is one Argument for each
// declared parameter, at the parameter's index; the values are allocated in an arena. All of it is
// made once and reused, so that steady traffic allocates nothing.
class Arguments {
 public:
  // Writes the lines of a header, joined by `separator`, into `out`, whose storage is reused for
  // speed; returns the number of lines, 0 if there is no such header.
  using Header =
      std::function<size_t(std::string_view name, std::string_view separator, std::string& out)>;

  Arguments() = default;
  explicit Arguments(const Operation& operation) { reset(operation); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // Forgets the last request. `operation` must outlive the next one.
  void reset(const Operation& operation);

  // These read the parts of a request, and add to `violations` whatever the operation does not
  // allow.
  void read_path(const PathValues& values, Violations& violations);
  // The query is raw: "name=Paul&x=%20".
  void read_query(std::string_view query, Violations& violations);
  // Cookies are read, too.
  void read_headers(const Header& header, Violations& violations);

  // These return null if the parameter was left out and has no default. A name that the operation
  // does not declare is a mistake of the program: std::logic_error.
  [[nodiscard]] const std::string* text(In in, std::string_view name) const;
  [[nodiscard]] const boost::json::value* value(In in, std::string_view name) const;
  [[nodiscard]] bool given(In in, std::string_view name) const;

 private:
  // The parameter that a name in the query belongs to, and which member of it, if it is an object
  // that is spread over several names.
  struct Taker {
    size_t parameter;         // Its index; the number of parameters if the name belongs to none.
    std::string_view member;  // Without data: the parameter as a whole.
  };

  [[nodiscard]] size_t index_of(In in, std::string_view name) const;
  [[nodiscard]] const Argument& argument(In in, std::string_view name) const;
  [[nodiscard]] Taker find_taker(std::string_view name) const;
  // False if it is not percent-encoded.
  [[nodiscard]] bool read_query_part(std::string_view raw_name, std::string_view raw_value,
                                     Violations& violations);
  void read_cookies(std::string_view header, Violations& violations);
  // Adds what the request says for a parameter, or for a member of one; the decoded text is copied.
  void add_text(size_t index, std::string_view text, Violations& violations);
  void add_member(size_t index, std::string_view name, std::string_view text,
                  Violations& violations);
  // When everything there has been read: checks what was given, reports what is missing, sets
  // defaults.
  void finish(In in, Violations& violations);
  void check_value(const Parameter& parameter, Argument& argument, Violations& violations);

  const Operation* operation_ = nullptr;
  json::Arena<4096> memory_;  // Of the values below; emptied by reset().
  std::vector<Argument> arguments_;
  std::string name_, text_;  // Scratch, kept for their capacity.
};

}  // namespace penstock::contract
