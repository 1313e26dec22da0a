#include "http/representation/header_lines.h"

#include <boost/beast/core/string.hpp>

#include "base/check.h"

namespace penstock::http {
namespace {

// This is a line of a header, without its end.
struct Line {
  std::string_view name;
  std::string_view value;
};

// Takes the first line from `lines`, which is not empty.
Line take_line(std::string_view& lines) {
  const std::string_view line = lines.substr(0, lines.find("\r\n"));
  lines.remove_prefix(std::min(line.size() + 2, lines.size()));
  const std::string_view name = line.substr(0, line.find(": "));
  return {.name = name, .value = line.substr(std::min(name.size() + 2, line.size()))};
}

}  // namespace

std::string_view find_line(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const Line line = take_line(lines);
    if (boost::beast::iequals(line.name, name)) return line.value;
  }
  return {};
}

void replace_line(std::string& lines, std::string_view name, std::string_view value) {
  const std::string_view old = find_line(lines, name);
  base::check(!old.empty(), "there is no such line");
  lines.replace(static_cast<size_t>(old.data() - lines.data()), old.size(), value);
}

void remove_lines(std::string& lines, bool (*is_unwanted)(std::string_view name)) {
  std::string kept;
  for (std::string_view rest = lines; !rest.empty();) {
    const std::string_view before = rest;
    const Line line = take_line(rest);
    if (!is_unwanted(line.name)) kept += before.substr(0, before.size() - rest.size());
  }
  lines = std::move(kept);
}

}  // namespace penstock::http
