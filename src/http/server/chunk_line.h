#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::http {

// Holds the line before a chunk's data.
struct ChunkLine {
  uint64_t size = 0;           // The bytes of the data. The last chunk has none.
  size_t extension_bytes = 0;  // The bytes behind the size, which mean nothing to this server.
};

// A size may have this many digits, leading zeros included. They are what 64 bits need.
inline constexpr size_t kChunkDigitsMax = 16;

// Reads such a line without its CR LF (RFC 9112 section 7.1). Returns nothing if any byte of it
// is not as section 7.1.1 says, or there are too many digits.
[[nodiscard]] std::optional<ChunkLine> read_chunk_line(std::string_view line);

}  // namespace penstock::http
