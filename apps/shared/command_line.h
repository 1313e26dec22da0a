#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The library's one header takes seconds to compile; who declares options does without it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace penstock::apps {

// An option of a command line, of which more is to be said. What it forbids ends the parsing with a
// sentence.
class Option {
 public:
  // The command line must have it.
  const Option& required() const;
  // It takes the other one, too.
  const Option& needs(const Option& other) const;
  // It does not go with the other one.
  const Option& excludes(const Option& other) const;
  // Numbers: from `least` to `most`, both included.
  const Option& between(int64_t least, int64_t most) const;
  // Seconds, with fractions: the same.
  const Option& seconds_between(double least, double most) const;
  // A number that is 0 or more.
  const Option& not_negative() const;
  // A number that is more than 0.
  const Option& positive() const;
  // One of these words.
  const Option& one_of(const std::vector<std::string>& words) const;
  // The name of a file that is there.
  const Option& existing_file() const;
  // `problem`: given the text, what is wrong with it; empty: nothing.
  const Option& checked_by(std::function<std::string(const std::string& text)> problem) const;
  // Of a list: takes one value each time that it is given, so that an argument without a name may
  // follow.
  const Option& one_value_at_a_time() const;
  // This variable stands in for it.
  const Option& or_variable(const std::string& name) const;
  // The help shows the value that stands if it is not given: what the variable holds now.
  const Option& shows_default() const;

 private:
  friend class Command;
  explicit Option(CLI::Option& option) : option_(&option) {}

  CLI::Option* option_;
};

// A program's command line, or that of one of its verbs.
class Command {
 public:
  // `name`: "--name", or "NAME" of an argument that stands alone. Parsing writes into `value`,
  // which keeps what it held if the option is not given. T: std::string, std::filesystem::path, a
  // list of strings, double, or one of the integers for which command_line.cpp instantiates it.
  template <class T>
  Option option(const std::string& name, T& value, const std::string& help) const;
  // An option without a value: given is true.
  Option flag(const std::string& name, bool& value, const std::string& help) const;
  // A verb, such as `esm` of `penstock_local esm`.
  [[nodiscard]] Command verb(const std::string& name, const std::string& help) const;
  // The last lines of the help.
  void set_footer(const std::string& text) const;
  // After the parsing: whether this verb was given.
  [[nodiscard]] bool given() const;

 protected:
  explicit Command(CLI::App& app) : app_(&app) {}

  CLI::App* app_;
};

// The command line of a whole program. Owns what its Commands and Options refer to.
class CommandLine final : public Command {
 public:
  CommandLine(const std::string& program, const std::string& description);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // How many verbs a command line may have; without this, any number.
  void expect_verbs(size_t least, size_t most) const;
  // Reads the arguments of main(). The exit status of a program that is to end at once: 0, the help
  // was asked for and is printed; kExitUsage, a sentence on standard error says what is wrong.
  [[nodiscard]] std::optional<int> parse(int count, char** arguments) const;

 private:
  explicit CommandLine(std::unique_ptr<CLI::App> app);

  std::unique_ptr<CLI::App> owned_;
};

}  // namespace penstock::apps
