#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string_view>
#include <unordered_map>

#include "auth/principal.h"
#include "base/keyed_hash.h"
#include "base/time_text.h"
#include "base/wiped_text.h"

namespace penstock::auth {

// Remembers tokens that were verified, so that the same token is not verified again. Only tokens
// that are right are in it: what is refused must not push out what is accepted. It is bounded in
// tokens and in bytes.
//
// Tokens are forgotten as in SIEVE (Zhang and others, NSDI 2024): a hit marks a token and moves
// nothing, and a hand that goes through them from the oldest on forgets the first without a mark.
// So new tokens that are used once push out one another, however many they are, and not those that
// are in use.
class TokenCache {
 public:
  struct Limits {
    size_t tokens = 10'000;
    size_t bytes = 16 << 20;
  };

  explicit TokenCache(Limits limits) : limits_(limits) {}

  // Returns the principal of a token, or null if it is not known or its time is over.
  [[nodiscard]] Caller::Shared find(std::string_view token, base::SystemTime now);
  // Says whether find() would find the token, and counts nothing.
  [[nodiscard]] bool has(std::string_view token, base::SystemTime now) const;
  // Remembers a token until `end`. `bytes` is an estimate of its principal's memory. It is left out
  // if it is larger than all that the cache may have.
  void add(std::string_view token, Caller::Shared principal, size_t bytes, base::SystemTime end);
  // Forgets all tokens: the keys that have verified them may be gone.
  void clear();

  [[nodiscard]] size_t size() const { return entries_.size(); }
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] uint64_t hits() const { return hits_; }
  [[nodiscard]] uint64_t misses() const { return misses_; }

 private:
  struct Entry {
    base::KeyedHash::Value hash;
    base::WipedText token;
    Caller::Shared principal;
    base::SystemTime end;
    size_t bytes = 0;
    bool is_used = false;  // Since the hand was here.
  };
  using Entries = std::list<Entry>;  // The newest is first.
  struct Hasher {
    size_t operator()(const base::KeyedHash::Value& value) const { return value.low; }
  };

  // Returns the place of a token, or the end.
  [[nodiscard]] Entries::iterator place_of(std::string_view token) const;
  void forget(Entries::iterator entry);
  void forget_one();

  const Limits limits_;
  base::KeyedHash hash_;
  mutable Entries entries_;
  std::unordered_map<base::KeyedHash::Value, Entries::iterator, Hasher> by_hash_;
  Entries::iterator hand_ = entries_.end();  // The end stands for the oldest.
  size_t bytes_ = 0;
  uint64_t hits_ = 0;
  uint64_t misses_ = 0;
};

}  // namespace penstock::auth
