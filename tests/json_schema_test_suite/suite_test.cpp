// Runs the official JSON Schema test suite. README.md describes the files, and exceptions.txt names
// the tests that may fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/schema_document.h"

namespace penstock::contract {
namespace {

namespace fs = std::filesystem;
const fs::path kSuite = PENSTOCK_JSON_SCHEMA_SUITE;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !fs::is_regular_file(path)) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

base::Result<std::string> load(const std::string& uri) {
  static const std::array<std::pair<std::string_view, fs::path>, 3> places = {{
      {"http://localhost:1234/", kSuite / "remotes"},
      {"https://json-schema.org/draft/2020-12/meta/", kSuite / "metaschemas/vocabularies"},
      {"https://json-schema.org/draft/2020-12/", kSuite / "metaschemas"},
  }};
  for (const auto& [prefix, folder] : places) {
    if (!uri.starts_with(prefix)) continue;
    std::string name = uri.substr(prefix.size());
    if (name == "schema") name = "metaschema.json";
    if (auto text = read_file(folder / name)) return *std::move(text);
  }
  return base::Error{base::ErrorCode::not_found, uri + " is not part of the suite"};
}

// Failure is a test that fails, or one that may fail: the first three fields of a row of
// exceptions.txt.
struct Failure {
  std::string file;       // "draft4/items.json"
  std::string case_name;  // Its description.
  std::string test;       // Its description, "*" for all of the case, or "refused: KEYWORD".

  [[nodiscard]] std::string line() const { return file + " | " + case_name + " | " + test; }
  [[nodiscard]] bool covers(const Failure& other) const {
    return file == other.file && case_name == other.case_name &&
           (test == "*" || test == other.test);
  }
  [[nodiscard]] bool is_refusal() const { return test.starts_with("refused: "); }
  [[nodiscard]] fs::path folder() const { return fs::path(file).parent_path(); }
};

// Reads exceptions.txt by rows. A line that begins with blanks continues the row before.
std::vector<std::string> read_rows() {
  std::ifstream file(kSuite / "exceptions.txt");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with(' ') && !rows.empty()) {
      rows.back() += line.substr(line.find_first_not_of(' ') - 1);
    } else {
      rows.push_back(std::move(line));
    }
  }
  return rows;
}

std::vector<Failure> read_exceptions() {
  std::vector<Failure> exceptions;
  std::set<std::string> lines;
  for (const std::string& line : read_rows()) {
    std::vector<std::string> fields;
    for (size_t begin = 0; begin != std::string::npos;) {
      const size_t end = line.find(" | ", begin);
      fields.push_back(line.substr(begin, end == std::string::npos ? end : end - begin));
      begin = end == std::string::npos ? end : end + 3;
    }
    fields.resize(std::max<size_t>(fields.size(), 3));
    exceptions.push_back({fields[0], fields[1], fields[2]});
    const Failure& exception = exceptions.back();
    const bool reasoned = fields.size() == 4 && !fields[3].empty();
    EXPECT_EQ(exception.is_refusal(), !reasoned) << "a reason for each but a refusal, in: " << line;
    EXPECT_EQ(exception.is_refusal(), exception.folder() == "draft4") << line;
    EXPECT_TRUE(fs::exists(kSuite / "tests" / exception.file)) << "there is no such file: " << line;
    EXPECT_TRUE(lines.insert(exception.line()).second) << "twice: " << line;
  }
  return exceptions;
}

// Returns the keyword of the first error, "URI:1:COLUMN: sentence": the key at that column, or the
// last one before it. An error in another document belongs to a $ref.
std::string refused_keyword(std::string_view message, std::string_view schema,
                            const std::string& uri) {
  if (!message.starts_with(uri + ":1:")) return "$ref";
  size_t end = 0;
  for (const char digit : message.substr(uri.size() + 3)) {
    if (std::isdigit(static_cast<unsigned char>(digit)) == 0) break;
    end = end * 10 + static_cast<size_t>(digit - '0');
  }
  // A column counts characters, and the text has those that are no ASCII.
  for (size_t at = 0; at < end; ++at) {
    if (at < schema.size() && (static_cast<unsigned char>(schema[at]) & 0xc0) == 0x80) ++end;
  }
  const size_t closing = schema.find('"', end);  // A key ends with ":
  const bool at_key = closing != std::string_view::npos && schema.substr(closing, 2) == "\":";
  const size_t quote = at_key ? closing : schema.substr(0, end).rfind("\":");
  if (quote == std::string_view::npos) return "(root)";
  const size_t begin = schema.rfind('"', quote - 1) + 1;
  return std::string(schema.substr(begin, quote - begin));
}

class Group {
 public:
  Group(fs::path folder, SchemaOptions options) : folder_(std::move(folder)), options_(options) {}

