#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "local/records/record.h"
#include "local/topics/shown_bytes.h"

namespace penstock::local {

// Says how much of a record is shown, in bytes of text.
struct RecordBounds {
  size_t part = 64 * 1024;  // Of the key and of the value.
  size_t header = 4 * 1024;
  size_t headers = 50;  // A number of headers.
};

// Are the bounds of a record that is shown alone.
inline constexpr RecordBounds kWholeRecord{
    .part = 1024 * 1024, .header = 64 * 1024, .headers = 100};

// Holds a record in a readable form.
struct ShownRecord {
  TopicPartition topic_partition;
  base::Offset offset = {};
  int64_t timestamp_ms = 0;  // Milliseconds since 1970.
  ShownBytes key;
  ShownBytes value;
  std::vector<std::pair<std::string, ShownBytes>> headers = {};  // The first ones.
  size_t headers_left_out = 0;

  // Returns the size of all texts, in bytes.
  [[nodiscard]] size_t text_bytes() const;
};

// Shows a record within these bounds.
[[nodiscard]] ShownRecord shown_record(const Record& record, const RecordBounds& bounds);

// Returns the object Record of the console's API (console.openapi.yaml).
[[nodiscard]] boost::json::object to_json(const ShownRecord& record);

}  // namespace penstock::local
