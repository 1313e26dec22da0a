#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "async/awaitable.h"
#include "auth/documents/balancer_keys.h"
#include "auth/documents/document_keeper.h"
#include "jose/key_set.h"

namespace penstock::auth {

// Is where a scheme has the keys from by which its tokens are verified.
class TokenKeys {
 public:
  using Keys = std::shared_ptr<const jose::KeySet>;

  TokenKeys() = default;
  TokenKeys(const TokenKeys&) = delete;
  TokenKeys& operator=(const TokenKeys&) = delete;
  virtual ~TokenKeys() = default;

  // Returns the set that has the key with this id if any set has it, or null.
  [[nodiscard]] virtual Keys find(std::string_view id) const = 0;
  // Says whether ask() would ask or wait.
  [[nodiscard]] virtual bool may_ask(std::string_view id) const = 0;
  // Says whether it would, but for how many do already: the same request may later.
  [[nodiscard]] virtual bool is_busy(std::string_view id) const = 0;
  // Asks for a key that find() does not have, and waits until the deadline at most. Returns whether
  // there was an answer.
  [[nodiscard]] virtual async::Awaitable<bool> ask(
      std::string id, std::chrono::steady_clock::time_point deadline) = 0;
  // Returns why keys cannot be had now, or an empty text if what find() says is all there is.
  [[nodiscard]] virtual std::string problem() const = 0;
};

// Has the keys of an issuer, which a DocumentKeeper keeps.
class IssuerKeys : public TokenKeys {
 public:
  void set(Keys keys) { keys_ = std::move(keys); }
  // Both must outlive it. Until this is called, nobody is asked.
  void set_document(DocumentKeeper& keeper, DocumentKeeper::Document& document) {
    keeper_ = &keeper;
    document_ = &document;
  }

  [[nodiscard]] Keys find(std::string_view) const override { return keys_; }
  [[nodiscard]] bool may_ask(std::string_view) const override {
    return document_ != nullptr && keeper_->may_ask(*document_);
  }
  [[nodiscard]] bool is_busy(std::string_view) const override {
    return document_ != nullptr && keeper_->is_busy(*document_);
  }
  [[nodiscard]] async::Awaitable<bool> ask(
      std::string, std::chrono::steady_clock::time_point deadline) override {
    return keeper_->ask_again(*document_, deadline);
  }
  [[nodiscard]] std::string problem() const override {
    if (keys_ == nullptr) return "the issuer's keys are not there yet";
    return document_ == nullptr ? "" : DocumentKeeper::problem(*document_);
  }

 private:
  Keys keys_;
  DocumentKeeper* keeper_ = nullptr;
  DocumentKeeper::Document* document_ = nullptr;
};

// Has the keys of load balancers.
class KeysOfBalancers : public TokenKeys {
 public:
  explicit KeysOfBalancers(std::unique_ptr<BalancerKeys> keys) : keys_(std::move(keys)) {}

  [[nodiscard]] Keys find(std::string_view id) const override { return keys_->find(id); }
  [[nodiscard]] bool may_ask(std::string_view id) const override { return keys_->may_ask(id); }
  [[nodiscard]] bool is_busy(std::string_view id) const override { return keys_->is_busy(id); }
  [[nodiscard]] async::Awaitable<bool> ask(
      std::string id, std::chrono::steady_clock::time_point deadline) override {
    return keys_->ask(std::move(id), deadline);
  }
  [[nodiscard]] std::string problem() const override { return keys_->problem(); }

 private:
  std::unique_ptr<BalancerKeys> keys_;
};

}  // namespace penstock::auth
