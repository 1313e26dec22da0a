// These tests use `penstock_contract keys` as the operator of a service does.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "auth/secrets/api_keys.h"
#include "auth/secrets/new_api_key.h"
#include "auth/secrets/users.h"
#include "processes/pipe.h"
#include "support/program.h"

namespace penstock {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class KeysCommandTest : public testing::Test {
 protected:
  ~KeysCommandTest() override { fs::remove_all(folder_); }

  struct Run {
    std::string output;  // And errors.
    int status;
  };
  // Runs `keys` with these arguments to its end. The word FILE stands for the file.
  Run run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "keys");
    for (std::string& argument : arguments) {
      if (argument == "FILE") argument = file_;
    }
    test::Program program("penstock_contract", std::move(arguments), {}, next_log());
    const int status = program.exit_status();
    return {.output = program.output(), .status = status};
  }
  // Runs `keys password FILE --name ann` with a standard input that the shell makes.
  processes::Child read_password(const std::string& input, int output,
                                 const std::string& name = "ann") {
    const std::string program = test::program_path("penstock_contract");
    auto child =
        processes::Child::spawn({.program = "/bin/sh",
                                 .arguments = {"-c", input + " '" + program + "' keys password '" +
                                                         file_.string() + "' --name " + name}},
                                output);
    return std::move(child.value());
  }
  fs::path next_log() { return folder_ / ("output" + std::to_string(++runs_)); }
  std::string text() const {
    std::ifstream in(file_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(std::string_view text) const { std::ofstream(file_) << text; }
  static std::string key_in(const std::string& output) {
    std::smatch found;
    return std::regex_search(output, found, std::regex("(^|\n)(psk_[0-9A-Za-z]{49})\n"))
               ? found[2].str()
               : "";
  }
  auth::Caller::Shared find(const std::string& key) const {
    const auto keys = auth::ApiKeys::parse(text(), "key");
    EXPECT_TRUE(keys) << keys.error().message;
    return keys ? keys->find(key, system_clock::now()) : nullptr;
  }
  bool is_password(std::string_view password) const {
    const auto users = auth::Users::parse(text(), "staff");
    const auto* const passwords = users ? users->find("ann") : nullptr;
    return passwords != nullptr && passwords->back().hash.matches(password) == true;
  }
  static int status_of(processes::Child& child) {
    const auto status = child.wait_until(steady_clock::now() + std::chrono::seconds(20));
    EXPECT_TRUE(status && !status->by_signal);
    return status ? status->number : -1;
  }
  mode_t mode() const {
    struct stat status{};
    return ::stat(file_.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  static fs::path new_folder() {
    std::string name = (fs::temp_directory_path() / "penstock_test_XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  fs::path folder_ = new_folder();
  fs::path file_ = folder_ / "keys.json";
  int runs_ = 0;
};

TEST_F(KeysCommandTest, NewPrintsAKeyWhoseHashIsInTheFile) {
  const Run made = run({"new", "FILE", "--name", "partner", "--scope", "write", "--scope", "read",
                        "--expires", "30d"});
  EXPECT_EQ(made.status, 0);
  const std::string key = key_in(made.output);
  EXPECT_TRUE(auth::looks_like_new_api_key(key));
  EXPECT_THAT(made.output, HasSubstr("partner has 1 key\n"));
  EXPECT_THAT(text(), Not(HasSubstr(key)));
  EXPECT_EQ(mode(), 0600);
  const auto principal = find(key);
  ASSERT_NE(principal, nullptr);
  EXPECT_EQ(principal->subject, "partner");
  EXPECT_THAT(principal->scopes, testing::ElementsAre("read", "write"));
  const auto keys = auth::ApiKeys::parse(text(), "key");
  const auto days = [](int count) { return std::chrono::hours(24 * count); };
  EXPECT_NE(keys->find(key, system_clock::now() + days(29)), nullptr);
  EXPECT_EQ(keys->find(key, system_clock::now() + days(30)), nullptr);
  // Nothing unfinished is left.
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
  }
}

TEST_F(KeysCommandTest, AKeyThatCannotBePrintedIsAnError) {
  const auto errors = processes::Pipe::make().value();
  auto child = processes::Child::spawn(
      {.program = "/bin/sh",
       .arguments = {"-c", "'" + test::program_path("penstock_contract").string() + "' keys new '" +
                               file_.string() + "' --name ann > /dev/full"}},
      errors.write_end.get());
  EXPECT_EQ(status_of(child.value()), 1);
}

TEST_F(KeysCommandTest, AKeyIsReplacedInThreeSteps) {
  const std::string old_key = key_in(run({"new", "FILE", "--name", "partner"}).output);
  run({"new", "FILE", "--name", "other"});
  const Run second = run({"new", "FILE", "--name", "partner", "--expires", "2200-01-01"});
  EXPECT_THAT(second.output, HasSubstr("partner has 2 keys\n"));
  const std::string new_key = key_in(second.output);
  EXPECT_NE(find(old_key), nullptr);
  EXPECT_NE(find(new_key), nullptr);
  const Run list = run({"list", "FILE"});
  EXPECT_EQ(list.status, 0);
  EXPECT_TRUE(
      std::regex_search(list.output, std::regex("key +partner +20\\S+Z +never\n"
                                                "key +other +20\\S+Z +never\n"
                                                "key +partner +20\\S+Z +2200-01-01T00:00:00Z\n")))
      << list.output;
  EXPECT_FALSE(std::regex_search(list.output, std::regex("[0-9a-f]{20}"))) << list.output;
  const Run removed = run({"remove", "FILE", "--name", "partner", "--old"});
  EXPECT_EQ(removed.output, "1 entry removed\n");
  EXPECT_EQ(find(old_key), nullptr);
  EXPECT_NE(find(new_key), nullptr);
  EXPECT_EQ(run({"remove", "FILE", "--name", "partner", "--old"}).output, "0 entries removed\n");
}

TEST_F(KeysCommandTest, AKeyThatLeakedIsReplacedAtOnce) {
  const std::string old_key = key_in(run({"new", "FILE", "--name", "partner"}).output);
  const std::string new_key = key_in(run({"new", "FILE", "--name", "partner", "--replace"}).output);
  EXPECT_EQ(find(old_key), nullptr);
  EXPECT_NE(find(new_key), nullptr);
}

TEST_F(KeysCommandTest, RemovesEntriesByNameAndByExpiry) {
  const std::string sha256 = "\", \"sha256\": \"" + std::string(63, 'a');
  write(R"({"keys": [{"name": "a)" + sha256 + R"(1", "expires": "2020-01-01T00:00:00Z"},)" +
        R"({"name": "a)" + sha256 + R"(2"}, {"name": "b)" + sha256 +
        R"(3", "expires": "2020-01-01T00:00:00Z"}]})");
  EXPECT_THAT(run({"list", "FILE"}).output, HasSubstr("2020-01-01T00:00:00Z (expired)"));
  EXPECT_EQ(run({"remove", "FILE", "--name", "a", "--expired"}).output, "1 entry removed\n");
  EXPECT_THAT(text(), Not(HasSubstr("aaaaaa1")));
  EXPECT_THAT(text(), HasSubstr("aaaaaa2"));
  EXPECT_EQ(run({"remove", "FILE", "--expired"}).output, "1 entry removed\n");
  EXPECT_EQ(run({"remove", "FILE", "--name", "a"}).output, "1 entry removed\n");
  const Run nothing = run({"remove", "FILE", "--name", "a"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.output, HasSubstr("keys.json: it has no entry of a\n"));
}

TEST_F(KeysCommandTest, KeepsWhatElseIsInTheFile) {
  write(R"({"owner": "a team", "keys": [], "users": [], "limit": 1.5})");
  fs::permissions(file_, fs::perms(0640));
  const fs::path link = folder_ / "link.json";
  fs::create_symlink(file_, link);
  EXPECT_EQ(run({"new", link, "--name", "a"}).status, 0);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(mode(), 0640);
  const auto document = boost::json::parse(text());
  EXPECT_EQ(document.at("owner"), "a team");
  EXPECT_EQ(document.at("limit"), 1.5);
  EXPECT_EQ(document.at("keys").as_array().size(), 1);
}

TEST_F(KeysCommandTest, LosesNothingWhenSeveralRunAtOnce) {
  std::vector<test::Program> programs;
  programs.reserve(10);
  for (int i = 0; i < 10; ++i) {
    programs.emplace_back("penstock_contract",
                          std::vector<std::string>{"keys", "new", file_, "--name", "a"},
                          base::Environment(), next_log());
  }
  for (test::Program& program : programs) EXPECT_EQ(program.exit_status(), 0);
  for (const test::Program& program : programs) EXPECT_NE(find(key_in(program.output())), nullptr);
}

TEST_F(KeysCommandTest, DoesNotTouchAFileWithAMistake) {
  const std::string secret = "psk_this-is-a-key-at-the-wrong-place";
  const std::string wrong = R"({"keys": [{"name": "a", "sha256": ")" + secret + "\"}]}";
  write(wrong);
  for (const Run& failed : {run({"new", "FILE", "--name", "a"}), run({"list", "FILE"}),
                            run({"remove", "FILE", "--name", "a"})}) {
    EXPECT_EQ(failed.status, 1);
    EXPECT_THAT(failed.output, HasSubstr("keys.json: /keys/0/sha256: must be the SHA-256"));
    EXPECT_THAT(failed.output, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(text(), wrong);
  write("[]");
  EXPECT_THAT(run({"new", "FILE", "--name", "a"}).output, HasSubstr("must be a JSON object"));
}

TEST_F(KeysCommandTest, RefusesWrongOptions) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"new", "FILE"},
      {"new", "--name", "a"},
      {"new", "FILE", "--name", ""},
      {"new", "FILE", "--name", "a\nb"},
      {"new", "FILE", "--name", "a", "--scope", "a b"},
      {"new", "FILE", "--name", "a", "--expires", "2020-01-01"},
      {"new", "FILE", "--name", "a", "--expires", "0d"},
      {"new", "FILE", "--name", "a", "--expires", "tomorrow"},
      {"password", "FILE", "--name", "a:b"},
      {"remove", "FILE"},
      {"remove", "FILE", "--old"}};
  for (const auto& arguments : wrong) {
    EXPECT_EQ(run(arguments).status, 2) << testing::PrintToString(arguments);
  }
  EXPECT_FALSE(fs::exists(file_));
  const Run missing = run({"list", "FILE"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.output, HasSubstr("keys.json: there is no such file"));
  file_ = folder_ / "none" / "keys.json";
  EXPECT_EQ(run({"new", "FILE", "--name", "a"}).status, 1);
}

