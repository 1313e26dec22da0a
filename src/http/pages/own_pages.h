#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "contract/openapi/contract.h"
#include "http/server/service.h"

namespace penstock::http {

// This room has the pages that the machinery itself serves, beside the contract's operations: the
// contract, and a page that shows it. The contract wins: a request comes here only if no path of
// the contract matches it.

// Answers requests for these pages. They are made once, at start.
class OwnPages {
 public:
  // Adds, below each of the contract's base paths and at the root, "/openapi.json", which is the
  // contract in one document, and "/docs", a page that shows it. Fails with `invalid` if the
  // contract is too large for one document.
  [[nodiscard]] base::Result<> add_contract(const contract::Contract& contract);
  // Adds a page at this path alone, with further header lines, each as "name: value\r\n".
  // `content_type` must have static storage, and the rest is copied.
  void add_page(const std::string& path, std::string_view content_type, std::string_view content,
                std::string_view headers);
  // Adds one that is kept compressed by gzip: `gzipped` must have static storage, too. It has at
  // most kRendererBytesMax bytes.
  void add_gzipped_page(const std::string& path, std::string_view content_type,
                        std::string_view gzipped, std::string_view headers);

  // Returns the reply if there is a page at the path. It is a 405 for other methods than GET, HEAD
  // and OPTIONS. The reply's route views this object.
  [[nodiscard]] std::optional<Reply> answer(const RequestMessage& request,
                                            std::string_view path) const;
  // Returns the paths of pages that the contract hides, because one of its paths matches them.
  [[nodiscard]] std::vector<std::string_view> hidden_by(const contract::Contract& contract) const;

 private:
  // A page's body may be kept compressed by gzip; then it is sent so to clients that prefer it.
  struct Page {
    std::string_view content_type = {};            // Of static storage.
    std::shared_ptr<const std::string> body = {};  // The page at each base path has the same.
    std::string_view gzipped_body = {};            // Of static storage, instead of `body`.
    std::string headers = {};
  };

  void add(const std::string& path, const Page& page);
  [[nodiscard]] static ResponseMessage response_of(const Page& page, const RequestMessage& request);

  std::map<std::string, Page, std::less<>> pages_;  // By the path.
};

}  // namespace penstock::http
