#pragma once

#include <ostream>  // Boost 1.81's string_view needs it.

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"

namespace penstock::http {

using Verb = boost::beast::http::verb;
using Field = boost::beast::http::field;

// A request as it came over the wire. Its storage is reused from one request of a connection to the
// next, so views into it end with the request.
class RequestMessage {
 public:
  Verb verb = Verb::unknown;
  bool http_1_0 = false;
  bool keep_alive = true;
  base::SystemTime received_at = {};  // When it had come whole.
  std::string body;

  [[nodiscard]] std::string_view method() const { return slice(method_); }
  [[nodiscard]] std::string_view target() const { return slice(target_); }
  // The first value of a header, by Beast's number or by its name in any case. It is empty if the
  // header is absent.
  [[nodiscard]] std::string_view header(Field field) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // How many lines of the header there are.
  [[nodiscard]] size_t count(Field field) const;
  // As header(), but where there are several lines it makes their list in `scratch` (RFC 9110,
  // 5.3).
  [[nodiscard]] std::string_view list(Field field, std::string& scratch) const;
  // Writes all lines of a header into `out`, joined by `separator`, and returns their number.
  size_t join_header(std::string_view name, std::string_view separator, std::string& out) const;
  [[nodiscard]] size_t header_count() const { return headers_.size(); }

  // Forgets the request and keeps the storage.
  void clear();
  void set_start_line(Verb known_verb, std::string_view method, std::string_view target);
  void add_header(Field field, std::string_view name, std::string_view value);

 private:
  struct Slice {
    uint32_t offset = 0;
    uint32_t length = 0;
  };
  struct Header {
    Field field;
    Slice name;
    Slice value;
  };

  [[nodiscard]] std::string_view slice(Slice part) const {
    return {text_.data() + part.offset, part.length};
  }
  [[nodiscard]] bool has_name(const Header& header, std::string_view name) const;
  Slice append_text(std::string_view text);

  std::string text_;  // Start line and headers, one after the other.
  Slice method_;
  Slice target_;
  std::vector<Header> headers_;
};

// An answer before it is put on the wire; the connection adds Date, Server, Content-Length and
// Connection.
class ResponseMessage {
 public:
  unsigned status = 200;
  std::string body;
  std::string headers;  // More header lines, each "name: value\r\n".

  // The Content-Type; it is empty when there is none.
  [[nodiscard]] std::string_view content_type() const {
    return copied_type_ ? std::string_view(*copied_type_) : lasting_type_;
  }
  // Takes a text that outlives the response: a literal, or one of the contract's. Nothing is
  // copied.
  void set_content_type(std::string_view lasting) { lasting_type_ = lasting; }
  // Takes a text that may not outlive the response.
  void copy_content_type(std::string_view type) { copied_type_.emplace(type); }

  void add_header(std::string_view name, std::string_view value);

 private:
  std::string_view lasting_type_;
  std::optional<std::string> copied_type_;
};

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

}  // namespace penstock::http
