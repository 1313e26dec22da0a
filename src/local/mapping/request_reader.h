#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::local {

// Reads members of a JSON object by their paths, such as "DestinationConfig.OnFailure.Destination".
// Its functions return nothing if the member is absent, null, or not of that type. check_model()
// says what is wrong with it then.
class RequestReader {
 public:
  // `object` must outlive the reader.
  explicit RequestReader(const boost::json::object& object) : object_(object) {}

  [[nodiscard]] const boost::json::value* raw(std::string_view path) const;
  [[nodiscard]] bool has(std::string_view path) const { return raw(path) != nullptr; }
  [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
  // Returns the strings of a list, without its other elements.
  [[nodiscard]] std::vector<std::string> texts(std::string_view path) const;
  [[nodiscard]] std::optional<int64_t> whole(std::string_view path) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view path) const;

 private:
  const boost::json::object& object_;
};

}  // namespace penstock::local
