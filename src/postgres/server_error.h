#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "postgres/libpq.h"

namespace penstock::postgres {

// Is what a server says of a failed statement, without values of the statement: they are in its
// lines DETAIL, HINT and CONTEXT, and in some of its messages.
struct ServerError {
  std::string state = {};    // SQLSTATE, five characters, or empty if the server has said nothing.
  std::string message = {};  // In one line, without values.
  bool fatal = false;        // The server has ended the connection.
  bool stale = false;        // A prepared statement does not fit a changed table any more.

  [[nodiscard]] static ServerError of(const PGresult* result);
};

// Takes out of a message of this SQLSTATE what may be a value.
[[nodiscard]] std::string without_values(std::string_view state, std::string_view message);

// Returns a text of libpq in one line.
[[nodiscard]] std::string one_line(std::string_view text);

// Takes what the server has said of a refused connection out of libpq's text in the form
// PQERRORS_VERBOSE: "28P01: password authentication failed for user …". If the server has said
// nothing, it is the whole text.
[[nodiscard]] std::string login_problem(std::string_view text);

// Says whether the connection that has got this error must not be used again: its session is
// not what the pool thinks it is, or it leads to a server that takes no changes any more.
[[nodiscard]] bool spoils_connection(const ServerError& error);

// Returns the error for whoever has sent the statement, which was surely not done.
[[nodiscard]] base::Error to_error(const ServerError& error);

}  // namespace penstock::postgres
