#include "conformance/case_reader.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace penstock::conformance {
namespace {

// Begins a line that goes on with the row above it.
constexpr std::string_view kIndent = "    ";

unsigned hex(char digit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const size_t value = kDigits.find(digit);
  if (value == std::string_view::npos) throw std::invalid_argument("not a hexadecimal digit");
  return static_cast<unsigned>(value);
}

// \r, \n, \t, \\, \xNN, and \{N TEXT} for N times the text, which has no brace.
std::string unescaped(std::string_view text) {
  std::string made;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      made += text[i];
      continue;
    }
    switch (text.at(++i)) {
      case 'r':
        made += '\r';
        break;
      case 'n':
        made += '\n';
        break;
      case 't':
        made += '\t';
        break;
      case '\\':
        made += '\\';
        break;
      case 'x':
        made += static_cast<char>(hex(text.at(i + 1)) * 16 + hex(text.at(i + 2)));
        i += 2;
        break;
      case '{': {
        const size_t end = text.find('}', i);
        const size_t space = text.find(' ', i);
        if (end == std::string_view::npos || space > end) throw std::invalid_argument("\\{N TEXT}");
        const std::string part = unescaped(text.substr(space + 1, end - space - 1));
        for (int n = std::stoi(std::string(text.substr(i + 1))); n > 0; --n) made += part;
        i = end;
        break;
      }
      default:
        throw std::invalid_argument("an unknown escape");
    }
  }
  return made;
}

// Reads: STATUS[,STATUS…] open|close ["BODY"] | REQUEST.
void read_row(const std::string& line, Case& row) {
  const size_t bar = line.find(" | ");
  if (bar == std::string::npos) throw std::invalid_argument("there is no ' | '");
  row.request = unescaped(std::string_view(line).substr(bar + 3));
  std::istringstream words(line.substr(0, bar));
  std::string statuses;
  std::string connection;
  words >> statuses >> connection;
  std::istringstream list(statuses);
  for (std::string status; std::getline(list, status, ',');) {
    if (status != "none") row.statuses.push_back(static_cast<unsigned>(std::stoul(status)));
  }
  if (connection != "open" && connection != "close") throw std::invalid_argument("open or close?");
  row.stays_open = connection == "open";
  const std::string answer = line.substr(0, bar);
  const size_t quote = answer.find('"');
  row.has_body = quote != std::string::npos;
  if (row.has_body) {
    row.body = unescaped(std::string_view(answer).substr(quote + 1, answer.rfind('"') - quote - 1));
  }
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(path + ": cannot be read");
  std::vector<Case> cases;
  std::string section;
  std::string line;
  std::vector<std::pair<std::string, std::string>> rows;  // With their places.
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with("## ")) section = line.substr(3, line.find(':') - 3);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with(kIndent) && !rows.empty()) {
      rows.back().second += line.substr(kIndent.size());
      continue;
    }
    const std::string name = std::filesystem::path(path).filename().string();
    rows.emplace_back(name + ":" + std::to_string(number), line);
    Case& row = cases.emplace_back();
    row.section = section;
    row.where = rows.back().first + " (" + section + ")";
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    try {
      if (!cases[i].section.starts_with("RFC ")) {
        throw std::invalid_argument("it stands below no section");
      }
      read_row(rows[i].second, cases[i]);
    } catch (const std::exception& failure) {
      throw std::invalid_argument(rows[i].first + ": " + failure.what());
    }
  }
  return cases;
}

}  // namespace penstock::conformance
