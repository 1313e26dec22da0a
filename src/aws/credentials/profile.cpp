#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "aws/credentials/ini_file.h"
#include "aws/credentials/sts.h"
#include "base/number_text.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kChainMax = 8;  // How many profiles a chain of source_profile may have.

std::string home(const Surroundings& surroundings) {
  if (std::string folder = variable(surroundings, "HOME"); !folder.empty()) return folder;
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

Result<IniFile> read(const Surroundings& surroundings, const char* name, const char* standard) {
  std::string file = variable(surroundings, name);
  const bool is_default = file.empty();
  if (is_default) file = home(surroundings) + standard;
  if (file.starts_with("~/")) file.replace(0, 1, home(surroundings));
  auto ini = IniFile::read(file);
  // The default file was not asked for. A service's user often cannot read the home folder, which
  // then counts as empty.
  if (!ini && is_default && ini.error().code == ErrorCode::unavailable) return IniFile{};
  return ini;
}

// Joins both files into one table. A setting in `credentials` takes precedence over one in
// `config`.
class Profiles {
 public:
  static Result<Profiles> read_all(const Surroundings& surroundings) {
    auto config = read(surroundings, "AWS_CONFIG_FILE", "/.aws/config");
    if (!config) return config.error();
    auto credentials = read(surroundings, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
    if (!credentials) return credentials.error();
    Profiles profiles;
    static constexpr std::string_view kPrefix = "profile ";
    for (auto& [name, section] : config->sections) {
      const bool prefixed = name.starts_with(kPrefix);
      if (!prefixed && name != "default") continue;  // The section of a service or an SSO session.
      // [profile default] takes precedence over [default]: it sorts after it and replaces its
      // values.
      for (auto& [key, value] : section) {
        profiles.table_[prefixed ? name.substr(kPrefix.size()) : name][key] = value;
      }
    }
    for (auto& [name, section] : credentials->sections) {
      for (auto& [key, value] : section) profiles.table_[name][key] = value;
    }
    return profiles;
  }

  [[nodiscard]] const IniSection* find(const std::string& name) const {
    const auto found = table_.find(name);
    return found == table_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, IniSection, std::less<>> table_;
};

Secret secret_setting(const IniSection& section, std::string_view name) {
  const auto found = section.find(name);
  return found == section.end() ? Secret() : found->second;
}

std::string setting(const IniSection& section, std::string_view name) {
  return std::string(secret_setting(section, name).reveal());
}

// Looks up one profile, which may lead through other profiles.
class Lookup {
 public:
  Lookup(const Surroundings& surroundings, const Profiles& profiles, std::stop_token stop)
      : surroundings_(surroundings), profiles_(profiles), stop_(std::move(stop)) {}

  Result<Credentials> credentials(const std::string& name) {
    const IniSection* section = profiles_.find(name);
    if (section == nullptr) {
      return Error{.code = ErrorCode::invalid, .message = "there is no profile '" + name + "'"};
    }
    const bool again = std::find(visited_.begin(), visited_.end(), name) != visited_.end();
    // A role that names its own profile as source means the keys in the same profile.
    if (again && visited_.back() == name) return keys(name, *section);
    if (again || visited_.size() == kChainMax) {
      return wrong(
          name, "the source_profile settings form a circle, or lead through more than 8 profiles");
    }
    visited_.push_back(name);

    if (!setting(*section, "role_arn").empty()) return role(name, *section);
    if (!setting(*section, "aws_access_key_id").empty()) return keys(name, *section);
    if (const std::string command = setting(*section, "credential_process"); !command.empty()) {
      return named(name, from_process(command, stop_));
    }
    if (!setting(*section, "sso_session").empty() || !setting(*section, "sso_start_url").empty()) {
      return wrong(
          name,
          "IAM Identity Center (sso_…) needs a user who logs in. Use another profile with: "
          "credential_process = aws "
          "configure export-credentials --profile " +
              name + " --format process");
    }
    return not_set_up("profile '" + name + "' has no credentials");
  }

 private:
  static Error wrong(const std::string& name, const std::string& sentence) {
    return {.code = ErrorCode::invalid, .message = "profile '" + name + "': " + sentence};
  }

  static Result<Credentials> named(const std::string& name, Result<Credentials> credentials) {
    if (!credentials) {
      Error error = credentials.error();
      error.message = "profile '" + name + "': " + error.message;
      return error;
    }
    credentials->source = "profile '" + name + "' (" + credentials->source + ")";
    return credentials;
  }

  static Result<Credentials> keys(const std::string& name, const IniSection& section) {
    Credentials credentials;
    credentials.access_key_id = setting(section, "aws_access_key_id");
    credentials.secret_access_key = secret_setting(section, "aws_secret_access_key");
    credentials.session_token = secret_setting(section, "aws_session_token");
    credentials.source = "keys";
    return named(name, checked(std::move(credentials)));
  }

  Result<Credentials> role(const std::string& name, const IniSection& section) {
    Role wanted{.arn = setting(section, "role_arn"),
                .session_name = setting(section, "role_session_name"),
                .external_id = setting(section, "external_id")};
    if (!setting(section, "mfa_serial").empty()) {
      return wrong(name, "mfa_serial is not supported, because it needs a user who types a code");
    }
    if (const std::string text = setting(section, "duration_seconds"); !text.empty()) {
      const auto number = base::whole_number<int64_t>(text);
      if (!number || *number < 900 || *number > 43'200) {
        return wrong(name, "duration_seconds must be a whole number from 900 to 43200");
      }
      wanted.duration = std::chrono::seconds(*number);
    }
    Surroundings surroundings = surroundings_;
    if (std::string region = setting(section, "region"); !region.empty()) {
      surroundings.region = region;
    }
    if (const std::string file = setting(section, "web_identity_token_file"); !file.empty()) {
      return named(name, assume_role_with_web_identity(surroundings, wanted, file, stop_));
    }
    auto source = role_source(name, section);
    if (!source) return source.error();
    return named(name, assume_role(surroundings, wanted, *source, stop_));
  }

  Result<Credentials> role_source(const std::string& name, const IniSection& section) {
    const std::string profile = setting(section, "source_profile");
    const std::string source = setting(section, "credential_source");
    if (profile.empty() == source.empty()) {
      return wrong(
          name,
          "a role_arn needs one of source_profile, credential_source and web_identity_token_file");
    }
    Result<Credentials> found =
        wrong(name, "credential_source must be Environment, Ec2InstanceMetadata or EcsContainer");
    if (!profile.empty()) found = credentials(profile);
    if (source == "Environment") found = from_environment(surroundings_, stop_);
    if (source == "Ec2InstanceMetadata") found = from_instance_metadata(surroundings_, stop_);
    if (source == "EcsContainer") found = from_container(surroundings_, stop_);
    // The profile names this source, so it is a failure if the source is not set up.
    if (!found && found.error().code == ErrorCode::not_found) {
      return wrong(name, found.error().message);
    }
    return found;
  }

  const Surroundings& surroundings_;
  const Profiles& profiles_;
  std::stop_token stop_;
  std::vector<std::string> visited_;
};

}  // namespace

Result<Credentials> from_profile(const Surroundings& surroundings, std::stop_token stop) {
  const std::string wanted = variable(surroundings, "AWS_PROFILE");
  const std::string name = wanted.empty() ? "default" : wanted;
  const auto profiles = Profiles::read_all(surroundings);
  if (!profiles) return profiles.error();
  if (wanted.empty() && profiles->find(name) == nullptr) {
    return not_set_up("there is no profile 'default'");
  }
  auto credentials = Lookup(surroundings, *profiles, std::move(stop)).credentials(name);
  if (!credentials && !wanted.empty() && credentials.error().code == ErrorCode::not_found) {
    return Error{.code = ErrorCode::invalid,
                 .message = "AWS_PROFILE: " + credentials.error().message};
  }
  return credentials;
}

}  // namespace penstock::aws
