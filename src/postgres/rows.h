#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::postgres {

// A parameter or a column, in PostgreSQL's text format; nothing is NULL.
using Field = std::optional<std::string>;
using Row = std::vector<Field>;

// Make parameters. A text is a parameter as it is, and so is JSON: std::string becomes a Field.
[[nodiscard]] Field integer(int64_t value);
[[nodiscard]] Field boolean(bool value);
// Has as many digits as are needed to read the same number again.
[[nodiscard]] Field real(double value);
// Is a value of `bytea`.
[[nodiscard]] Field bytes(std::string_view value);

// Read columns. They return nothing for NULL, and for a text that is not such a value.
[[nodiscard]] std::optional<int64_t> read_integer(const Field& field);
[[nodiscard]] std::optional<bool> read_boolean(const Field& field);
[[nodiscard]] std::optional<double> read_real(const Field& field);
// Reads `bytea` in the server's format "hex", which is its default.
[[nodiscard]] std::optional<std::string> read_bytes(const Field& field);

// Is what a statement has returned.
struct Rows {
  std::vector<std::string> columns = {};
  std::vector<Row> rows = {};
  int64_t changed = 0;  // Rows that INSERT, UPDATE or DELETE has changed.

  [[nodiscard]] bool empty() const { return rows.empty(); }
  [[nodiscard]] size_t size() const { return rows.size(); }
  // Returns the column of that name in a row. A name that is not there, and a row beyond the last
  // one, give NULL.
  [[nodiscard]] const Field& at(size_t row, std::string_view column) const;
};

// Is an SQL text with $1, $2 … and its parameters. Each connection prepares a text once, so it must
// be the same from call to call: values belong into the parameters.
struct Statement {
  std::string sql = {};
  std::vector<Field> parameters = {};
  // Says whether it may be repeated if its outcome is unknown: it only reads, or to do it twice
  // changes nothing more. It is sent again, once, if the connection is lost.
  bool repeatable = false;
  // Says that it only reads. If its outcome is unknown, the error is `unavailable`, and never
  // `timed_out`: nothing was changed.
  bool only_reads = false;
};

// Returns a statement that only reads.
[[nodiscard]] inline Statement reading(std::string sql, std::vector<Field> parameters = {}) {
  return {std::move(sql), std::move(parameters), true, true};
}

}  // namespace penstock::postgres
