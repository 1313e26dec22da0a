#pragma once

#include <functional>
#include <memory>
#include <typeindex>
#include <typeinfo>
#include <utility>

#include "base/result.h"
#include "resources/start.h"

// Resources are what the handlers of a service share and use: clients, pools, tables. A service
// declares one struct for them, and a function that makes it:
//
//   struct Resources {
//     std::unique_ptr<dynamodb::Client> dynamodb;
//   };
//   base::Result<std::unique_ptr<Resources>> make_resources(const resources::Start& start);
//
//   const Handlers kHandlers = handlers(Operations{…}, make_resources);
namespace penstock::resources {

// Owns a service's resources without their type. An empty one stands for a service that has none.
class Resources {
 public:
  Resources() = default;
  template <class T>
  explicit Resources(std::unique_ptr<T> made)
      : type_(typeid(T)), made_(std::shared_ptr<T>(std::move(made))) {}

  [[nodiscard]] std::type_index type() const { return type_; }
  // Returns the struct, whose type the caller has compared with type(), or null.
  [[nodiscard]] void* get() const { return made_.get(); }

 private:
  std::type_index type_ = typeid(void);
  std::shared_ptr<void> made_;
};

// Holds the function that makes a service's resources, or none.
class Maker {
 public:
  Maker() = default;
  // `function` fails with what ends the program's start; its message says what is missing.
  template <class T>
  Maker(base::Result<std::unique_ptr<T>> (*function)(
      const Start& start))  // NOLINT: it stands for it.
      : type_(typeid(T)), make_([function](const Start& start) -> base::Result<Resources> {
          auto made = function(start);
          if (!made) return made.error();
          return Resources(std::move(*made));
        }) {}

  // Returns the type of what is made: `typeid(void)` if nothing is.
  [[nodiscard]] std::type_index type() const { return type_; }
  [[nodiscard]] base::Result<Resources> make(const Start& start) const {
    if (!make_) return Resources();
    return make_(start);
  }

 private:
  std::type_index type_ = typeid(void);
  std::function<base::Result<Resources>(const Start&)> make_;
};

}  // namespace penstock::resources
