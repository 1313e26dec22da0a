#!/usr/bin/env bash
# Boost.JSON 1.81 asks a memory resource for a key's block with the alignment 1. If the text ends
# before the key's value, it gives the block back with the default alignment of 16. A resource that
# hands both on to operator new and delete frees memory by another alignment than it was allocated
# with, where sanitizers stop.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# This fetches Debian 12's package of headers without installing it.
apt-get download -o APT::Sandbox::User=root --quiet=2 libboost1.81-dev=1.81.0-5+deb12u1
dpkg-deb --extract ./*.deb boost

cat > alignments.cpp <<'CPP'
#include <boost/container/pmr/memory_resource.hpp>
#include <boost/json/src.hpp>
#include <iostream>
#include <map>
#include <new>

class Noting final : public boost::container::pmr::memory_resource {
 public:
  int other_alignment = 0, same_alignment = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* block = ::operator new(bytes);
    alignments_[block] = alignment;
    return block;
  }
  void do_deallocate(void* block, std::size_t, std::size_t alignment) override {
    const bool same = alignments_[block] == alignment;
    ++(same ? same_alignment : other_alignment);
    if (!same) {
      std::cout << "asked for " << alignments_[block] << ", freed by " << alignment << '\n';
    }
    ::operator delete(block);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::map<void*, std::size_t> alignments_;
};

int main() {
  Noting noting;
  {
    boost::json::stream_parser parser;
    parser.reset(&noting);
    // The first part of a valid text. The rest does not come, as when a client goes away.
    parser.write(R"({"a_key_that_is_longer_than_a_short_string":)");
    parser.reset();
  }
  std::cout << noting.other_alignment << " of "
            << noting.other_alignment + noting.same_alignment << " blocks\n";
}
CPP
c++ -std=c++17 -isystem boost/usr/include alignments.cpp -o alignments

seen=$(./alignments)
echo 'guess: each block is freed by the alignment that it was asked for with'
echo "seen, Boost 1.81.0:"
printf '%s\n' "$seen"
[[ $seen == *'asked for 1, freed by 16'* ]] || { echo "This has changed."; exit 1; }
