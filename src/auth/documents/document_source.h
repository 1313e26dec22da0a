#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "auth/documents/document_place.h"
#include "auth/documents/keeper_times.h"
#include "base/configuration.h"
#include "base/result.h"
#include "base/wiped_text.h"

namespace penstock::auth {

// Gets the text of a document from where it is. Its calls may block, and one thread at a time makes
// them.
class DocumentSource {
 public:
  // Holds what was found.
  struct Found {
    std::optional<base::WipedText> text = {};  // Nothing if it is the same as the last time.
    std::chrono::milliseconds next{};          // It should be asked again after this time.
  };

  virtual ~DocumentSource() = default;
  // Looks for the text. A request to stop ends it soon, with any result.
  [[nodiscard]] virtual base::Result<Found> look(const std::stop_token& stop) = 0;
  // Says whether it is of this machine: then it is read when it is kept, and its pauses are the
  // same after failures.
  [[nodiscard]] virtual bool is_local() const { return false; }
};

// These return a source of each kind. They fail with `invalid` if the place is not of its form, and
// the message begins with the place.
[[nodiscard]] std::unique_ptr<DocumentSource> file_source(const std::string& path,
                                                          const KeeperTimes& times);
[[nodiscard]] base::Result<std::unique_ptr<DocumentSource>> url_source(const std::string& url,
                                                                       const KeeperTimes& times);
[[nodiscard]] base::Result<std::unique_ptr<DocumentSource>> discovery_source(
    const std::string& url, const std::string& issuer, const KeeperTimes& times);
[[nodiscard]] base::Result<std::unique_ptr<DocumentSource>> secret_source(
    const std::string& arn, const base::Environment& environment, const KeeperTimes& times);

}  // namespace penstock::auth
