#pragma once

#include <ostream>  // Boost 1.81's string_view needs it.

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"

namespace penstock::http {

using Verb = boost::beast::http::verb;
using Field = boost::beast::http::field;

// Notices that a client leaves while a service waits for others: it has ended the connection, or
// its sending side, or has reset it. A client that sends its next request early hides its end
// behind it, and is not noticed.
class ClientWatch {
 public:
  virtual ~ClientWatch() = default;

  // Calls `left` once, but not within this call, if the client leaves before end_watch(). The
  // connection is closed then, and what the service replies is not sent. There is one watch at a
  // time.
  virtual void watch(std::function<void()> left) = 0;
  virtual void end_watch() = 0;
};

// Holds a request as it came over the wire. One message is reused for all requests of a
// connection, so views into it are valid until the next request only.
class RequestMessage {
 public:
  // Is what a service keeps with a request between two of its calls.
  class Attachment {
   public:
    virtual ~Attachment() = default;
  };

  Verb verb = Verb::unknown;
  bool http_1_0 = false;
  bool keep_alive = true;
  base::SystemTime received_at = {};  // When the request was complete.
  std::string body;
  // Is set if there is a body that was not kept (Service::admit()).
  bool body_dropped = false;
  // Is the descriptor of the client's connection, which tells a service that waits whether the
  // client is still there. Nobody else may read from it or write to it.
  int connection = -1;
  // Watches the client while a service waits. It is null where there is no connection.
  ClientWatch* client = nullptr;
  // Is false if the server has no room for requests that wait: too many do already. A service
  // answers with 503 then, instead of a wait for others.
  bool may_wait = true;
  // The last value of a Host header that the parser has found to be a host. clear() keeps it.
  std::string checked_host;

  [[nodiscard]] std::string_view method() const { return slice(method_); }
  [[nodiscard]] std::string_view target() const { return slice(target_); }
  // Returns the first value of a header, found by Beast's number for it or by its name in any case
  // of letters. It is empty if the header is absent.
  [[nodiscard]] std::string_view header(Field field) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // Returns the number of lines of this header.
  [[nodiscard]] size_t count(Field field) const;
  // Returns a header's value as header() does, but joins several lines to one list (RFC 9110
  // section 5.3). The list is written to `scratch`, which the result may view.
  [[nodiscard]] std::string_view list(Field field, std::string& scratch) const;
  // Writes all lines of a header into `out`, joined by `separator`, and returns their number.
  size_t join_header(std::string_view name, std::string_view separator, std::string& out) const;
  // Returns the first value of a trailer, a field behind a chunked body, by its name in any case of
  // letters. It is empty if there is none.
  [[nodiscard]] std::string_view trailer(std::string_view name) const;
  // Return the numbers of header lines and of trailer lines.
  [[nodiscard]] size_t header_count() const { return headers_.size(); }
  [[nodiscard]] size_t trailer_count() const { return trailers_.size(); }

  // Call visit(Field, name, value) for each header line, and visit(name, value) for each trailer
  // line.
  template <typename Visit>
  void each_header(const Visit& visit) const {
    for (const Header& header : headers_) {
      visit(header.field, slice(header.name), slice(header.value));
    }
  }
  template <typename Visit>
  void each_trailer(const Visit& visit) const {
    for (const auto& [name, value] : trailers_) visit(name, value);
  }
  // Returns the bytes of memory that the message has, whether they are used or not.
  [[nodiscard]] size_t memory() const;

  // Returns what was attached to the request, or null.
  [[nodiscard]] Attachment* attachment() const { return attachment_.get(); }
  // Keeps something with the request until clear(), instead of what is there.
  void attach(std::unique_ptr<Attachment> attachment) const { attachment_ = std::move(attachment); }

  // Forgets the request and what was attached to it. Keeps the storage, the connection, the watch,
  // may_wait and checked_host.
  void clear();
  void set_start_line(Verb known_verb, std::string_view method, std::string_view target);
  void add_header(Field field, std::string_view name, std::string_view value);
  void add_trailer(std::string_view name, std::string_view value);

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
  std::vector<std::pair<std::string, std::string>> trailers_;  // Hardly any request has some.
  // It is the service's own, which gets the request as constant.
  mutable std::unique_ptr<Attachment> attachment_;
};

// Holds a response before it is sent. The connection adds Date, Server, Content-Length and
// Connection.
class ResponseMessage {
 public:
  unsigned status = 200;
  std::string body;
  std::string headers;  // Further header lines, each as "name: value\r\n".

  // Returns the Content-Type, which is empty if there is none.
  [[nodiscard]] std::string_view content_type() const {
    return copied_type_ ? std::string_view(*copied_type_) : lasting_type_;
  }
  // Sets the Content-Type to a text that outlives the response, such as a literal or one of the
  // contract's. It is not copied.
  void set_content_type(std::string_view lasting) { lasting_type_ = lasting; }
  // Sets the Content-Type to a copy of the text.
  void copy_content_type(std::string_view type) { copied_type_.emplace(type); }

  // Adds a header line. The caller makes sure that both texts are valid HTTP.
  void add_header(std::string_view name, std::string_view value);

 private:
  std::string_view lasting_type_;
  std::optional<std::string> copied_type_;
};

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";

}  // namespace penstock::http
