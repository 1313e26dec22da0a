#include "contract/cpp/cpp_text.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/printable_text.h"
#include "base/utf8.h"

namespace penstock::contract {
namespace {

constexpr size_t kCommentBytesMax = 400;

// Returns the columns that a text of UTF-8 takes. Most characters of East Asia take two.
size_t columns_of(std::string_view text) {
  size_t columns = 0;
  for (size_t i = 0; i < text.size();) {
    const int length = std::max(1, base::utf8_length(text.substr(i)));
    const auto byte = static_cast<unsigned char>(text[i]);
    columns += length == 4 || (length == 3 && byte >= 0xe3 && byte <= 0xed) ? 2 : 1;
    i += static_cast<size_t>(length);
  }
  return columns;
}

// Returns the words of the first paragraph.
std::vector<std::string> comment_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  size_t line_feeds = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      line_feeds += c == '\n' ? 1 : 0;
      in_word = false;
      continue;
    }
    if (line_feeds > 1 && !words.empty()) break;
    line_feeds = 0;
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
  }
  return words;
}

std::string spaces(size_t count) {
  return std::string(count, ' ');
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

// Returns as many parts in each line as fit, all behind the column at which `start` ends. Returns
// nothing if a part does not fit there.
std::optional<std::string> filled_lines(const std::string& start,
                                        const std::vector<std::string>& parts,
                                        const std::string& end) {
  std::string out;
  std::string current = start;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string part = parts[i] + (i + 1 < parts.size() ? "," : end);
    if (start.size() + part.size() > kCppColumns) return std::nullopt;
    if (i > 0 && current.size() + 1 + part.size() > kCppColumns) {
      out += current + '\n';
      current = spaces(start.size()) + part;
    } else {
      current += (i > 0 ? " " : "") + part;
    }
  }
  return out + current + '\n';
}

// Returns the widths of the columns in which clang-format puts the elements of a braced list with a
// comma behind the last one (its CommaSeparatedList): as few lines as possible, if the lengths in a
// column differ little. Short lists have one column.
std::vector<size_t> column_sizes(const std::vector<std::string>& elements, size_t width) {
  constexpr size_t kElementsMin = 5;
  constexpr size_t kDifferenceMax = 10;
  std::vector<size_t> best{0};
  if (elements.size() < kElementsMin) return best;
  size_t best_lines = elements.size();
  for (size_t columns = kCppColumns / 3; columns > 1; --columns) {
    if (columns > elements.size()) continue;
    std::vector<size_t> longest(columns, 0);
    std::vector<size_t> shortest(columns, kCppColumns);
    for (size_t i = 0; i < elements.size(); ++i) {
      const size_t size = elements[i].size() + 1;
      longest[i % columns] = std::max(longest[i % columns], size);
      shortest[i % columns] = std::min(shortest[i % columns], size);
    }
    size_t total = columns - 1;
    bool is_even = true;
    for (size_t i = 0; i < columns; ++i) {
      total += longest[i];
      is_even = is_even && (i + 1 == columns || longest[i] <= shortest[i] + kDifferenceMax);
    }
    if (!is_even || total > width) continue;
    const size_t lines = (elements.size() + columns - 1) / columns;
    if (best.size() > 1 && lines > best_lines) break;
    best = longest;
    best_lines = lines;
  }
  return best;
}

// Returns an element of a list that does not fit into a line. It may be a call.
std::string long_element(size_t indent, const std::string& element) {
  const size_t open = element.find('(');
  if (open == std::string::npos || !element.ends_with(')')) {
    return spaces(indent) + element + ",\n";
  }
  std::vector<std::string> arguments{""};
  bool in_text = false;
  for (size_t i = open + 1; i + 1 < element.size(); ++i) {
    const char c = element[i];
    if (c == '"' && element[i - 1] != '\\') in_text = !in_text;
    if (c == ',' && !in_text) {
      arguments.emplace_back();
      ++i;  // The space.
      continue;
    }
    arguments.back() += c;
  }
  const std::string head = element.substr(0, open);
  const size_t bracket = head.find('<');
  if (indent + head.size() + 1 <= kCppColumns || bracket == std::string::npos) {
    return cpp_call(indent, head, arguments, ",");
  }
  return spaces(indent) + head.substr(0, bracket + 1) + '\n' +
         cpp_call(indent + 4, head.substr(bracket + 1), arguments, ",");
}

}  // namespace

std::string cpp_comment(std::string_view text, size_t indent) {
  std::vector<std::string> lines;
  size_t bytes = 0;
  for (const std::string& raw : comment_words(text)) {
    std::string word = base::printable(raw, kCommentBytesMax);
    bytes += word.size() + 1;
    const bool is_last = bytes > kCommentBytesMax;
    if (is_last) word = "…";
    if (lines.empty() || indent + 4 + columns_of(lines.back()) + columns_of(word) > kCppColumns) {
      lines.push_back(std::move(word));
    } else {
      lines.back() += ' ' + word;
    }
    if (is_last) break;
  }
  std::string out;
  for (std::string& line : lines) {
    // Neither may join the line with the next one.
    if (line.ends_with('\\') || line.ends_with("?\?/")) line += '.';
    if (line.starts_with("clang-format")) line.insert(0, "… ");
    out += spaces(indent) + "// " + line + '\n';
  }
  return out;
}

