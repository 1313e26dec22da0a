#include "apps/local/service_env.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "apps/shared/files.h"

namespace penstock::apps {
namespace {

constexpr const char* kFile = "service.env";
constexpr std::string_view kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::string_view kSmall = "abcdefghijklmnopqrstuvwxyz0123456789_";
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,@%+-";

// PostgreSQL's NAMEDATALEN is 64, with the zero at the end.
constexpr size_t kDatabaseNameMax = 63;

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

// Takes the quotes off a value. Returns false if the shell would read something else.
bool unquote(std::string_view& value) {
  if (consists_of(value, kPlain)) return true;
  const char quote = value.front();
  if (value.size() < 2 || (quote != '\'' && quote != '"') || value.back() != quote) return false;
  value = value.substr(1, value.size() - 2);
  return value.find_first_of(quote == '"' ? "\"$`\\;" : "';") == std::string_view::npos;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Returns whether this is the path of a file that lies in the folder that it is relative to.
bool lies_inside(std::string_view path) {
  if (path.empty() || path.front() == '/' || !consists_of(path, kPlain)) return false;
  const std::filesystem::path parts(path);
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

// Says what is wrong with a value, or nothing.
std::string problem_of(std::string_view name, std::string_view value) {
  if (name == "VARIABLE_PREFIX") {
    const bool sound = consists_of(value, kCapitals) && value.ends_with('_') &&
                       value.front() >= 'A' && value.front() <= 'Z';
    return sound ? "" : "must consist of A-Z, 0-9 and _, begin with a letter and end with _";
  }
  if (name == "SERVICE" || name == "API_PROGRAM" || name == "FUNCTION_PROGRAM") {
    const bool sound = !value.empty() && consists_of(value, kSmall) && value.front() >= 'a' &&
                       value.front() <= 'z';
    return sound ? "" : "must consist of a-z, 0-9 and _, and begin with a letter";
  }
  if (name == "CONTRACT") return words_of(value).empty() ? "must name the OpenAPI document" : "";
  if (name == "HEALTHCHECK") return value.starts_with('/') ? "" : "must be a path, such as /health";
  if (name == "TABLES") {
    return lies_inside(value) ? "" : "must be the path of one JSON file in the service's folder";
  }
  if (name == "DATABASE") {
    const bool sound = !value.empty() && value.size() <= kDatabaseNameMax &&
                       consists_of(value, kSmall) && value.front() >= 'a' && value.front() <= 'z';
    return sound ? "" : "must consist of 63 of a-z, 0-9 and _ at most, and begin with a letter";
  }
  return name == "EXAMPLES" ? "" : "is no name of a service";
}

void set(ServiceEnv& service, std::string_view name, std::string_view value) {
  if (name == "SERVICE") service.service = value;
  if (name == "API_PROGRAM") service.api_program = value;
  if (name == "FUNCTION_PROGRAM") service.function_program = value;
  if (name == "VARIABLE_PREFIX") service.variable_prefix = value;
  if (name == "CONTRACT") service.contract = words_of(value);
  if (name == "EXAMPLES") service.examples = words_of(value);
  if (name == "HEALTHCHECK") service.healthcheck = value;
  if (name == "TABLES") service.tables = value;
  if (name == "DATABASE") service.database = value;
}

}  // namespace

base::Result<ServiceEnv> parse_service_env(std::string_view text, const std::string& file) {
  ServiceEnv service;
  std::vector<std::string> seen;
  size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    const auto refuse = [&](const std::string& why) {
      return base::Error{.code = base::ErrorCode::invalid,
                         .message = file + ":" + std::to_string(number) + ": " + why};
    };
    if (line.starts_with('#') || consists_of(line, " \t")) continue;
    const size_t equals = std::min(line.find('='), line.size());
    const std::string name(line.substr(0, equals));
    if (equals == line.size() || name.empty() || !consists_of(name, kCapitals)) {
      return refuse("the line is neither a comment nor NAME=value");
    }
    std::string_view value = line.substr(equals + 1);
    if (!unquote(value)) {
      return refuse("put the value of " + name + " in single quotes, without ;, and with nothing " +
                    "behind them");
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return refuse(name + " is set a second time");
    }
    if (const std::string problem = problem_of(name, value); !problem.empty()) {
      return refuse(name + " " + problem);
    }
    seen.push_back(name);
    set(service, name, value);
  }
  for (const char* name :
       {"SERVICE", "API_PROGRAM", "FUNCTION_PROGRAM", "VARIABLE_PREFIX", "CONTRACT"}) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = file + " does not say " + name + "=…; add that line"};
  }
  return service;
}

base::Result<ServiceEnv> read_service_env(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kFile;
  const auto text = read_file(file.string());
  if (!text) return text.error();
  auto service = parse_service_env(*text, file.string());
  if (service) service->folder = std::filesystem::absolute(folder).lexically_normal();
  return service;
}

std::filesystem::path service_folder(const std::string& option) {
  if (!option.empty()) return option;
  if (const char* variable = std::getenv("PENSTOCK_SERVICE");
      variable != nullptr && *variable != '\0') {
    return variable;
  }
  std::error_code error;
  return std::filesystem::exists(kFile, error) ? "." : "";
}

}  // namespace penstock::apps
