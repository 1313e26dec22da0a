#include <boost/json/serialize.hpp>
#include <string>

#include "auth/settings/scheme_settings.h"

namespace penstock::auth {
namespace {

constexpr std::string_view kLoopbacks[] = {"127.0.0.1", "localhost", "[::1]"};

// It is such as "arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-AbCdEf" (Secrets
// Manager User Guide, "What's in a Secrets Manager secret?"). The partition differs in China and
// GovCloud.
bool is_secret_arn(std::string_view text) {
  return text.starts_with("arn:aws") && text.find(":secretsmanager:") != std::string_view::npos &&
         text.find(":secret:") != std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

// Reads an object that names a place: it has one member.
std::optional<DocumentPlace> read_named(const SettingsMembers& place, bool may_discover) {
  using Kind = DocumentPlace::Kind;
  if (const auto file = place.text("file")) {
    return DocumentPlace{.kind = Kind::file, .place = *file};
  }
  if (const auto secret = place.text("secret")) {
    if (is_secret_arn(*secret)) return DocumentPlace{.kind = Kind::secret, .place = *secret};
    place.mistake("secret",
                  "must be the ARN of a secret in AWS Secrets Manager, such as "
                  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf");
  }
  for (const auto& [name, kind] :
       {std::pair("url", Kind::url), std::pair("discovery", Kind::discovery)}) {
    const auto url = place.text(name);
    if (!url) continue;
    if (kind == Kind::discovery && !may_discover) {
      place.mistake(name, "is for tokens only; name a file, url or secret");
    } else if (is_safe_url(*url)) {
      return DocumentPlace{.kind = kind, .place = *url};
    } else {
      place.mistake(name, "must be an https URL; http is taken on the loopback address only");
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_safe_url(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '#' || c == '@' || c == '"' || c == '\\') return false;
  }
  const bool is_https = text.starts_with("https://");
  if (!is_https && !text.starts_with("http://")) return false;
  text.remove_prefix(is_https ? 8 : 7);
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  if (is_https) return !authority.empty() && authority.front() != ':';
  for (const std::string_view host : kLoopbacks) {
    if (authority == host || (authority.starts_with(host) && authority[host.size()] == ':')) {
      return true;
    }
  }
  return false;
}

std::optional<DocumentPlace> read_document_place(const SettingsMembers& members,
                                                 std::string_view name, std::string_view list,
                                                 bool may_discover) {
  const boost::json::object* object = members.object(name);
  if (object == nullptr) return std::nullopt;
  if (object->contains(list)) {
    // A document may have other members, but not those of another place: nobody would read there.
    for (const char* other : {"file", "url", "discovery", "secret"}) {
      if (!object->contains(other)) continue;
      members.mistake(name, "has both \"" + std::string(list) + "\" and \"" + other +
                                "\"; keep the one where the document is");
    }
    return DocumentPlace{.kind = DocumentPlace::Kind::text,
                         .place = boost::json::serialize(*object)};
  }
  const SettingsMembers place(*object, members.at(name), members.mistakes());
  if (may_discover) {
    place.refuse_others({"file", "url", "discovery", "secret", list});
  } else {
    place.refuse_others({"file", "url", "secret", list});
  }
  if (object->size() != 1) {
    members.mistake(name,
                    "must have one member that says where the document is, such as \"file\", "
                    "or be the document itself, with \"" +
                        std::string(list) + "\"");
    return std::nullopt;
  }
  return read_named(place, may_discover);
}

}  // namespace penstock::auth
