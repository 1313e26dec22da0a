#pragma once

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "http/server/request_parser.h"

namespace penstock::http {

struct Parsed {
  unsigned refused = 0;  // 0 if the request was accepted or is not complete.
  bool done = false;
  bool too_large = false;
  RequestMessage message;
};

// Feeds `text` in pieces of `step` bytes, as a socket would, and keeps its body.
inline Parsed parse(const std::string& text, Limits limits = {}, size_t step = 1 << 20) {
  Parsed parsed;
  RequestParser parser(parsed.message, limits);
  std::string buffer;
  for (size_t i = 0; i < text.size() && !parser.is_done(); i += step) {
    buffer += text.substr(i, step);
    boost::system::error_code error;
    buffer.erase(0, parser.put(boost::asio::buffer(buffer), error));
    if (parser.awaits_decision()) {
      parser.keep_body(SIZE_MAX);
      buffer.erase(0, parser.put(boost::asio::buffer(buffer), error));
    }
    if (error && error != boost::beast::http::error::need_more) {
      parsed.refused = parser.refusal(error).status;
      return parsed;
    }
  }
  parsed.too_large = parser.body_is_too_large();
  if (parsed.too_large) parsed.refused = 413;
  parsed.done = parser.is_done();
  return parsed;
}

// Every row is refused, whether it comes in one piece or byte by byte.
inline void expect_refused(unsigned status, const std::vector<std::string>& requests) {
  for (const std::string& request : requests) {
    EXPECT_EQ(parse(request).refused, status) << request;
    EXPECT_EQ(parse(request, {}, 1).refused, status) << request;
  }
}

// Gives the text in pieces of several sizes, which change nothing.
inline void expect_answer(const std::string& text, const Limits& limits, unsigned refused) {
  for (const size_t step : {size_t{1}, size_t{100}, text.size()}) {
    const Parsed parsed = parse(text, limits, step);
    EXPECT_EQ(parsed.refused, refused) << text.size() << " bytes by " << step;
    EXPECT_EQ(parsed.done, refused == 0);
  }
}

}  // namespace penstock::http
