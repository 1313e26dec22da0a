#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/auth_settings.h"
#include "auth/decision.h"
#include "auth/documents/document_keeper.h"
#include "auth/schemes/token_scheme.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "log/log.h"

namespace penstock::auth {

// Holds the schemes that the settings describe, and keeps the documents that they need.
class KnownSchemes {
 public:
  // All must outlive it.
  KnownSchemes(boost::asio::io_context& io, log::Log& log);

  // Makes the schemes, and reads what is a text or a file. Fails with `invalid` if an operation
  // that is served requires a scheme that is not set, or with the error of a document.
  [[nodiscard]] base::Result<> make(const contract::Contract& contract, const Settings& settings);
  // Begins to fetch the documents that are elsewhere.
  void start() { keeper_.start(); }

  // A scheme that is not set, because only operations need it that are not served, has one that
  // takes no credential.
  [[nodiscard]] KnownScheme* find(const contract::SecurityScheme* scheme) {
    const auto known = by_scheme_.find(scheme);
    return known == by_scheme_.end() ? &unset_ : known->second;
  }
  [[nodiscard]] std::string not_ready_reason() const;
  [[nodiscard]] std::vector<std::string> sources() const;
  void write_metrics(std::string& out) const;

 private:
  struct Kept {
    std::string scheme;
    std::string name;  // For the log: "the keys of login".
    DocumentKeeper::Document* document = nullptr;
  };

  [[nodiscard]] base::Result<> make_one(const std::string& name,
                                        const contract::SecurityScheme& scheme,
                                        const SchemeSettings& settings);
  [[nodiscard]] base::Result<> make_bearer(KnownScheme& known,
                                           const contract::SecurityScheme& scheme,
                                           const BearerSettings& settings);
  [[nodiscard]] base::Result<DocumentKeeper::Document*> keep(const std::string& scheme,
                                                             std::string_view what,
                                                             const DocumentPlace& place,
                                                             ReadDocument read);
  void make_rivals();

  boost::asio::io_context& io_;
  log::Log& log_;
  std::deque<KnownScheme> schemes_;
  KnownScheme unset_;
  std::unordered_map<const contract::SecurityScheme*, KnownScheme*> by_scheme_;
  std::vector<TokenScheme*> token_schemes_;
  std::vector<std::string> token_names_;
  std::vector<std::string> sources_;
  size_t bearer_count_ = 1;
  std::vector<Kept> kept_;
  DocumentKeeper keeper_;  // Ends before the schemes that it calls.
};

}  // namespace penstock::auth
