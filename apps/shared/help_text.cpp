#include "apps/shared/help_text.h"

#include <algorithm>
#include <set>
#include <utility>

namespace penstock::apps {
namespace {

// Options that are in no other group are in this one.
constexpr const char* kOtherGroup = "Options";

// Breaks a text at blanks into lines that begin with `indent` blanks and have at most kColumns. A
// longer word keeps its line.
std::string wrapped(const std::string& text, size_t indent) {
  std::string lines;
  size_t column = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const size_t length = end - begin;
    if (column > 0 && column + 1 + length <= HelpText::kColumns) {
      lines += ' ';
      ++column;
    } else {
      if (column > 0) lines += '\n';
      lines.append(indent, ' ');
      column = indent;
    }
    lines.append(text, begin, length);
    column += length;
    begin = end + 1;
  }
  return lines + "\n";
}

// Returns the lines of one entry: its name, and its description in a column of its own.
std::string lines_of(const std::string& name, const std::string& description) {
  const std::string left = "  " + name;
  std::string right = wrapped(description, HelpText::kDescriptionColumn);
  if (left.size() >= HelpText::kDescriptionColumn) return left + "\n" + right;
  return right.replace(0, left.size(), left);
}

std::string name_of(const CLI::Option& option) {
  const bool repeats = option.get_items_expected_max() > 1;
  if (!option.nonpositional()) return option.get_name(true) + (repeats ? "..." : "");
  std::string name = "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) name = "-" + option.get_snames().front() + ", " + name;
  // Options without a value expect no item.
  if (option.get_items_expected_max() > 0) name += " " + option.get_type_name();
  return name;
}

// Says how the program or its verb is called.
std::string usage(const CLI::App& app, const std::string& name) {
  std::string arguments = " [OPTION...]";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string argument = name_of(*option);
    arguments += option->get_required() ? " " + argument : " [" + argument + "]";
  }
  const bool has_verbs = !app.get_subcommands({}).empty();
  std::string text = "Usage: ";
  if (!has_verbs || app.get_require_subcommand_min() == 0) {
    text += name + arguments + "\n";
    if (has_verbs) text += "       ";
  }
  return has_verbs ? text + name + " VERB [OPTION...]\n" : text;
}

}  // namespace

std::string HelpText::entry(const CLI::Option& option) const {
  std::vector<std::string> notes;
  if (option.get_required()) notes.emplace_back("required");
  if (const auto found = notes_.find(&option); found != notes_.end()) {
    notes.insert(notes.end(), found->second.begin(), found->second.end());
  }
  if (!option.get_default_str().empty()) notes.push_back("default " + option.get_default_str());
  if (!option.get_envname().empty()) notes.push_back("or the variable " + option.get_envname());
  for (const CLI::Option* other : option.get_needs()) {
    notes.push_back("needs " + other->get_name(!other->nonpositional()));
  }
  for (const CLI::Option* other : option.get_excludes()) {
    notes.push_back("not with " + other->get_name(!other->nonpositional()));
  }
  std::string text = option.get_description();
  for (const std::string& note : notes) text += (&note == &notes.front() ? " [" : "; ") + note;
  return lines_of(name_of(option), text + (notes.empty() ? "" : "]"));
}

std::string HelpText::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  std::string text = wrapped(app->get_description(), 0) + "\n" + usage(*app, name);
  std::vector<std::string> groups = app->get_groups();
  // --help is in it, which is the first that is declared.
  std::stable_partition(groups.begin(), groups.end(),
                        [](const std::string& group) { return group != kOtherGroup; });
  std::string arguments;
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional()) arguments += entry(*option);
  }
  if (!arguments.empty()) text += "\nArguments:\n" + arguments;
  for (const std::string& group : groups) {
    std::string entries;
    for (const CLI::Option* option : app->get_options()) {
      if (option->nonpositional() && option->get_group() == group) entries += entry(*option);
    }
    if (!entries.empty()) text.append("\n").append(group).append(":\n").append(entries);
  }
  std::string verbs;
  for (const CLI::App* verb : app->get_subcommands({})) {
    verbs += lines_of(verb->get_name(), verb->get_description());
  }
  if (!verbs.empty()) text += "\nVerbs, each of which has a --help of its own:\n" + verbs;
  if (!app->get_footer().empty()) text += "\n" + wrapped(app->get_footer(), 0);
  return text;
}

}  // namespace penstock::apps
