#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "json/text_tokens.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Reads the events that AWS usually sends, several times as quickly as KafkaEventReader. It gives
// up at the first thing that is wrong or rare: a mistake, a limit, an escape in a name. Then
// KafkaEventReader reads the event again, and says what is wrong if anything is. What this class
// does read, it reads to the same event.
//
// Records of a batch are alike: what has the same text as in the record before is not decoded
// again, and has the same view.
class QuickEventReader {
 public:
  // Fills `event`, whose `text` must have room for as many bytes as the JSON `text`. All must
  // outlive the reader.
  QuickEventReader(std::string_view text, const KafkaEventLimits& limits, KafkaEvent& event);

  // Returns false if it gives up. Then the event has a part of the values.
  [[nodiscard]] bool read();

 private:
  // Is the text of a header, from brace to brace, and what it was decoded to.
  struct KnownHeader {
    std::string_view text;
    Header header;
  };

  // These read one part of the text that begins at `at`, and return where it ends, or null to give
  // up. `at` may be the end of the text.
  [[nodiscard]] const char* read_event(const char* at);
  [[nodiscard]] const char* read_event_member(std::string_view name, const char* at);
  [[nodiscard]] const char* read_groups(const char* at);
  [[nodiscard]] const char* read_group(const char* at);
  [[nodiscard]] const char* read_record(const char* at);
  // Reads the name of a record's member, with its colon. `field` is the one that is likely.
  [[nodiscard]] const char* read_field(const char* at, size_t& field) const;
  [[nodiscard]] const char* read_value(size_t field, Record& record, const char* at);
  [[nodiscard]] const char* read_headers(Record& record, const char* at);
  [[nodiscard]] const char* read_header(const char* at);
  // Reads a string. `known` is the text that it is likely to be.
  [[nodiscard]] const char* read_text(const char* at, std::string_view known,
                                      std::string_view& text);
  [[nodiscard]] const char* read_bytes(const char* at, std::optional<std::string_view>& bytes);
  [[nodiscard]] const char* read_whole(const char* at, int64_t& number) const;
  // Reads an object, and calls `member` with the name and the place of each value.
  template <class Member>
  [[nodiscard]] const char* read_object(const char* at, Member member);
  // Reads an array, and calls `element` with the place of each value.
  template <class Element>
  [[nodiscard]] const char* read_array(const char* at, Element element);
  [[nodiscard]] bool is(const char* at, char c) const { return at != tokens_.end() && *at == c; }
  [[nodiscard]] std::string_view keep(std::string_view text);

  const std::string_view text_;
  const json::Tokens tokens_;
  const KafkaEventLimits& limits_;
  KafkaEvent& event_;
  size_t kept_ = 0;  // How many bytes of event_.text are in use.
  unsigned seen_in_event_ = 0;
  std::string_view topic_;  // Those of the record before.
  std::string_view timestamp_type_;
  std::vector<Header> headers_;  // Those of the record that is being read.
  std::array<KnownHeader, 16> known_headers_ = {};
};

}  // namespace penstock::lambda