TEST_F(KeysCommandTest, PasswordReadsALineOfStandardInput) {
  const auto read = [this](const std::string& input) {
    const processes::FileDescriptor null(::open("/dev/null", O_WRONLY));
    auto child = read_password(input, null.get());
    return status_of(child);
  };
  EXPECT_EQ(read("printf 'a good one\\nanother line\\n' |"), 0);
  EXPECT_TRUE(is_password("a good one"));
  EXPECT_EQ(mode(), 0600);
  EXPECT_EQ(read("printf '%s' 'sjö 8 åå' |"), 0);
  EXPECT_TRUE(is_password("sjö 8 åå"));
  const std::string before = text();
  EXPECT_EQ(read("printf 'seven77\\n' |"), 2);
  EXPECT_EQ(read("printf 'sjöööö7\\n' |"), 2);  // Characters count, not bytes.
  EXPECT_EQ(read("printf 'with a \\t tab\\n' |"), 2);
  EXPECT_EQ(read("printf 'not UTF-8 \\377\\n' |"), 2);
  EXPECT_EQ(read("printf '%1025s\\n' a |"), 2);
  EXPECT_EQ(read("true |"), 2);
  EXPECT_EQ(text(), before);
  EXPECT_EQ(read("printf '%1024s\\n' a |"), 0);
}

