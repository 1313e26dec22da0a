#pragma once

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <cstddef>
#include <optional>

namespace penstock::json {

// Memory for the JSON values of one request, which is freed all at once. The first `size` bytes are
// part of the object, so a small request allocates nothing. It belongs to one thread.
template <size_t size>
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Frees everything. All values in the arena must be destroyed before. It makes a new resource,
  // because Boost's release() remembers that the old one had to grow, and would double its size
  // from request to request.
  void reset() { memory_.emplace(buffer_.data(), buffer_.size()); }
  // Returns the storage to allocate values in. It is valid until reset() or the end of the arena.
  [[nodiscard]] boost::json::storage_ptr storage() { return &*memory_; }

 private:
  std::array<unsigned char, size> buffer_;
  std::optional<boost::json::monotonic_resource> memory_{std::in_place, buffer_.data(),
                                                         buffer_.size()};
};

}  // namespace penstock::json
