#include "auth/documents/document_source.h"
#include "auth/documents/issuer_configuration.h"
#include "auth/documents/web_document.h"
#include "base/printable_text.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::steady_clock;

class UrlSource final : public DocumentSource {
 public:
  explicit UrlSource(WebDocument document) : document_(std::move(document)) {}
  Result<Found> look(const std::stop_token& stop) override { return document_.get(stop); }

 private:
  WebDocument document_;
};

// Gets an issuer's configuration when it is not fresh any more, and then the key set that it names.
class DiscoverySource final : public DocumentSource {
 public:
  DiscoverySource(WebDocument configuration, std::string issuer, const KeeperTimes& times)
      : configuration_(std::move(configuration)), issuer_(std::move(issuer)), times_(times) {}

  Result<Found> look(const std::stop_token& stop) override {
    if (!keys_ || steady_clock::now() >= configuration_due_) {
      if (auto good = look_at_configuration(stop); !good) return good.error();
    }
    auto found = keys_->get(stop);
    // The keys may have moved.
    if (!found) configuration_due_ = steady_clock::now();
    return found;
  }

 private:
  Result<> look_at_configuration(const std::stop_token& stop) {
    auto found = configuration_.get(stop);
    if (!found) return found.error();
    if (found->text) {
      const auto place = key_set_url(*found->text, issuer_);
      if (!place) return wrong(place.error());
      auto url = document_url(*place);
      if (!url) {
        return wrong({.code = ErrorCode::invalid,
                      .message = "the \"jwks_uri\" of the issuer's "
                                 "configuration " +
                                 url.error().message});
      }
      if (configuration_.url().tls && !url->tls) {
        return wrong({.code = ErrorCode::invalid,
                      .message = "the \"jwks_uri\" of the issuer's configuration is not https"});
      }
      wrong_.reset();
      if (!keys_ || keys_->url().text() + keys_->url().target != url->text() + url->target) {
        keys_.emplace(std::move(*url), times_);
      }
    }
    if (wrong_) return *wrong_;  // It is still the same.
    configuration_due_ = steady_clock::now() + found->next;
    return {};
  }
  Error wrong(Error error) {
    error.message = configuration_.shown() + ": " + error.message;
    wrong_ = error;
    return error;
  }

  WebDocument configuration_;
  const std::string issuer_;
  const KeeperTimes times_;
  std::optional<Error> wrong_;  // Why the last configuration cannot be used.
  std::optional<WebDocument> keys_;
  base::SteadyTime configuration_due_{};
};

Result<WebDocument> web_document(const std::string& url, const KeeperTimes& times) {
  auto parsed = document_url(url);
  if (parsed) return WebDocument(std::move(*parsed), times);
  Error error = parsed.error();
  error.message = "'" + base::printable(url, 200) + "' " + error.message;
  return error;
}

}  // namespace

Result<std::unique_ptr<DocumentSource>> url_source(const std::string& url,
                                                   const KeeperTimes& times) {
  auto document = web_document(url, times);
  if (!document) return document.error();
  return std::make_unique<UrlSource>(std::move(*document));
}

Result<std::unique_ptr<DocumentSource>> discovery_source(const std::string& url,
                                                         const std::string& issuer,
                                                         const KeeperTimes& times) {
  auto configuration = web_document(url, times);
  if (!configuration) return configuration.error();
  return std::make_unique<DiscoverySource>(std::move(*configuration), issuer, times);
}

}  // namespace penstock::auth