class KeysTerminalTest : public KeysCommandTest {
 protected:
  void SetUp() override {
    int master = -1, slave = -1;
    std::array<char, 64> name{};
    ASSERT_EQ(::openpty(&master, &slave, name.data(), nullptr, nullptr), 0);
    window_ = processes::FileDescriptor(master);
    terminal_ = processes::FileDescriptor(slave);
    name_ = name.data();
  }
  // Reads what the terminal shows until this comes. Returns false if it does not.
  bool shows(const std::string& text) {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (text_.find(text) == std::string::npos) {
      std::array<char, 4096> some{};
      if (!processes::wait_until_readable(std::array{window_.get()}, deadline)) return false;
      const ssize_t count = ::read(window_.get(), some.data(), some.size());
      if (count <= 0) return false;
      text_.append(some.data(), static_cast<size_t>(count));
      all_.append(some.data(), static_cast<size_t>(count));
    }
    text_.erase(0, text_.find(text) + text.size());
    return true;
  }
  void type(std::string_view keys) const {
    ASSERT_EQ(::write(window_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  bool is_seen() const {
    termios now{};
    return ::tcgetattr(terminal_.get(), &now) == 0 && (now.c_lflag & ECHO) != 0;
  }
  processes::Child start() { return read_password("< " + name_ + " exec", terminal_.get()); }

  processes::FileDescriptor window_;
  processes::FileDescriptor terminal_;
  std::string name_;
  std::string text_;  // What has not been looked for yet.
  std::string all_;
};

TEST_F(KeysTerminalTest, ThePasswordIsAskedTwiceAndNotShown) {
  processes::Child child = start();
  ASSERT_TRUE(shows("Password: "));
  EXPECT_FALSE(is_seen());
  type("correct horse\n");
  ASSERT_TRUE(shows("Again: "));
  type("correct horse\n");
  EXPECT_EQ(status_of(child), 0);
  EXPECT_TRUE(is_seen());
  EXPECT_TRUE(is_password("correct horse"));
  ASSERT_TRUE(shows("ann has 1 password"));
  EXPECT_THAT(all_, Not(HasSubstr("horse")));
}

TEST_F(KeysTerminalTest, ATypingErrorIsNoticed) {
  processes::Child child = start();
  ASSERT_TRUE(shows("Password: "));
  type("correct horse\n");
  ASSERT_TRUE(shows("Again: "));
  type("correct house\n");
  ASSERT_TRUE(shows("the two are not the same"));
  EXPECT_EQ(status_of(child), 2);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(KeysTerminalTest, CtrlCLeavesATerminalThatShowsWhatIsTyped) {
  processes::Child child = start();
  ASSERT_TRUE(shows("Password: "));
  type("correct\x03");
  ASSERT_TRUE(shows("interrupted"));
  EXPECT_EQ(status_of(child), 2);
  EXPECT_TRUE(is_seen());
}

}  // namespace
}  // namespace penstock