std::string cpp_call(size_t indent, const std::string& head,
                     const std::vector<std::string>& arguments, const std::string& tail) {
  const std::string whole = joined(arguments);
  const std::string start = spaces(indent) + head + '(';
  const std::string line = start + whole + ')' + tail;
  if (line.size() <= kCppColumns) return line + '\n';
  if (arguments.size() > 1) {
    if (const auto filled = filled_lines(start, arguments, ')' + tail)) return *filled;
  }
  const std::string broken = spaces(indent + 4) + whole + ')' + tail;
  if (broken.size() <= kCppColumns) return start + '\n' + broken + '\n';
  return start + '\n' +
         filled_lines(spaces(indent + 4), arguments, ')' + tail).value_or(broken + '\n');
}

std::string cpp_list(size_t indent, const std::string& head,
                     const std::vector<std::string>& elements) {
  const std::string line = spaces(indent) + head + " = {" + joined(elements) + "};";
  if (line.size() <= kCppColumns) return line + '\n';
  return cpp_table(indent, head, elements);
}

std::string cpp_table(size_t indent, const std::string& head,
                      const std::vector<std::string>& elements) {
  std::string out = spaces(indent) + head + " = {\n";
  const size_t width = kCppColumns - indent - 4;
  const std::vector<size_t> sizes = column_sizes(elements, width);
  for (size_t i = 0; i < elements.size(); ++i) {
    const size_t column = i % sizes.size();
    if (elements[i].size() >= width && sizes.size() == 1) {
      out += long_element(indent + 4, elements[i]);
      continue;
    }
    if (column == 0) out += spaces(indent + 4);
    out += elements[i] + ',';
    const bool is_last = column + 1 == sizes.size() || i + 1 == elements.size();
    out += is_last ? "\n" : spaces(sizes[column] - elements[i].size());
  }
  return out + spaces(indent) + "};\n";
}

std::string cpp_broken(size_t indent, const std::string& head, const std::string& tail) {
  const std::string line = spaces(indent) + head + ' ' + tail;
  if (line.size() <= kCppColumns) return line + '\n';
  return spaces(indent) + head + '\n' + spaces(indent + 4) + tail + '\n';
}

std::string cpp_member(size_t indent, const std::string& type, const std::string& name,
                       const std::string& value) {
  const std::string start = spaces(indent) + type + ' ' + name + " =";
  if (start.size() + value.size() + 2 <= kCppColumns) return start + ' ' + value + ";\n";
  if (start.size() <= kCppColumns && indent + value.size() + 5 <= kCppColumns) {
    return start + '\n' + spaces(indent + 4) + value + ";\n";
  }
  return cpp_broken(indent, type, name + " = " + value + ';');
}

std::string cpp_assigned(size_t indent, const std::string& head, const std::string& function,
                         const std::vector<std::string>& arguments) {
  const std::string start = spaces(indent) + head + " =";
  const std::string call = function + '(' + joined(arguments) + ");";
  if (start.size() + 1 + call.size() <= kCppColumns) return start + ' ' + call + '\n';
  if (indent + 4 + call.size() <= kCppColumns) {
    return start + '\n' + spaces(indent + 4) + call + '\n';
  }
  if (start.size() + 2 + function.size() <= kCppColumns) {
    return cpp_call(indent, head + " = " + function, arguments, ";");
  }
  return start + '\n' + cpp_call(indent + 4, function, arguments, ";");
}

std::string cpp_derived(size_t indent, const std::string& head, const std::string& base,
                        const std::vector<std::string>& arguments) {
  const std::string start = spaces(indent) + head + " : " + base + '<';
  const std::string first = spaces(indent) + head + '\n';
  const std::string second = spaces(indent + 4) + ": " + base + '<';
  const std::string whole = joined(arguments) + "> {";
  if (start.size() + whole.size() <= kCppColumns) return start + whole + '\n';
  // There are four places for the arguments, and each break has a cost. These costs lead to what
  // clang-format chooses.
  constexpr long kBetween = 10;
  constexpr long kBeforeColon = 2;
  constexpr long kBehindBracket = 14;
  std::string best = first + second + whole + '\n';
  long best_cost = std::numeric_limits<long>::max();
  const auto consider = [&](const std::string& before, const std::string& column, long cost) {
    const auto lines = filled_lines(column, arguments, "> {");
    if (!lines) return;
    cost += kBetween * (std::count(lines->begin(), lines->end(), '\n') - 1);
    if (cost >= best_cost) return;
    best_cost = cost;
    best = before + *lines;
  };
  if (arguments.size() > 1) consider("", start, 0);
  consider(first, second, kBeforeColon);
  consider(start + '\n', spaces(indent + head.size() + 7), kBehindBracket);
  consider(first + second + '\n', spaces(indent + 10), kBeforeColon + kBehindBracket);
  return best;
}

std::string cpp_includes(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& name : names) out += "#include \"" + name + "\"\n";
  return out;
}

std::string cpp_first_line(const std::string& contract_file) {
  return "// Generated by penstock_contract cpp from " + base::printable(contract_file, 200) +
         ". A build writes it again.\n";
}

}  // namespace penstock::contract
