#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/message.h"

namespace penstock::http {

// Says whether bodies of this media type become smaller by gzip: texts, JSON and XML do. Pictures,
// archives and what nobody knows are compressed already, or may be.
[[nodiscard]] bool is_compressible(std::string_view content_type);

// Returns what was compressed by gzip. The result is empty if that is not gzip, or would have more
// than `bytes_max` bytes.
[[nodiscard]] std::optional<std::string> gunzip(std::string_view compressed, size_t bytes_max);

// Compresses texts by gzip (RFC 1952), one after the other. It keeps its memory, about 140 KiB, for
// the next text.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Returns the compressed text, or nothing if that would not be shorter. The same text always
  // becomes the same bytes.
  [[nodiscard]] std::optional<std::string> compress(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;  // Null until the first text.
};

// Sends bodies with the content coding gzip to clients that prefer it. It does so on the server's
// thread, so there is a largest size, too.
class Compression {
 public:
  // A larger body is sent as it is. At this size compressing takes about 7 ms.
  static constexpr size_t kBytesMax = 1U << 20U;

  // Bodies of fewer bytes are sent as they are. SIZE_MAX compresses none.
  explicit Compression(size_t bytes_min) : bytes_min_(bytes_min) {}

  // Compresses the body if the client prefers it and nothing of the response forbids it: it has a
  // coding already, it is a part (206), a header has a digest of the body, or its Cache-Control has
  // no-transform. An ETag becomes that of the compressed version. Adds Vary wherever another client
  // would get the other form.
  void apply(const RequestMessage& request, ResponseMessage& response);

 private:
  size_t bytes_min_;
  Gzip gzip_;
};

}  // namespace penstock::http
