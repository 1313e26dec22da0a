#include "apps/shared/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <utility>

#include "apps/shared/exit_status.h"

namespace penstock::apps {
namespace {

// CLI11 2.3 does not break lines. It indents a help text by 30 columns, so this leaves 100 in all.
constexpr size_t kHelpColumns = 70;

// Breaks a help text at blanks into lines of at most kHelpColumns. A longer word keeps its line.
std::string wrapped(const std::string& help) {
  std::string text;
  size_t column = 0;
  for (size_t begin = 0; begin < help.size();) {
    const size_t end = std::min(help.find(' ', begin), help.size());
    const size_t length = end - begin;
    if (column > 0) {
      const bool fits = column + 1 + length <= kHelpColumns;
      text += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    text.append(help, begin, length);
    column += length;
    begin = end + 1;
  }
  return text;
}

}  // namespace

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::needs(const Option& other) const {
  option_->needs(other.option_);
  return *this;
}

const Option& Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Option& Option::between(int64_t least, int64_t most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::seconds_between(double least, double most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::not_negative() const {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

const Option& Option::positive() const {
  option_->check(CLI::PositiveNumber);
  return *this;
}

const Option& Option::one_of(const std::vector<std::string>& words) const {
  option_->check(CLI::IsMember(words));
  return *this;
}

const Option& Option::existing_file() const {
  option_->check(CLI::ExistingFile);
  return *this;
}

const Option& Option::checked_by(std::function<std::string(const std::string&)> problem) const {
  option_->check(CLI::Validator(
      [problem = std::move(problem)](std::string& text) { return problem(text); }, std::string()));
  return *this;
}

const Option& Option::one_value_at_a_time() const {
  option_->allow_extra_args(false);
  return *this;
}

const Option& Option::or_variable(const std::string& name) const {
  option_->envname(name);
  return *this;
}

const Option& Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

template <class T>
Option Command::option(const std::string& name, T& value, const std::string& help) const {
  return Option(*app_->add_option(name, value, wrapped(help)));
}

template Option Command::option(const std::string&, std::string&, const std::string&) const;
template Option Command::option(const std::string&, std::filesystem::path&,
                                const std::string&) const;
template Option Command::option(const std::string&, std::vector<std::string>&,
                                const std::string&) const;
template Option Command::option(const std::string&, double&, const std::string&) const;
template Option Command::option(const std::string&, int&, const std::string&) const;
template Option Command::option(const std::string&, int64_t&, const std::string&) const;
template Option Command::option(const std::string&, size_t&, const std::string&) const;
template Option Command::option(const std::string&, uint16_t&, const std::string&) const;
template Option Command::option(const std::string&, std::optional<int32_t>&,
                                const std::string&) const;
template Option Command::option(const std::string&, std::optional<int64_t>&,
                                const std::string&) const;

Option Command::flag(const std::string& name, bool& value, const std::string& help) const {
  return Option(*app_->add_flag(name, value, wrapped(help)));
}

Command Command::verb(const std::string& name, const std::string& help) const {
  return Command(*app_->add_subcommand(name, wrapped(help)));
}

void Command::set_footer(const std::string& text) const {
  app_->footer(text);
}

bool Command::given() const {
  return app_->parsed();
}

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : CommandLine(std::make_unique<CLI::App>(wrapped(description), program)) {}

CommandLine::CommandLine(std::unique_ptr<CLI::App> app) : Command(*app), owned_(std::move(app)) {}

CommandLine::~CommandLine() = default;

void CommandLine::expect_verbs(size_t least, size_t most) const {
  app_->require_subcommand(least, most);
}

std::optional<int> CommandLine::parse(int count, char** arguments) const {
  try {
    app_->parse(count, arguments);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? 0 : kExitUsage;
  }
}

}  // namespace penstock::apps
