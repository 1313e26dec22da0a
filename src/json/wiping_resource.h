#pragma once

#include <boost/container/pmr/memory_resource.hpp>
#include <cstddef>
#include <new>

#include "base/wiped_text.h"

namespace penstock::json {

// Allocates JSON values that may contain secrets, and wipes their memory before it is freed. Any
// thread may use it. Make a storage of it for a value, which then owns it:
//   json::parse(text, limits, boost::json::make_shared_resource<json::WipingResource>())
class WipingResource final : public boost::container::pmr::memory_resource {
 private:
  // Boost.JSON 1.81 frees a key with another alignment than it asked for, and none of its types
  // needs more than any memory has.
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__) throw std::bad_alloc();
    return ::operator new(bytes);
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t) override {
    base::wipe(memory, bytes);
    ::operator delete(memory);
  }
  bool do_is_equal(const boost::container::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

}  // namespace penstock::json
