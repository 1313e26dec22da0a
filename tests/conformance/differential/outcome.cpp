#include "conformance/differential/outcome.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <cctype>
#include <cstdint>
#include <vector>

#include "http/server/message.h"
#include "http/server/request_parser.h"
#include "http/server/request_target.h"

namespace penstock::conformance {
namespace {

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string text_of(Lines lines) {
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (const auto& [name, value] : lines) text += name + ":" + value + "\n";
  return text;
}

Outcome outcome_of(const http::RequestMessage& message, uint64_t taken) {
  const http::RequestTarget target = http::split_target(message.target());
  Outcome made{.verdict = 'a', .keeps_alive = message.keep_alive, .taken = taken};
  made.method = message.method();
  made.target = message.target();
  made.host = target.absolute ? target.authority : message.header(http::Field::host);
  made.body = message.body;
  Lines fields;
  message.each_header([&](http::Field field, std::string_view name, std::string_view value) {
    if (field == http::Field::host || field == http::Field::content_length ||
        field == http::Field::transfer_encoding || field == http::Field::trailer) {
      return;
    }
    fields.emplace_back(lower(name), value);
  });
  made.fields = text_of(std::move(fields));
  Lines trailers;
  message.each_trailer([&](std::string_view name, std::string_view value) {
    trailers.emplace_back(lower(name), value);
  });
  made.trailers = text_of(std::move(trailers));
  return made;
}

std::string word(const Outcome& outcome) {
  if (outcome.verdict == 'a') return "accepted";
  if (outcome.verdict == 'i') return "incomplete";
  return "refused: " + outcome.reason;
}

}  // namespace

Outcome read_request(std::string_view text, size_t piece_max, uint64_t seed) {
  http::RequestMessage message;
  http::RequestParser parser(message, {});
  std::string buffer;
  uint64_t taken = 0;
  for (size_t at = 0; at < text.size() && !parser.is_done();) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    const size_t piece = 1 + static_cast<size_t>((seed >> 33) % piece_max);
    buffer += text.substr(at, piece);
    at += piece;
    boost::system::error_code error;
    const auto put = [&] {
      const size_t count = parser.put(boost::asio::buffer(buffer), error);
      taken += count;
      buffer.erase(0, count);
    };
    put();
    if (parser.awaits_decision()) {
      parser.keep_body(SIZE_MAX);
      put();
    }
    if (error && error != boost::beast::http::error::need_more) {
      return {.verdict = 'r', .reason = std::string(parser.refusal(error).reason)};
    }
  }
  if (!parser.is_done()) return {};
  return outcome_of(message, taken);
}

std::string difference(const Outcome& ours, const Outcome& theirs) {
  if (ours.verdict != theirs.verdict) return word(ours) + " / " + word(theirs);
  if (ours.verdict != 'a') return {};
  std::string parts;
  const auto add = [&](bool differs, std::string_view part) {
    if (!differs) return;
    if (!parts.empty()) parts += ", ";
    parts += part;
  };
  add(ours.method != theirs.method, "method");
  add(ours.target != theirs.target, "target");
  add(ours.host != theirs.host, "host");
  add(ours.keeps_alive != theirs.keeps_alive, "connection");
  add(ours.fields != theirs.fields, "fields");
  add(ours.body != theirs.body, "body");
  add(ours.trailers != theirs.trailers, "trailers");
  add(ours.taken != theirs.taken, "end");
  return parts.empty() ? parts : "accepted / accepted: " + parts;
}

}  // namespace penstock::conformance
