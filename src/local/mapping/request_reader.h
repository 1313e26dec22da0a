#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::local {

// Reads the members of an object that a person has written, and keeps the first problem: "Member.Of.It:
// sentence".
class RequestReader {
 public:
  RequestReader(const boost::json::object& object, std::string path)
      : RequestReader(object, std::move(path), std::make_shared<std::string>()) {}

  // Each is nothing if the member is absent or null, or is wrong, which is then a problem.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name);
  [[nodiscard]] std::optional<int64_t> whole(std::string_view name, int64_t min, int64_t max);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  // Seconds since 1970 as a number, or RFC 3339; in milliseconds since 1970.
  [[nodiscard]] std::optional<int64_t> time(std::string_view name);
  [[nodiscard]] std::optional<RequestReader> object(std::string_view name);
  [[nodiscard]] const boost::json::value* raw(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) { return raw(name) != nullptr; }

  void wrong(std::string_view name, const std::string& sentence);
  // A member that nobody has asked for is a problem.
  void refuse_the_rest();
  [[nodiscard]] const std::string& problem() const { return *problem_; }

 private:
  RequestReader(const boost::json::object& object, std::string path, std::shared_ptr<std::string> problem)
      : object_(object), path_(std::move(path)), problem_(std::move(problem)) {}

  const boost::json::object& object_;
  std::string path_;
  std::shared_ptr<std::string> problem_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace penstock::local
