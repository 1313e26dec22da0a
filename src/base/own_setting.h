#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/configuration.h"
#include "base/result.h"
#include "base/wiped_text.h"

// This file declares the settings of a service's own, which the machinery knows nothing of. Each is
// an object in a source of the service:
//   const OwnSetting<int64_t> kLinesMax{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
// With the prefix ORDERS_API_ the program reads ORDERS_API_LINES_MAX at its start, refuses what is
// no number from 1 to 1000, and lists it where it lists its settings. A handler reads `*kLinesMax`.
namespace penstock::base {

// What OwnSetting objects of all types have in common. While one exists, it is in a list that
// declare_own_settings() reads.
class AnyOwnSetting {
 public:
  AnyOwnSetting(const AnyOwnSetting&) = delete;
  AnyOwnSetting& operator=(const AnyOwnSetting&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  // Declares the setting in the table, which reads it.
  virtual void declare(Configuration& table) const = 0;

 protected:
  AnyOwnSetting(std::string_view name, std::string_view meaning);
  virtual ~AnyOwnSetting();

  [[nodiscard]] const std::string& meaning() const { return meaning_; }

 private:
  std::string name_;
  std::string meaning_;
};

// Holds a setting of a service's own. T is std::string, int64_t, bool, std::chrono::milliseconds
// or, for what no message and no list may show, WipedText. The object lives as long as the program.
// Its value is the default until the program's start has read the environment, and then never
// changes, so that handlers may read it on any thread.
//
// `name` has capital letters, digits and underscores, and begins with a letter. The service's
// prefix comes before it. `meaning` is one or more sentences for whoever runs the program.
template <class T>
class OwnSetting : public AnyOwnSetting {
 public:
  // Declares a text, or what is true or false.
  OwnSetting(std::string_view name, T standard, std::string_view meaning)
    requires(!std::same_as<T, WipedText>)
      : AnyOwnSetting(name, meaning), standard_(standard), value_(standard_) {}
  // Declares a number or a time, from `low` to `high`. `low` is not negative.
  OwnSetting(std::string_view name, T standard, T low, T high, std::string_view meaning)
    requires(std::same_as<T, int64_t> || std::same_as<T, std::chrono::milliseconds>)
      : AnyOwnSetting(name, meaning),
        standard_(standard),
        low_(low),
        high_(high),
        value_(standard_) {}
  // Declares a secret, which has no default. It is empty if the environment does not have it.
  OwnSetting(std::string_view name, std::string_view meaning)
    requires std::same_as<T, WipedText>
      : AnyOwnSetting(name, meaning) {}

  [[nodiscard]] const T& operator*() const { return value_; }
  [[nodiscard]] const T* operator->() const { return &value_; }

  void declare(Configuration& table) const override {
    value_ = standard_;
    if constexpr (std::same_as<T, int64_t>) {
      table.integer(name(), value_, low_, high_, meaning());
    } else if constexpr (std::same_as<T, std::chrono::milliseconds>) {
      table.duration(name(), value_, low_, high_, meaning());
    } else if constexpr (std::same_as<T, bool>) {
      table.boolean(name(), value_, meaning());
    } else if constexpr (std::same_as<T, WipedText>) {
      table.secret(name(), value_, meaning());
    } else {
      table.text(name(), value_, meaning());
    }
  }

 private:
  T standard_{};
  T low_{};
  T high_{};
  mutable T value_{};  // declare() sets it, once.
};

// Declares all settings of the service's own in the table, by name; each then has its value. A name
// that is not one, or that the table has already, is a mistake that table.check() reports.
void declare_own_settings(Configuration& table);

// Does the same from an environment, such as {{"ORDERS_API_LINES_MAX", "3"}} in a test of handlers.
// What the environment does not have gets its default. Fails with `invalid`.
[[nodiscard]] Result<> read_own_settings(std::string prefix, Environment environment);

}  // namespace penstock::base
