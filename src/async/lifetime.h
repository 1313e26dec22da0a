#pragma once

#include <memory>
#include <utility>

namespace penstock::async {

// Is a member of an object, or a variable of a coroutine, whose callbacks may still be queued when
// it ends. To cancel a timer or to close a descriptor does not help: its callback may be in the
// queue already, and then runs as if nothing had happened. The end and the callbacks must be on one
// thread.
class Lifetime {
 public:
  Lifetime() = default;
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  // Returns a callback that does what `callback` does as long as this object lives, and nothing
  // afterwards. May be called on any thread.
  template <class Callback>
  [[nodiscard]] auto guard(Callback callback) const {
    return [lives = watch(), callback = std::move(callback)](auto&&... arguments) mutable {
      if (!lives.expired()) callback(std::forward<decltype(arguments)>(arguments)...);
    };
  }
  // Returns what expires with this object, for coroutines to ask after each wait.
  [[nodiscard]] std::weak_ptr<const bool> watch() const { return lives_; }

 private:
  std::shared_ptr<const bool> lives_ = std::make_shared<const bool>(true);
};

}  // namespace penstock::async
