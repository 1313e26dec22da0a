#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "auth/documents/document_source.h"
#include "auth/documents/keeper_times.h"
#include "aws/credentials/endpoint.h"
#include "base/result.h"

namespace penstock::auth {

// A document is asked for at so many other places at most, to which servers redirect.
inline constexpr int kRedirectsMax = 3;

// Reads the URL of a document: https, or http if the host is "localhost" or a loopback address.
// Fails with `invalid`; the message is a predicate such as "is not an https URL".
[[nodiscard]] base::Result<aws::Url> document_url(std::string_view text);

// Returns the URL that `location`, the header of an answer of `from`, leads to. Fails with
// `refused`, with a predicate, if it is not a whole URL or an absolute path, not a document_url(),
// or http after https.
[[nodiscard]] base::Result<aws::Url> redirected(const aws::Url& from, std::string_view location);

// Gets one document by HTTP, again and again. Its calls block; one thread at a time may make them.
class WebDocument {
 public:
  WebDocument(aws::Url url, const KeeperTimes& times) : url_(std::move(url)), times_(times) {}

  // Asks the server. If it says that the answer is the same as the last one (ETag, RFC 9110 section
  // 8.8.3), there is no text. Fails as HttpClient::request() does, and with `unavailable` (status
  // 5xx or 429) or `refused` (any other answer that is not the document). The message begins with
  // the server's URL. It has nothing of an answer.
  [[nodiscard]] base::Result<DocumentSource::Found> get(const std::stop_token& stop);
  // Returns the URL without its query, for messages.
  [[nodiscard]] std::string shown() const;
  [[nodiscard]] const aws::Url& url() const { return url_; }

 private:
  aws::Url url_;
  KeeperTimes times_;
  std::string etag_;  // Of the last good answer; empty if it had none.
};

}  // namespace penstock::auth
