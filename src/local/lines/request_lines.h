#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "local/lines/json_line.h"
#include "local/lines/line_row.h"

namespace penstock::local {

// Makes lines in columns of the API's access log: method, route, status, duration, who has called
// where the log says it, and the event that was published with its topic partition and offset. One
// thread at a time may use it.
class RequestLines {
 public:
  // So many published events are known by their ids; the oldest make room.
  static constexpr size_t kPublishedMax = 512;

  // `rows` must outlive this object.
  explicit RequestLines(LineRows& rows) : rows_(rows) {}

  // Says whether a line is of the access log.
  [[nodiscard]] static bool is_request(const JsonLine& line);
  // Returns the line, with its end.
  [[nodiscard]] std::string show(std::string_view program, const JsonLine& line,
                                 const LineView& view);
  // Takes a story of the API, which says of a request that is shown later the type of its event and
  // the topic. Other lines have no effect.
  void learn(std::string_view line);

 private:
  struct Published {
    std::string id;
    std::string type;
    std::string topic;
  };

  void append_event(LineRow& row, const JsonLine& line) const;

  LineRows& rows_;
  std::deque<Published> published_;
  size_t route_columns_ = 20;  // As wide as the routes so far, within bounds.
};

}  // namespace penstock::local
