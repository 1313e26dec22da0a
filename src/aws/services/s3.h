#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/services/service_client.h"

namespace penstock::aws {

struct S3Object {
  std::string key = {};
  uint64_t size = 0;
};

struct S3Listing {
  std::vector<S3Object> objects = {};  // By key, as UTF-8 sorts.
  bool complete = true;                // If not, go on after the last key.
};

// One bucket of Amazon S3, in the region that AWS_REGION says. It needs s3:PutObject, s3:GetObject
// and s3:ListBucket, each for what its name says. Its calls block; it is for one thread at a time.
// Errors are those of ServiceClient::call.
class S3Bucket {
 public:
  // A failed batch has its event, 6 MB at most (AWS, "Lambda quotas"), as a JSON string, in which
  // each byte may be two.
  static constexpr uint64_t kObjectBytesMax = 16 * 1024 * 1024;
  static constexpr size_t kKeyBytesMax = 1024;  // AWS, "Naming Amazon S3 objects".
  static constexpr size_t kListMax = 10'000;    // Of one call to `list`.

  // `arn` is "arn:aws:s3:::NAME". Nothing is asked of AWS yet. Error: invalid.
  [[nodiscard]] static base::Result<S3Bucket> at(std::string_view arn, CredentialSource credentials,
                                                 const base::Environment& environment,
                                                 Patience patience = kServicePatience);

  // Writes an object; it replaces the one that is there.
  [[nodiscard]] base::Result<> put(const std::string& key, std::string_view body,
                                   const std::string& content_type, std::stop_token stop);
  // Reads an object of at most kObjectBytesMax.
  [[nodiscard]] base::Result<std::string> get(const std::string& key, std::stop_token stop);

  // Lists at most `max`, and kListMax, of the objects whose keys begin with `prefix` and sort after
  // `after`.
  [[nodiscard]] base::Result<S3Listing> list(const std::string& prefix, std::stop_token stop,
                                             size_t max = kListMax, const std::string& after = {});

  [[nodiscard]] const std::string& arn() const { return arn_; }
  // "https://NAME.s3.REGION.amazonaws.com", or "http://localhost:5000/NAME".
  [[nodiscard]] std::string url() const { return service_.endpoint().url.text() + path_; }

 private:
  S3Bucket(std::string arn, std::string path, ServiceClient service)
      : arn_(std::move(arn)), path_(std::move(path)), service_(std::move(service)) {}

  std::string arn_;
  std::string path_;  // Of the bucket: empty, or "/NAME".
  ServiceClient service_;
};

// A page of ListObjectsV2. The text is foreign; whoever fetched it has bounded it. Error: invalid.
struct S3Page {
  std::vector<S3Object> objects = {};
  std::string next = {};  // The token of the next page; empty: there is none.
};
[[nodiscard]] base::Result<S3Page> parse_s3_page(std::string_view text);

}  // namespace penstock::aws
