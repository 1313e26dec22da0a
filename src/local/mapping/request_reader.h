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

// Reads the members of a JSON object that a person has written, and collects what is wrong with
// them, so that all mistakes can be told at once. Its data is the object, the names that were asked
// for, and a list of problems, which it shares with the readers of the objects within.
class RequestReader {
 public:
  // `object` must outlive the reader.
  explicit RequestReader(const boost::json::object& object)
      : RequestReader(object, "", std::make_shared<Problems>()) {}

  // Each of these returns nothing if the member is absent or null. It also returns nothing if the
  // member is wrong, and adds a problem.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name);
  [[nodiscard]] std::optional<int64_t> whole(std::string_view name, int64_t min, int64_t max);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  // A time in milliseconds since 1970. The member is a number of seconds since 1970, or a time of
  // RFC 3339.
  [[nodiscard]] std::optional<int64_t> time(std::string_view name);
  [[nodiscard]] std::optional<RequestReader> object(std::string_view name);
  // The member as it is; null if it is absent or null.
  [[nodiscard]] const boost::json::value* raw(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) { return raw(name) != nullptr; }

  // Adds a problem, unless this member has one already: `sentence` goes on behind the member's
  // name.
  void add_problem(std::string_view name, const std::string& sentence);
  // Adds a problem for each member that nobody has asked for.
  void refuse_unknown_members();
  // Whether nothing is wrong, with this object and those within.
  [[nodiscard]] bool is_sound() const { return problems_->empty(); }
  // All problems, a line each: "Member.Of.It is …".
  [[nodiscard]] std::string problems() const;

 private:
  // A member's path and the sentence on it, in the order in which they were found.
  using Problems = std::vector<std::pair<std::string, std::string>>;

  RequestReader(const boost::json::object& object, std::string path,
                std::shared_ptr<Problems> problems)
      : object_(object), path_(std::move(path)), problems_(std::move(problems)) {}

  const boost::json::object& object_;
  std::string path_;  // "Member.Of."
  std::shared_ptr<Problems> problems_;
  std::set<std::string, std::less<>> asked_for_;
};

}  // namespace penstock::local
