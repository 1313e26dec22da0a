#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "local/records/record.h"

namespace penstock::local {

// Writes the JSON of records in Lambda's Kafka event. Key and value are in base64, and absent if
// they are null. The value of a header is an array of signed byte numbers, -128 to 127: AWS's
// mapping is written in Java, and aws-lambda-go 1.55.1 and aws_lambda_events 1.2.1 refuse an event
// with a number over 127. https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
//
// Most records of a topic have the same headers in the same order, and many have the same values.
// So the encoder keeps the JSON of the names, and of values that have come again, by the place of
// the header. What it keeps has at most kPlaces * (kNameBytesMax * 6 + kValueBytesMax * 6) bytes.
class RecordEncoder {
 public:
  // Returns how many bytes write() needs for this record. write() must be the next call.
  [[nodiscard]] size_t bytes_max(const RecordView& record);
  // Writes the record's JSON at `out`, which has room for bytes_max(), and returns its end. The
  // bytes behind it, up to bytes_max(), may be written, too.
  char* write(const RecordView& record, char* out);

 private:
  static constexpr size_t kPlaces = 32;
  static constexpr size_t kNameBytesMax = 128;
  static constexpr size_t kValueBytesMax = 256;
  // A value is kept when the kept one has not come for so many records.
  static constexpr int kMissesMax = 16;

  // Keeps what was written of the headers at one place.
  struct Place {
    std::string name;
    std::string name_json = {};  // {"name":[
    std::string value = {};
    std::string value_json = {};  // 116,-61]}
    int misses = kMissesMax;
  };

  // Returns the JSON of a header's name: the kept one, or that in `other_name_`.
  const std::string& name_json(size_t index, std::string_view name);
  char* write_value(size_t index, std::string_view value, char* out);

  std::array<Place, kPlaces> places_;
  std::string other_name_;
  TopicPartition topic_partition_ = {.topic = {}, .partition = {-1}};
  std::string begin_;  // {"topic":"events","partition":0,"offset":
};

}  // namespace penstock::local
