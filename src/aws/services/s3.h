#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/services/service_client.h"

namespace penstock::aws {

// Describes an object in a listing, with its size in bytes.
struct S3Object {
  std::string key = {};
  uint64_t size = 0;
};

// Holds the result of S3Bucket::list().
struct S3Listing {
  std::vector<S3Object> objects = {};  // Sorted by the bytes of their keys.
  bool complete = true;                // If it is false, more objects follow the last key.
};

// Calls Amazon S3 for one bucket, in the region AWS_REGION. Its functions need the permissions
// s3:PutObject, s3:GetObject and s3:ListBucket. They block, and one thread at a time may use a
// bucket. They fail as ServiceClient::call() does, and with `invalid` if a key is not UTF-8 of 1 to
// kKeyBytesMax bytes.
class S3Bucket {
 public:
  // An object has at most this many bytes. The document of a failed batch contains the function's
  // event, at most 6 MB (AWS, "Lambda quotas"), as a JSON string, in which each byte may take two.
  // A record that is too large for an event may be too large for an object, too.
  static constexpr uint64_t kObjectBytesMax = 16 * 1024 * 1024;
  static constexpr size_t kKeyBytesMax = 1024;  // AWS, "Naming Amazon S3 objects".
  static constexpr size_t kListMax = 10'000;    // The most objects that list() returns.

  // Checks that `arn` is the ARN of a bucket. The error is `invalid`.
  [[nodiscard]] static base::Result<> check(std::string_view arn);
  // Makes a client of the bucket `arn`, which is "arn:aws:s3:::NAME". It makes no request yet.
  // Fails with `invalid` if the ARN, the region or the endpoint is wrong.
  [[nodiscard]] static base::Result<S3Bucket> at(std::string_view arn, CredentialSource credentials,
                                                 const base::Environment& environment,
                                                 Patience patience = kServicePatience);

  // Writes an object, and replaces an existing one. Fails with `too_large` if the body has more
  // than kObjectBytesMax bytes.
  [[nodiscard]] base::Result<> put(const std::string& key, std::string_view body,
                                   const std::string& content_type, std::stop_token stop);
  // Reads an object. Fails with `not_found`, and with `too_large` if it has more than
  // kObjectBytesMax bytes.
  [[nodiscard]] base::Result<std::string> get(const std::string& key, std::stop_token stop);

  // Lists the objects whose keys begin with `prefix` and sort after `after`, at most `max` of them,
  // which can be at most kListMax.
  [[nodiscard]] base::Result<S3Listing> list(const std::string& prefix, std::stop_token stop,
                                             size_t max = kListMax, const std::string& after = {});

  [[nodiscard]] const std::string& arn() const { return arn_; }
  // Returns "https://NAME.s3.REGION.amazonaws.com" or "http://localhost:5000/NAME".
  [[nodiscard]] std::string url() const { return service_.endpoint().url.text() + path_; }

 private:
  S3Bucket(std::string arn, std::string path, ServiceClient service)
      : arn_(std::move(arn)), path_(std::move(path)), service_(std::move(service)) {}

  std::string arn_;
  std::string path_;  // Empty if the bucket has its own host, or "/NAME".
  ServiceClient service_;
};

// Holds one page of the answer to ListObjectsV2.
struct S3Page {
  std::vector<S3Object> objects = {};
  std::string next = {};  // The token of the next page. Empty if this is the last one.
};
// Reads a page. The caller has limited the size of the text, which comes from outside. Fails with
// `invalid`.
[[nodiscard]] base::Result<S3Page> parse_s3_page(std::string_view text);

}  // namespace penstock::aws
