#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <cstddef>
#include <optional>

namespace penstock::json {

// Memory for the JSON values of one request, given back all at once. The first `size` bytes are
// here, so that a small request allocates nothing. Made anew each time: Boost's own release() does
// not forget that it had to grow, and doubles what it takes from request to request.
template <size_t size>
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // All values in it must be gone.
  void reset() { memory_.emplace(buffer_.data(), buffer_.size()); }
  [[nodiscard]] boost::json::storage_ptr storage() { return &*memory_; }

 private:
  std::array<unsigned char, size> buffer_;
  std::optional<boost::json::monotonic_resource> memory_{std::in_place, buffer_.data(),
                                                         buffer_.size()};
};

}  // namespace penstock::json
