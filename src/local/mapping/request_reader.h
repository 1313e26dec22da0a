#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::local {

// Reads the members of a JSON object that a user has written, and collects what is wrong with them,
// so that all mistakes can be reported at once. Its data is the object, the names that were asked
// for, and a list of problems, which it shares with the readers of the objects inside.
class RequestReader {
 public:
  // `object` must outlive the reader.
  explicit RequestReader(const boost::json::object& object)
      : RequestReader(object, "", std::make_shared<Problems>()) {}

  // These functions return nothing if the member is absent or null. If it is wrong, they return
  // nothing and add a problem.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name);
  [[nodiscard]] std::optional<int64_t> whole(std::string_view name, int64_t min, int64_t max);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  // Returns a time in milliseconds since 1970. The member is a number of seconds since 1970, or a
  // text in the format of RFC 3339.
  [[nodiscard]] std::optional<int64_t> time(std::string_view name);
  [[nodiscard]] std::optional<RequestReader> object(std::string_view name);
  // Returns the member unchecked, or null if it is absent or null.
  [[nodiscard]] const boost::json::value* raw(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) { return raw(name) != nullptr; }

  // Adds a problem, unless this member already has one. `sentence` follows the member's name.
  void add_problem(std::string_view name, const std::string& sentence);
  // Adds a problem for each member that was not asked for.
  void refuse_unknown_members();
  // Says whether there are no problems with this object and those inside.
  [[nodiscard]] bool is_sound() const { return problems_->empty(); }
  // Returns all problems, one to a line: "Member.Of.It must be …".
  [[nodiscard]] std::string problems() const;

 private:
  // Lists members' paths with a sentence on each, in the order in which they were found.
  using Problems = std::vector<std::pair<std::string, std::string>>;

  RequestReader(const boost::json::object& object, std::string path,
                std::shared_ptr<Problems> problems)
      : object_(object), path_(std::move(path)), problems_(std::move(problems)) {}

  const boost::json::object& object_;
  std::string path_;  // The path before the members' names: "Member.Of.".
  std::shared_ptr<Problems> problems_;
  std::set<std::string, std::less<>> asked_for_;
};

}  // namespace penstock::local
