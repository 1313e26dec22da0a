#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "contract/parameters/nested_value.h"
#include "contract/schema/steps.h"
#include "contract/schema/violation.h"
#include "json/arena.h"

namespace penstock::contract {

// This room reads the parameters of a request, as an Operation declares them, and validates their
// values. Arguments is its interface.

// An Argument is the value of one parameter in a request.
struct Argument {
  bool given = false;
  bool broken = false;  // Whether its text is unusable, which has been reported as a violation.
  std::string text;     // The decoded text, or that of the default if it was not given.
  // This is the value as JSON. There is none if the parameter is plain text, or its text is empty.
  std::optional<boost::json::value> value;
};

// Arguments reads and validates the arguments of a request for one operation. There is an Argument
// for each declared parameter, at the parameter's index. Their JSON values are in an arena. One
// object serves many requests in turn, so that steady traffic allocates nothing. It must not be
// used by two threads at once.
class Arguments {
 public:
  // Writes the lines of a header, joined by `separator`, into `out`, which it clears first. Returns
  // the number of lines, which is 0 if there is no such header.
  using Header =
      std::function<size_t(std::string_view name, std::string_view separator, std::string& out)>;

  // After this, reset() must be called before the first request.
  Arguments() = default;
  explicit Arguments(const Operation& operation) { reset(operation); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // Forgets the last request, and prepares for one of `operation`, which must outlive its use here,
  // and which may take `steps_max` steps.
  void reset(const Operation& operation, uint64_t steps_max = Steps::kMax);

  // Copies what another object has of its request, but for the steps.
  void copy(const Arguments& other);

  // These read the parts of a request. They add what the operation does not allow to `violations`,
  // which grows to kViolationsMax at most.
  // The values and the query are still percent-encoded: "name=Paul&x=%20".
  void read_path(const PathValues& values, Violations& violations);
  void read_query(std::string_view query, Violations& violations);
  // Reads the cookies, too.
  void read_headers(const Header& header, Violations& violations);

  // Returns the steps of the request, of which its body takes what it needs, too.
  [[nodiscard]] Steps& steps() { return steps_; }
  [[nodiscard]] const Steps& steps() const { return steps_; }

  // These return null if the parameter was not given and has no default. The values live until the
  // next reset(). A name that the operation does not declare is a bug, and throws std::logic_error.
  [[nodiscard]] const std::string* text(In in, std::string_view name) const;
  [[nodiscard]] const boost::json::value* value(In in, std::string_view name) const;
  [[nodiscard]] bool given(In in, std::string_view name) const;
  // Returns the argument of the parameter with this index in the operation.
  [[nodiscard]] const Argument& at(size_t index) const { return arguments_[index]; }

 private:
  // A Taker is the parameter that a name in the query, or of a cookie, belongs to.
  struct Taker {
    // This is the parameter's index, or the number of parameters if the name belongs to none.
    size_t parameter;
    // This says whether the text is that of a value inside the parameter, to which `keys_` lead.
    bool is_inside = false;
  };

  [[nodiscard]] size_t index_of(In in, std::string_view name) const;
  [[nodiscard]] const Argument& argument(In in, std::string_view name) const;
  // These are defined in arguments_query.cpp.
  [[nodiscard]] Taker find_taker(In in, std::string_view name);
  // Returns false if the name or the value is not percent-encoded.
  [[nodiscard]] bool read_query_part(std::string_view raw_name, std::string_view raw_value,
                                     Violations& violations);
  void read_cookies(std::string_view header, Violations& violations);
  // Adds a text for a value inside a parameter. `name_` is the whole name.
  void add_inside(size_t index, std::string_view text, Violations& violations);

  // Adds the text of a parameter, as it is in the request and decoded. It copies the text.
  void add_text(size_t index, std::string_view raw, std::string_view text, Violations& violations);
  // Ends the reading of one part of the request: validates the arguments there, reports those that
  // are missing, and sets defaults.
  void finish(In in, Violations& violations);
  void check_value(const Parameter& parameter, Argument& argument, Violations& violations);

  const Operation* operation_ = nullptr;
  json::Arena<4096> memory_;  // The storage of the values below, which reset() empties.
  std::vector<Argument> arguments_;
  Steps steps_;                       // All that is validated of one request takes from them.
  Keys keys_;                         // Of the name that find_taker() has got.
  std::string name_, text_, cookie_;  // Buffers that are kept for their capacity.
};

}  // namespace penstock::contract
