#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

namespace penstock::apps {

// Writes the help of a program or of one of its verbs, in lines of at most kColumns: how to call
// it, its arguments, its options by groups, and its verbs. This header has CLI11, so only
// command_line.cpp includes it.
class HelpText final : public CLI::FormatterBase {
 public:
  static constexpr size_t kColumns = 80;
  // Descriptions begin in this column, in the line of the option's name if that leaves room.
  static constexpr size_t kDescriptionColumn = 28;

  // Adds what the help says of an option behind its description, such as "1 to 65535".
  void add_note(const CLI::Option& option, std::string note) {
    notes_[&option].push_back(std::move(note));
  }

  // `name` is how the program, or its verb, was called.
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode mode) const override;

 private:
  [[nodiscard]] std::string entry(const CLI::Option& option) const;

  std::map<const CLI::Option*, std::vector<std::string>> notes_;
};

}  // namespace penstock::apps
