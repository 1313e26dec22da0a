#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::auth {

// Collects what is wrong with the settings: a line for each mistake, which begins with its place.
class SettingsMistakes {
 public:
  static constexpr size_t kMax = 20;

  // `sentence` says what the value must be, or what to do.
  void add(std::string_view pointer, std::string_view sentence);
  [[nodiscard]] size_t count() const { return count_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  size_t count_ = 0;
};

// Reads the members of one object of the settings. A member that is wrong is a mistake, and is then
// as if it were not there.
class SettingsMembers {
 public:
  // A text of the settings has at most so many bytes, and a list so many elements.
  static constexpr size_t kTextBytesMax = 2000;
  static constexpr size_t kListMax = 100;

  // All must outlive it. `pointer` is the place of the object.
  SettingsMembers(const boost::json::object& object, std::string pointer,
                  SettingsMistakes& mistakes)
      : object_(object), pointer_(std::move(pointer)), mistakes_(mistakes) {}

  // Returns the place of a member as a JSON Pointer (RFC 6901).
  [[nodiscard]] std::string at(std::string_view name) const;
  [[nodiscard]] const boost::json::value* find(std::string_view name) const {
    return object_.if_contains(name);
  }
  // Return a member of the type that the name says. If it is not there, they return nothing.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<int64_t> whole(std::string_view name, int64_t min, int64_t max) const;
  [[nodiscard]] const boost::json::object* object(std::string_view name) const;
  [[nodiscard]] const boost::json::array* array(std::string_view name, size_t max) const;
  // Returns the texts of an array, or of a text that stands for an array of one. Nobody needs an
  // empty array, so it is a mistake.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  // Adds a mistake for each member that is not among these.
  void refuse_others(std::initializer_list<std::string_view> names) const;
  // Adds a mistake about a member, or about the object itself if `name` is empty.
  void mistake(std::string_view name, std::string_view sentence) const;
  [[nodiscard]] SettingsMistakes& mistakes() const { return mistakes_; }

 private:
  const boost::json::object& object_;
  std::string pointer_;
  SettingsMistakes& mistakes_;
};

}  // namespace penstock::auth
