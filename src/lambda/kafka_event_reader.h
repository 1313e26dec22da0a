#pragma once

#include <cstring>
#include <limits>
#include <string>

#include "base/check.h"
#include "json/sax.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Fills a KafkaEvent from the parser's events, without building a tree. A header's bytes arrive as
// an array of numbers, for which a tree would need at least 16 bytes for each byte, and the
// function has 128 MB.
class KafkaEventReader : public json::SaxHandler {
 public:
  using error_code = Code;

  // Fills `event`, whose `text` must have room for the `text_bytes` bytes of the JSON. `event` and
  // `limits` must outlive the reader.
  KafkaEventReader(KafkaEvent& event, size_t text_bytes, const KafkaEventLimits& limits)
      : event_(event), text_bytes_(text_bytes), limits_(limits) {}

  // Returns the reader's own error. Its message is empty if there is none.
  [[nodiscard]] base::Error& problem() { return problem_; }

  bool on_object_begin(error_code& ec);
  bool on_object_end(size_t, error_code& ec);
  bool on_array_begin(error_code& ec);
  bool on_array_end(size_t, error_code&);
  bool on_key_part(Text part, size_t, error_code&) { return collect(part); }
  bool on_key(Text part, size_t, error_code& ec) { return name(whole(part), ec); }
  bool on_string_part(Text part, size_t, error_code&) { return collect(part); }
  bool on_string(Text part, size_t, error_code& ec) { return text(whole(part), ec); }
  bool on_int64(int64_t number, Text, error_code& ec);
  bool on_uint64(uint64_t, Text, error_code& ec) { return other(ec); }
  bool on_double(double, Text, error_code& ec) { return other(ec); }
  bool on_bool(bool, error_code& ec) { return other(ec); }
  bool on_null(error_code& ec);

 private:
  // Names the part of the event that is being read. All events have the same shape.
  enum class Place { document, event, records, group, record, headers, header, header_bytes };

  enum class Field : unsigned {
    unknown,
    event_source,
    event_source_arn,
    bootstrap_servers,
    records,
    topic,
    partition,
    offset,
    timestamp,
    timestamp_type,
    key,
    value,
    headers,
  };

  struct FieldName;
  static const FieldName kFields[12];
  static constexpr unsigned bit(Field field) { return 1u << static_cast<unsigned>(field); }

  bool name(std::string_view name, error_code& ec);
  bool text(std::string_view text, error_code& ec);
  bool bytes(std::optional<std::string_view>& place, std::string_view text, error_code& ec);
  bool other(error_code& ec) { return is_passed_over() || wrong(ec); }
  bool complete(Place place, unsigned seen, error_code& ec);

  // Says whether the value that begins belongs to an unknown member.
  [[nodiscard]] bool is_passed_over() const {
    return depth_passed_ > 0 ||
           ((place_ == Place::event || place_ == Place::record) && field_ == Field::unknown);
  }
  bool pass_over() {
    ++depth_passed_;
    return true;
  }
  bool enter(Place place) {
    place_ = place;
    return true;
  }

  bool wrong(error_code& ec) { return fail(ec, std::string("expected ") + expected()); }
  bool fail(error_code& ec, std::string_view sentence,
            base::ErrorCode code = base::ErrorCode::invalid);
  [[nodiscard]] const char* expected() const;
  [[nodiscard]] std::string where() const;

  bool collect(Text part) {
    partial_.append(part.data(), part.size());
    return true;
  }
  // Returns the whole string, whose last part is `last`. The view is valid until the next string
  // begins.
  std::string_view whole(Text last) {
    if (partial_.empty()) return {last.data(), last.size()};
    partial_.append(last.data(), last.size());
    whole_.swap(partial_);
    partial_.clear();
    return whole_;
  }

  std::string_view keep(std::string_view text) {
    base::check(text.size() <= text_bytes_ - kept_, "decoded text is never longer than its JSON");
    if (!text.empty()) std::memcpy(event_.text.get() + kept_, text.data(), text.size());
    kept_ += text.size();
    return {event_.text.get() + kept_ - text.size(), text.size()};
  }
  Record& record() { return event_.records.back(); }

  KafkaEvent& event_;
  const size_t text_bytes_;
  const KafkaEventLimits& limits_;
  base::Error problem_;
  Place place_ = Place::document;
  Field field_ = Field::unknown;
  size_t depth_passed_ = 0;  // How many arrays and objects of an unknown member are open.
  unsigned seen_in_event_ = 0;
  unsigned seen_in_record_ = 0;
  std::string group_;  // "events-0"
  size_t index_ = 0;   // The index of the record in its group.
  size_t kept_ = 0;    // How many bytes of event_.text are in use.
  std::string partial_;
  std::string whole_;
};

}  // namespace penstock::lambda
