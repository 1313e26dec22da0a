#include "postgres/server_error.h"

#include <algorithm>
#include <array>

#include "base/redaction.h"

namespace penstock::postgres {
namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

// These classes of SQLSTATE have messages of the server's own, with names of tables and the like.
// Others may quote a value; those of class P0 are the words of a function in the database.
bool names_no_value(std::string_view state) {
  static constexpr std::array<std::string_view, 10> kClasses{"08", "0A", "23", "25", "26",
                                                             "28", "40", "42", "53", "57"};
  return std::find(kClasses.begin(), kClasses.end(), state.substr(0, 2)) != kClasses.end();
}

// Says whether the same statement may succeed later, without a change of it.
bool may_succeed_later(const ServerError& error) {
  const std::string_view state = error.state;
  const std::string_view kind = state.substr(0, 2);
  return kind == "08" || kind == "40" || kind == "53" || kind == "57" || kind == "58" ||
         state == "55P03" /* lock_not_available */ || spoils_connection(error);
}

}  // namespace

ServerError ServerError::of(const PGresult* result) {
  ServerError error;
  error.state = field(result, PG_DIAG_SQLSTATE);
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  error.fatal = severity == "FATAL" || severity == "PANIC";
  // "cached plan must not change result type" has no SQLSTATE of its own.
  error.stale =
      error.state == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery";
  error.message = without_values(error.state, field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (const std::string name = field(result, PG_DIAG_CONSTRAINT_NAME);
      !name.empty() && error.message.find(name) == std::string::npos) {
    error.message += " (constraint " + base::Redaction().shown(name) + ")";
  }
  return error;
}

std::string without_values(std::string_view state, std::string_view message) {
  if (state.starts_with("P0")) return "an error that a function in the database has raised";
  std::string text(message);
  if (!names_no_value(state)) {
    const size_t first = text.find('"');
    const size_t last = text.rfind('"');
    if (first != std::string::npos) text.replace(first, last - first + 1, "(value)");
  }
  return base::Redaction().shown(text);
}

std::string one_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

std::string login_problem(std::string_view text) {
  // The text is "… failed: FATAL:  28P01: password …", with another word for FATAL in another
  // language.
  static constexpr std::string_view kBefore = ":  ";
  static constexpr size_t kState = 5;
  const auto is_state = [](std::string_view state) {
    return std::all_of(state.begin(), state.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
  };
  for (size_t at = text.find(kBefore); at != std::string_view::npos;
       at = text.find(kBefore, at + 1)) {
    const std::string_view said = text.substr(at + kBefore.size());
    if (said.size() > kState + 1 && is_state(said.substr(0, kState)) && said[kState] == ':') {
      return one_line(said.substr(0, said.find('\n')));
    }
  }
  return one_line(text);
}

bool spoils_connection(const ServerError& error) {
  return error.fatal || error.stale ||
         error.state == "25006" ||  // read_only_sql_transaction: the server is a replica now.
         error.state == "26000" ||  // invalid_sql_statement_name: a prepared statement is gone.
         error.state.starts_with("57P");
}

base::Error to_error(const ServerError& error) {
  const std::string detail = error.state + ": " + error.message;
  if (error.state == "57014") {
    return {base::ErrorCode::unavailable, "PostgreSQL has cancelled the statement", detail, true};
  }
  if (may_succeed_later(error)) {
    return {base::ErrorCode::unavailable, "PostgreSQL cannot do the statement now", detail, true};
  }
  return {base::ErrorCode::refused, "PostgreSQL has refused the statement", detail};
}

}  // namespace penstock::postgres
