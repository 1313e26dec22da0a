#include "aws/credentials/ini_file.h"

#include "aws/credentials/plain_text.h"
#include "aws/credentials/read_file.h"
#include "base/ascii_case.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;

// Returns the value without the comment that may follow it after a blank.
std::string_view without_comment(std::string_view value) {
  for (size_t i = 0; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && (i == 0 || is_blank(value[i - 1]))) {
      return trimmed(value.substr(0, i));
    }
  }
  return trimmed(value);
}

// Normalises a section's name: "profile  'my own'" and "profile my own" are the same section.
std::string section_name(std::string_view text) {
  std::string name;
  for (const char c : trimmed(text)) {
    if (c == '"' || c == '\'') continue;
    if (!is_blank(c)) {
      name += c;
    } else if (name.empty() || name.back() != ' ') {
      name += ' ';
    }
  }
  return name;
}

}  // namespace

base::Result<IniFile> IniFile::parse(std::string_view text, const std::string& file) {
  const auto wrong = [&](size_t line, const char* what) {
    return Error{.code = ErrorCode::invalid,
                 .message = file + ":" + std::to_string(line) + ": " + what};
  };
  if (text.size() > kIniBytesMax) {
    return Error{.code = ErrorCode::too_large, .message = file + ": the file is larger than 1 MiB"};
  }
  IniFile ini;
  IniSection* section = nullptr;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';' ||
        is_blank(line.front())) {
      continue;
    }
    if (content.front() == '[') {
      const size_t close = content.find(']');
      if (close == std::string_view::npos) {
        return wrong(number, "a section's name does not end with ]");
      }
      section = &ini.sections[section_name(content.substr(1, close - 1))];
      continue;
    }
    const size_t equals = content.find('=');
    if (equals == std::string_view::npos) {
      return wrong(number, "the line is neither [section] nor name = value");
    }
    if (section == nullptr) {
      return wrong(number, "the line sets a value before the first [section]");
    }
    (*section)[base::lower(trimmed(content.substr(0, equals)))] =
        Secret(without_comment(content.substr(equals + 1)));
  }
  return ini;
}

base::Result<IniFile> IniFile::read(const std::filesystem::path& file) {
  auto text = read_file(file, kIniBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return IniFile{};
  if (!text) return text.error();
  return parse(text->reveal(), file.string());
}

}  // namespace penstock::aws
