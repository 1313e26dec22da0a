#include "auth/schemes/token_cache.h"

#include <openssl/crypto.h>

#include <iterator>
#include <utility>

namespace penstock::auth {
namespace {

// An entry takes so much beside its token and its principal, with the nodes of both containers.
constexpr size_t kEntryBytes = 256;

}  // namespace

TokenCache::Entries::iterator TokenCache::place_of(std::string_view token) const {
  const auto known = by_hash_.find(hash_.of(token));
  if (known == by_hash_.end()) return entries_.end();
  // The key of the hash is secret and random, so that nothing is learnt of a token by its hash; but
  // what decides is the token itself.
  const base::WipedText& own = known->second->token;
  const bool is_same =
      own.size() == token.size() && CRYPTO_memcmp(own.data(), token.data(), own.size()) == 0;
  return is_same ? known->second : entries_.end();
}

Caller::Shared TokenCache::find(std::string_view token, base::SystemTime now) {
  const auto entry = place_of(token);
  if (entry != entries_.end() && now < entry->end) {
    entry->is_used = true;
    ++hits_;
    return entry->principal;
  }
  if (entry != entries_.end()) forget(entry);
  ++misses_;
  return nullptr;
}

bool TokenCache::has(std::string_view token, base::SystemTime now) const {
  const auto entry = place_of(token);
  return entry != entries_.end() && now < entry->end;
}

void TokenCache::add(std::string_view token, Caller::Shared principal, size_t bytes,
                     base::SystemTime end) {
  const base::KeyedHash::Value hash = hash_.of(token);
  if (const auto known = by_hash_.find(hash); known != by_hash_.end()) forget(known->second);
  const size_t size = kEntryBytes + token.size() + bytes;
  if (size > limits_.bytes || limits_.tokens == 0) return;
  while (entries_.size() >= limits_.tokens || bytes_ + size > limits_.bytes) forget_one();
  entries_.push_front({.hash = hash,
                       .token = base::WipedText(token),
                       .principal = std::move(principal),
                       .end = end,
                       .bytes = size});
  by_hash_.emplace(hash, entries_.begin());
  bytes_ += size;
}

void TokenCache::clear() {
  by_hash_.clear();
  entries_.clear();
  hand_ = entries_.end();
  bytes_ = 0;
}

void TokenCache::forget(Entries::iterator entry) {
  // The hand goes on towards the newest.
  if (hand_ == entry) hand_ = entry == entries_.begin() ? entries_.end() : std::prev(entry);
  bytes_ -= entry->bytes;
  by_hash_.erase(entry->hash);
  entries_.erase(entry);
}

// A mark that the hand takes away has been set by a hit, so the hand's way is paid for by hits.
void TokenCache::forget_one() {
  if (hand_ == entries_.end()) hand_ = std::prev(entries_.end());
  while (hand_->is_used) {
    hand_->is_used = false;
    hand_ = hand_ == entries_.begin() ? std::prev(entries_.end()) : std::prev(hand_);
  }
  forget(hand_);
}

}  // namespace penstock::auth
