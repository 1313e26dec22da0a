#include "apps/shared/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <limits>
#include <type_traits>
#include <utility>

#include "apps/shared/exit_status.h"
#include "base/number_text.h"

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

std::string not_whole(const std::string& text, int64_t least, int64_t most) {
  return "'" + text + "' is not a whole number from " + std::to_string(least) + " to " +
         std::to_string(most);
}

std::string no_seconds(const std::string& text, std::chrono::seconds least,
                       std::chrono::seconds most) {
  return "'" + text + "' is not a number of seconds from " + std::to_string(least.count()) +
         " to " + std::to_string(most.count()) + " with up to three decimals";
}

// Adds a rule to the option, which the help shows as "INT in [1 - 9]".
void check_range(CLI::Option& option, const std::string& type, int64_t least, int64_t most,
                 std::function<std::string(const std::string& text)> problem) {
  option.check(
      CLI::Validator([problem = std::move(problem)](std::string& text) { return problem(text); },
                     type + " in [" + std::to_string(least) + " - " + std::to_string(most) + "]"));
}

// The kinds of values that are numbers. Each can be read from a text, says what is wrong with a
// text that it is not, is shown as a default, and has a name in the help.
template <class T>
struct NumberOption;

template <base::WholeNumber T>
struct NumberOption<T> {
  static constexpr const char* kType = std::is_signed_v<T> ? "INT" : "UINT";
  static std::optional<T> read(const std::string& text) { return base::whole_number<T>(text); }
  static std::string problem(const std::string& text) {
    constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<T>::max());
    return not_whole(text, 0, static_cast<int64_t>(std::min<uint64_t>(kMost, INT64_MAX)));
  }
  static std::string shown(T value) { return std::to_string(value); }
};

template <class T>
struct NumberOption<std::optional<T>> : NumberOption<T> {
  static std::string shown(const std::optional<T>& value) {
    return value ? NumberOption<T>::shown(*value) : "";
  }
};

template <>
struct NumberOption<std::chrono::milliseconds> {
  static constexpr const char* kType = "FLOAT";
  static std::optional<std::chrono::milliseconds> read(const std::string& text) {
    return base::decimal_seconds(text);
  }
  static std::string problem(const std::string& text) {
    return no_seconds(text, std::chrono::seconds(0), std::chrono::hours(24 * 365));
  }
  static std::string shown(std::chrono::milliseconds value) {
    std::string text;
    base::append_number(text, static_cast<double>(value.count()) / 1000);
    return text;
  }
};

template <class T>
concept IsNumber = requires { NumberOption<T>::kType; };

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
  check_range(*option_, "INT", least, most, [=](const std::string& text) {
    const auto number = base::whole_number<int64_t>(text);
    return number && *number >= least && *number <= most ? "" : not_whole(text, least, most);
  });
  return *this;
}

const Option& Option::between(std::chrono::seconds least, std::chrono::seconds most) const {
  check_range(*option_, "FLOAT", least.count(), most.count(), [=](const std::string& text) {
    const auto time = base::decimal_seconds(text);
    return time && *time >= least && *time <= most ? "" : no_seconds(text, least, most);
  });
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
  if constexpr (!IsNumber<T>) {
    return Option(*app_->add_option(name, value, wrapped(help)));
  } else {
    // CLI11 itself would read 010 as 8, 0x10 as 16, and -1 as the largest number.
    using Number = NumberOption<T>;
    const auto store = [name, &value](const CLI::results_t& texts) {
      const auto number = Number::read(texts.back());
      if (!number) throw CLI::ValidationError(name, Number::problem(texts.back()));
      value = *number;
      return true;
    };
    const auto shown = [&value] { return Number::shown(value); };
    CLI::Option& option = *app_->add_option(name, store, wrapped(help), false, shown);
    option.type_name(Number::kType);
    return Option(option);
  }
}

template Option Command::option(const std::string&, std::string&, const std::string&) const;
template Option Command::option(const std::string&, std::filesystem::path&,
                                const std::string&) const;
template Option Command::option(const std::string&, std::vector<std::string>&,
                                const std::string&) const;
template Option Command::option(const std::string&, int&, const std::string&) const;
template Option Command::option(const std::string&, int64_t&, const std::string&) const;
template Option Command::option(const std::string&, size_t&, const std::string&) const;
template Option Command::option(const std::string&, uint16_t&, const std::string&) const;
template Option Command::option(const std::string&, std::optional<int32_t>&,
                                const std::string&) const;
template Option Command::option(const std::string&, std::optional<int64_t>&,
                                const std::string&) const;
template Option Command::option(const std::string&, std::chrono::milliseconds&,
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
