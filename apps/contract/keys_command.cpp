#include "apps/contract/keys_command.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

#include "apps/contract/key_file.h"
#include "apps/contract/mock_command.h"
#include "apps/contract/password_input.h"
#include "apps/contract/text_table.h"
#include "apps/shared/exit_status.h"
#include "auth/secrets/new_api_key.h"
#include "auth/secrets/scrypt_hash.h"
#include "auth/secrets/secret_entries.h"
#include "base/number_text.h"
#include "json/view.h"

namespace penstock::apps {
namespace {

using base::Result;
using base::SystemTime;

// Is a list of a document: its member, the member with a secret's hash, and a word for people.
struct List {
  const char* member;
  const char* secret;
  const char* word;
};
constexpr List kKeys{"keys", "sha256", "key"};
constexpr List kUsers{"users", "scrypt", "password"};

constexpr int kDaysMax = 36'500;

SystemTime now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Reads a day, a time in UTC, or a number of days from now.
std::optional<SystemTime> read_expiry(std::string_view text) {
  if (text.ends_with('d')) {
    const auto days = base::whole_number<int>(text.substr(0, text.size() - 1));
    if (!days || *days < 1 || *days > kDaysMax) return std::nullopt;
    return now() + std::chrono::hours(24) * *days;
  }
  if (const auto time = auth::read_utc(text)) return time;
  return auth::read_utc(std::string(text) + "T00:00:00Z");
}

std::string problem_of_expiry(const std::string& text) {
  const auto time = read_expiry(text);
  if (!time) return "needs a day such as 2027-01-31, a time such as 2027-01-31T12:00:00Z, or 30d";
  return *time > now() ? "" : "needs a time that is still to come";
}

std::string problem_of_name(const std::string& text) {
  return auth::is_name(text) ? "" : "needs 1 to 128 bytes of UTF-8 without control characters";
}

std::string problem_of_scope(const std::string& text) {
  return auth::is_scope(text)
             ? ""
             : "needs 1 to 256 printable ASCII characters without spaces, quotes and backslashes";
}

int fail(const base::Error& error) {
  return complain(kContractProgram, base::describe(error), kExitFailed);
}

bool is_of(const boost::json::value& entry, std::string_view name) {
  return json::text(json::find(entry, "name")) == name;
}

bool has_expired(const boost::json::value& entry, SystemTime time) {
  const auto expires = auth::read_utc(json::text(json::find(entry, "expires")).value_or(""));
  return expires && *expires <= time;
}

// Returns the list, which is empty if the document has none.
boost::json::array& list_of(boost::json::object& document, const List& list) {
  auto& value = document[list.member];
  return value.is_array() ? value.get_array() : value.emplace_array();
}

// Removes the entries for which `is_unwanted` is true, and returns their number.
template <class IsUnwanted>
size_t remove_if(boost::json::array& entries, IsUnwanted is_unwanted) {
  size_t removed = 0;
  for (size_t i = entries.size(); i-- > 0;) {
    if (!is_unwanted(entries, i)) continue;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    ++removed;
  }
  return removed;
}

// Adds an entry with this hash, and says on the standard error how many its name has.
Result<> add(const KeysOptions& options, const List& list, std::string_view hash) {
  auto file = KeyFile::open(options.file, KeyFile::Missing::begin);
  if (!file) return file.error();
  boost::json::array& entries = list_of(file->document(), list);
  if (options.replace) {
    remove_if(entries,
              [&](const boost::json::array& all, size_t i) { return is_of(all[i], options.name); });
  }
  boost::json::object entry{{"name", options.name}, {list.secret, hash}};
  if (!options.scopes.empty()) {
    entry["scopes"] = boost::json::array(options.scopes.begin(), options.scopes.end());
  }
  entry["created"] = auth::utc_text(now());
  if (!options.expires.empty()) {
    entry["expires"] = auth::utc_text(read_expiry(options.expires).value());
  }
  entries.push_back(std::move(entry));
  if (auto saved = file->save(); !saved) return saved;
  size_t count = 0;
  for (const auto& one : entries) count += is_of(one, options.name) ? 1 : 0;
  complain(kContractProgram,
           options.file + ": " + options.name + " has " + std::to_string(count) + ' ' + list.word +
               (count == 1 ? "" : "s"),
           0);
  return {};
}

int make_key(const KeysOptions& options) {
  const base::WipedText key = auth::new_api_key();
  if (auto done = add(options, kKeys, auth::sha256_hex(key)); !done) return fail(done.error());
  const bool printed = std::fwrite(key.data(), 1, key.size(), stdout) == key.size() &&
                       std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
  if (printed) return 0;
  // Nobody knows the key whose hash is in the file.
  return complain(kContractProgram,
                  "the key could not be printed; make another one, and remove this one with: keys "
                  "remove --name",
                  kExitFailed);
}

int add_password(const KeysOptions& options) {
  if (options.name.find(':') != std::string::npos) {
    return refuse(kContractProgram, "--name: the name of a user has no colon");
  }
  const auto password = read_password();
  if (!password) return refuse(kContractProgram, password.error().message);
  const auto hash = auth::ScryptHash::make(*password);
  if (!hash) return fail(hash.error());
  const auto done = add(options, kUsers, hash->text());
  return done ? 0 : fail(done.error());
}

std::string scopes_of(const boost::json::value& entry) {
  std::string text;
  const boost::json::value* scopes = json::find(entry, "scopes");
  if (scopes == nullptr) return text;
  for (const auto& scope : scopes->as_array()) {
    text += text.empty() ? "" : " ";
    text += json::text(&scope).value_or("");
  }
  return text;
}

int list_entries(const KeysOptions& options) {
  auto file = KeyFile::open(options.file, KeyFile::Missing::fail);
  if (!file) return fail(file.error());
  std::vector<std::vector<std::string>> rows{{"KIND", "NAME", "CREATED", "EXPIRES", "SCOPES"}};
  const auto text = [](const boost::json::value& entry, const char* member, const char* without) {
    return std::string(json::text(json::find(entry, member)).value_or(without));
  };
  for (const List& list : {kKeys, kUsers}) {
    for (const auto& entry : list_of(file->document(), list)) {
      const std::string expires = text(entry, "expires", "never");
      rows.push_back({list.word, text(entry, "name", ""), text(entry, "created", "-"),
                      has_expired(entry, now()) ? expires + " (expired)" : expires,
                      scopes_of(entry)});
    }
  }
  std::cout << text_table(std::move(rows));
  return 0;
}

int remove_entries(const KeysOptions& options) {
  if (options.name.empty() && !options.expired) {
    return refuse(kContractProgram, "keys remove needs --name, --expired, or both");
  }
  auto file = KeyFile::open(options.file, KeyFile::Missing::fail);
  if (!file) return fail(file.error());
  const SystemTime time = now();
  size_t removed = 0;
  for (const List& list : {kKeys, kUsers}) {
    if (!file->document().contains(list.member)) continue;
    bool is_newest = true;
    removed +=
        remove_if(list_of(file->document(), list), [&](const boost::json::array& all, size_t i) {
          if (!options.name.empty() && !is_of(all[i], options.name)) return false;
          if (options.expired && !has_expired(all[i], time)) return false;
          // It goes from the newest to the oldest.
          return !options.old || !std::exchange(is_newest, false);
        });
  }
  if (removed == 0 && !options.expired && !options.old) {
    return fail(file->failed("it has no entry of " + options.name));
  }
  if (removed > 0) {
    if (auto saved = file->save(); !saved) return fail(saved.error());
  }
  std::cout << removed << (removed == 1 ? " entry" : " entries") << " removed\n";
  return 0;
}

Option with_name(const Command& verb, KeysOptions& options) {
  return verb.option("--name", options.name, "whose it is; several entries may have one name")
      .checked_by(problem_of_name);
}

}  // namespace

KeysVerbs declare_keys(const Command& keys, KeysOptions& options) {
  const KeysVerbs verbs{
      .keys = keys,
      .make = keys.verb("new", "make an API key, print it once, and add its hash to FILE"),
      .password = keys.verb("password",
                            "read a password from the terminal, or a line of standard input, and "
                            "add its hash to FILE"),
      .list = keys.verb("list", "print names, times and scopes, but no hashes"),
      .remove = keys.verb("remove", "remove entries")};
  keys.expect_verbs(1, 1);
  for (const Command& verb : {verbs.make, verbs.password, verbs.list, verbs.remove}) {
    verb.option("FILE", options.file, "a JSON document of keys and users").required();
  }
  for (const Command& verb : {verbs.make, verbs.password}) {
    with_name(verb, options).required();
    verb.option("--scope", options.scopes, "what it may be used for; can be given several times")
        .one_value_at_a_time()
        .checked_by(problem_of_scope);
    verb.option("--expires", options.expires,
                "until when it is valid: a day or a time in UTC, or 30d; without it, for ever")
        .takes("TIME")
        .checked_by(problem_of_expiry);
    verb.flag("--replace", options.replace, "remove what the name had before, at once");
  }
  with_name(verbs.remove, options);
  verbs.remove.flag("--old", options.old, "keep the newest entry");
  verbs.remove.flag("--expired", options.expired, "remove only what is not valid any more");
  return verbs;
}

int run_keys(const KeysVerbs& verbs, const KeysOptions& options) {
  if (verbs.make.given()) return make_key(options);
  if (verbs.password.given()) return add_password(options);
  return verbs.list.given() ? list_entries(options) : remove_entries(options);
}

}  // namespace penstock::apps
