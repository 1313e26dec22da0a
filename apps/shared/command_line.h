#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The single header of CLI11 takes seconds to compile, so the programs that declare options do not
// include it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace penstock::apps {

class HelpText;

// Refers to an option of a command line. Its functions add rules; a command line that violates one
// ends the parsing with a message. An Option refers to its CommandLine, which must outlive it. It
// is small, and each function returns a copy: a reference could be to one that has ended.
class Option {
 public:
  // Requires the option.
  Option required() const;
  // Requires the other option whenever this one is given.
  Option needs(const Option& other) const;
  // Forbids the other option whenever this one is given.
  Option excludes(const Option& other) const;
  // Allows whole numbers from `least`, which is not negative, to `most`, both included.
  Option between(int64_t least, int64_t most) const;
  // Does the same for seconds with up to three decimals.
  Option between(std::chrono::seconds least, std::chrono::seconds most) const;
  // Allows only these words.
  Option one_of(const std::vector<std::string>& words) const;
  // Allows only names of existing files.
  Option existing_file() const;
  // Checks the value with `problem`, which returns what is wrong with it, or an empty text.
  Option checked_by(std::function<std::string(const std::string& text)> problem) const;
  // Names the value in the help, such as "HOST:PORT". Without this it is N for a whole number,
  // SECONDS, PATH or TEXT, and FILE or the words for the rules above.
  Option takes(const std::string& value) const;
  // Makes a list take one value each time the option is given, so that an argument without a name
  // may follow.
  Option one_value_at_a_time() const;
  // Takes the value from this environment variable if the option is not given.
  Option or_variable(const std::string& name) const;
  // Shows the default in the help, which is the value that the variable has now.
  Option shows_default() const;

 private:
  friend class Command;
  Option(CLI::Option& option, HelpText& help) : option_(&option), help_(&help) {}

  CLI::Option* option_;
  HelpText* help_;
};

// Declares the command line of a program, or of one of its verbs.
class Command {
 public:
  // Declares an option "--name", or an argument "NAME" without dashes. Parsing writes into `value`,
  // which keeps its old value if the option is not given, and must outlive the parsing. T is
  // std::string, std::filesystem::path, a list of strings, or a number for which command_line.cpp
  // instantiates it: a whole one (base::whole_number), or std::chrono::milliseconds, which are
  // written as seconds (base::decimal_seconds). What is no such number ends the parsing.
  template <class T>
  Option option(const std::string& name, T& value, const std::string& help) const;
  // Declares an option without a value. `value` becomes true if it is given.
  Option flag(const std::string& name, bool& value, const std::string& help) const;
  // Returns this command, whose options that are declared with it the help shows under this title.
  [[nodiscard]] Command group(const std::string& name) const;
  // Declares a verb, such as `esm` in `penstock_local esm`.
  [[nodiscard]] Command verb(const std::string& name, const std::string& help) const;
  // Requires from `least` to `most` verbs. Without this any number is allowed.
  void expect_verbs(size_t least, size_t most) const;
  // Sets the last lines of the help.
  void set_footer(const std::string& text) const;
  // Says whether this verb was given. It is valid after the parsing.
  [[nodiscard]] bool given() const;

 protected:
  Command(CLI::App& app, HelpText& help) : app_(&app), help_(&help) {}

  CLI::App* app_;

 private:
  Option declared(CLI::Option& option) const;

  HelpText* help_;
  std::string group_;
};

// Declares and parses the command line of a whole program. Its Commands and Options refer to it, so
// it must outlive them.
class CommandLine final : public Command {
 public:
  // `program` and `description` are for the help.
  CommandLine(const std::string& program, const std::string& description);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // Reads the arguments of main(). Returns nothing if the program should go on, and otherwise its
  // exit status: 0 after it has printed the help, or kExitUsage after it has printed to the
  // standard error what is wrong.
  [[nodiscard]] std::optional<int> parse(int count, char** arguments) const;

 private:
  CommandLine(std::unique_ptr<CLI::App> app, std::shared_ptr<HelpText> help);

  std::unique_ptr<CLI::App> owned_;
};

}  // namespace penstock::apps
