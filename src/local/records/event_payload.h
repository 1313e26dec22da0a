#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::local {

// Holds the bytes of an event, which several share: the batch that may be invoked with again, and
// the connection that sends them. Copies share the bytes, which nobody changes.
class Payload {
 public:
  Payload() = default;
  // These are implicit, so that an event can be given as a text.
  Payload(std::string text) : Payload(std::make_shared<const std::string>(std::move(text))) {}
  Payload(const char* text) : Payload(std::string(text)) {}
  // `owner` keeps `bytes`.
  Payload(std::shared_ptr<const void> owner, std::string_view bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  explicit Payload(const std::shared_ptr<const std::string>& text) : owner_(text), bytes_(*text) {}

  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
};

}  // namespace penstock::local
