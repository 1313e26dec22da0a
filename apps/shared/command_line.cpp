#include "apps/shared/command_line.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <type_traits>
#include <utility>

#include "apps/shared/exit_status.h"
#include "apps/shared/help_text.h"
#include "base/number_text.h"

namespace penstock::apps {
namespace {

std::string not_whole(const std::string& text, int64_t least, int64_t most) {
  return "'" + text + "' is not a whole number from " + std::to_string(least) + " to " +
         std::to_string(most);
}

std::string no_seconds(const std::string& text, std::chrono::seconds least,
                       std::chrono::seconds most) {
  return "'" + text + "' is not a number of seconds from " + std::to_string(least.count()) +
         " to " + std::to_string(most.count()) + " with up to three decimals";
}

// Adds a rule to the option, which the help shows as "1 to 9".
void check_range(CLI::Option& option, HelpText& help, int64_t least, int64_t most,
                 std::function<std::string(const std::string& text)> problem) {
  help.add_note(option, std::to_string(least) + " to " + std::to_string(most));
  option.check(CLI::Validator(
      [problem = std::move(problem)](std::string& text) { return problem(text); }, std::string()));
}

// The kinds of values that are numbers. Each can be read from a text, says what is wrong with a
// text that it is not, is shown as a default, and has a name in the help.
template <class T>
struct NumberOption;

template <base::WholeNumber T>
struct NumberOption<T> {
  static constexpr const char* kType = "N";
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
  static constexpr const char* kType = "SECONDS";
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

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::needs(const Option& other) const {
  option_->needs(other.option_);
  return *this;
}

Option Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

Option Option::between(int64_t least, int64_t most) const {
  check_range(*option_, *help_, least, most, [=](const std::string& text) {
    const auto number = base::whole_number<int64_t>(text);
    return number && *number >= least && *number <= most ? "" : not_whole(text, least, most);
  });
  return *this;
}

Option Option::between(std::chrono::seconds least, std::chrono::seconds most) const {
  check_range(*option_, *help_, least.count(), most.count(), [=](const std::string& text) {
    const auto time = base::decimal_seconds(text);
    return time && *time >= least && *time <= most ? "" : no_seconds(text, least, most);
  });
  return *this;
}

Option Option::one_of(const std::vector<std::string>& words) const {
  CLI::IsMember rule(words);
  rule.description("");  // It would show the words a second time.
  option_->check(rule);
  std::string names;
  for (const std::string& word : words) names += (names.empty() ? "" : "|") + word;
  return takes(names);
}

Option Option::existing_file() const {
  CLI::Validator rule = CLI::ExistingFile;
  rule.description("");
  option_->check(rule);
  return takes("FILE");
}

Option Option::takes(const std::string& value) const {
  option_->type_name(value);
  return *this;
}

Option Option::checked_by(std::function<std::string(const std::string&)> problem) const {
  option_->check(CLI::Validator(
      [problem = std::move(problem)](std::string& text) { return problem(text); }, std::string()));
  return *this;
}

Option Option::one_value_at_a_time() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Option::or_variable(const std::string& name) const {
  option_->envname(name);
  return *this;
}

Option Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

template <class T>
Option Command::option(const std::string& name, T& value, const std::string& help) const {
  if constexpr (!IsNumber<T>) {
    CLI::Option& option = *app_->add_option(name, value, help);
    if constexpr (std::is_same_v<T, std::filesystem::path>) option.type_name("PATH");
    return declared(option);
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
    CLI::Option& option = *app_->add_option(name, store, help, false, shown);
    option.type_name(Number::kType);
    return declared(option);
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
  return declared(*app_->add_flag(name, value, help));
}

Option Command::declared(CLI::Option& option) const {
  if (!group_.empty()) option.group(group_);
  return {option, *help_};
}

Command Command::group(const std::string& name) const {
  Command command = *this;
  command.group_ = name;
  return command;
}

Command Command::verb(const std::string& name, const std::string& help) const {
  return {*app_->add_subcommand(name, help), *help_};
}

void Command::expect_verbs(size_t least, size_t most) const {
  app_->require_subcommand(least, most);
}

void Command::set_footer(const std::string& text) const {
  app_->footer(text);
}

bool Command::given() const {
  return app_->parsed();
}

CommandLine::CommandLine(const std::string& program, const std::string& description)
    : CommandLine(std::make_unique<CLI::App>(description, program), std::make_shared<HelpText>()) {}

CommandLine::CommandLine(std::unique_ptr<CLI::App> app, std::shared_ptr<HelpText> help)
    : Command(*app, *help), owned_(std::move(app)) {
  // The verbs that are declared later take both over.
  owned_->formatter(std::move(help));
  owned_->set_help_flag("-h,--help", "Show this help.");
}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::parse(int count, char** arguments) const {
  try {
    app_->parse(count, arguments);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? 0 : kExitUsage;
  }
}

}  // namespace penstock::apps