  void run() {
    std::set<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(kSuite / "tests" / folder_)) {
      if (entry.path().extension() == ".json") files.insert(entry.path());
    }
    ASSERT_FALSE(files.empty());
    for (const fs::path& file : files) run_file(file);
    compare();
  }

 private:
  void run_file(const fs::path& path) {
    const std::string file = (folder_ / path.filename()).generic_string();
    const boost::json::value cases = boost::json::parse(read_file(path).value());
    for (const boost::json::value& one : cases.as_array()) run_case(file, one.as_object());
  }

  void run_case(const std::string& file, const boost::json::object& one) {
    const std::string name = text_of(one, "description");
    const std::string schema = boost::json::serialize(one.at("schema"));
    const std::string uri = "https://suite.test/" + file;
    const boost::json::array& tests = one.at("tests").as_array();
    run_ += tests.size();
    const auto compiled = SchemaDocument::compile(schema, uri, options_, load);
    if (!compiled) {
      EXPECT_NE(compiled.error().message, "") << file << ", " << name;
      const std::string& message = compiled.error().message;
      const bool judged = options_.dialect == Dialect::openapi_3_0;
      fail({file, name, judged ? "refused: " + refused_keyword(message, schema, uri) : "*"},
           message, tests.size());
      return;
    }
    for (const boost::json::value& element : tests) {
      const boost::json::object& test = element.as_object();
      const bool expected = test.at("valid").as_bool();
      const boost::json::value& data = test.at("data");
      const bool valid = compiled->is_valid(data);
      Violations violations;
      compiled->validate(data, violations);
      EXPECT_EQ(violations.empty(), valid) << "is_valid() and validate() differ: " << file << ", "
                                           << name << ", " << text_of(test, "description");
      EXPECT_LE(violations.size(), kViolationsMax) << file << ", " << name;
      if (valid == expected) {
        ++passed_;
      } else {
        fail({file, name, text_of(test, "description")}, valid ? "is accepted" : "is refused", 1);
      }
    }
  }

  void fail(const Failure& failure, std::string why, size_t tests) {
    tests_failed_ += tests;
    failures_.push_back(failure);
    std::replace(why.begin(), why.end(), '\n', ' ');
    reasons_.push_back(failure.is_refusal() ? "" : " | " + why);
  }

  // Compares the tests that fail with those that may fail.
  void compare() {
    std::vector<Failure> exceptions = read_exceptions();
    std::erase_if(exceptions,
                  [this](const Failure& exception) { return exception.folder() != folder_; });
    std::string differences;
    size_t unexpected = 0;
    for (size_t i = 0; i < failures_.size(); ++i) {
      const bool excepted = std::any_of(exceptions.begin(), exceptions.end(),
                                        [&](const Failure& e) { return e.covers(failures_[i]); });
      if (!excepted) differences += "\n  + " + failures_[i].line() + reasons_[i];
      unexpected += excepted ? 0 : 1;
    }
    for (const Failure& exception : exceptions) {
      const bool needed =
          std::any_of(failures_.begin(), failures_.end(),
                      [&](const Failure& failure) { return exception.covers(failure); });
      if (!needed) differences += "\n  - " + exception.line();
    }
    std::cout << folder_.generic_string() << ": " << run_ << " run, " << passed_ << " passed, "
              << tests_failed_ << " failed or refused; " << failures_.size() - unexpected
              << " exceptions hold, " << unexpected << " are missing";
    std::cout << std::endl;
    EXPECT_TRUE(differences.empty())
        << "exceptions.txt lacks the lines with +; those with - are no longer needed."
        << differences;
  }

  fs::path folder_;
  SchemaOptions options_;
  size_t run_ = 0;
  size_t passed_ = 0;
  size_t tests_failed_ = 0;
  std::vector<Failure> failures_;
  std::vector<std::string> reasons_;  // The reason for each of failures_.
};

const SchemaOptions kStandard{.dialect = Dialect::draft_2020_12, .formats_asserted = false};

TEST(JsonSchemaSuite, PassesDraft202012) {
  Group("draft2020-12", kStandard).run();
}

TEST(JsonSchemaSuite, PassesTheOptionalTestsOfDraft202012) {
  Group("draft2020-12/optional", kStandard).run();
}

TEST(JsonSchemaSuite, PassesTheFormatsOfDraft202012) {
  SchemaOptions options = kStandard;
  options.formats_asserted = true;
  Group("draft2020-12/optional/format", options).run();
}

TEST(JsonSchemaSuite, PassesDraft4AsOpenApi30) {
  Group("draft4", {.dialect = Dialect::openapi_3_0, .formats_asserted = false}).run();
}

TEST(JsonSchemaSuite, HasNoExceptionOutsideItsGroups) {
  const std::set<fs::path> groups = {"draft2020-12", "draft2020-12/optional",
                                     "draft2020-12/optional/format", "draft4"};
  for (const Failure& exception : read_exceptions()) {
    EXPECT_TRUE(groups.contains(exception.folder())) << exception.line();
  }
}

}  // namespace
}  // namespace penstock::contract
