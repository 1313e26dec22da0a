#include "apps/api/authentication.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "aws/credentials/read_file.h"
#include "base/printable_text.h"
#include "json/object_writer.h"

namespace penstock::apps {
namespace {

using contract::Operation;
using contract::SecurityScheme;
using log::Level;
using log::Line;
using Kind = SecurityScheme::Kind;

// A document may have long names.
constexpr size_t kNameBytesMax = 200;
constexpr size_t kPathBytesMax = 250;

std::string name_of_setting(const ApiSettings& settings) {
  return settings.variable_prefix + "AUTHENTICATION";
}

// Says whether a text looks like a path, so that a message may show it. Anything else may be a
// document that was quoted or encoded once too often, or a key in the wrong place.
bool is_like_a_path(std::string_view text) {
  const bool names_a_file = text.find('/') != std::string_view::npos || text.ends_with(".json");
  return names_a_file && text.size() <= kPathBytesMax &&
         text.find_first_of("{\"[") == std::string_view::npos;
}

// Returns the text of the setting: JSON, which is an object and so begins with a brace, or what the
// file has that it names.
base::Result<base::WipedText> document_of(const ApiSettings& settings) {
  const std::string_view text = settings.authentication;
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && text[begin] == '{') return settings.authentication;
  auto file = aws::read_file(std::string(text), auth::kSettingsBytesMax);
  if (!file) {
    return base::Error{
        .code = base::ErrorCode::invalid,
        .message = name_of_setting(settings) +
                   " must be a JSON object or the path of a file with one: " +
                   (is_like_a_path(text) ? base::describe(file.error())
                                         : "it begins with no brace and looks like no path")};
  }
  return file->reveal();
}

template <class Visit>
void each_operation(const contract::Contract& contract, const Visit& visit) {
  for (const contract::Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      if (operation.not_served.empty()) visit(operation);
    }
  }
}

void write_scheme(std::string& out, const SecurityScheme& scheme) {
  json::ObjectWriter object(out);
  const auto place = [&](std::string_view name, std::string_view file) {
    json::ObjectWriter(object.key(name)).member("file", file).end();
  };
  if (scheme.kind == Kind::api_key) {
    place("keys", "/etc/penstock/keys.json");
  } else if (scheme.kind == Kind::mutual_tls) {
    json::ArrayWriter clients(object.key("clients"));
    json::ObjectWriter(clients.element())
        .member("subject", "CN=partner,O=Example")
        .member("name", "partner")
        .end();
    clients.end();
  } else if (scheme.kind == Kind::http && scheme.http_scheme == "basic") {
    place("users", "/etc/penstock/users.json");
  } else {
    object.member("issuer", "https://id.example");
    json::ArrayWriter audiences(object.key("audience"));
    audiences.element() += "\"orders\"";
    audiences.end();
  }
  object.end();
}

bool has_security(const contract::Contract& contract) {
  bool any = false;
  each_operation(contract, [&](const Operation& operation) {
    any = any || !operation.security->requirements.empty();
  });
  return any;
}

}  // namespace

base::Result<std::optional<auth::Settings>> authentication_settings(
    const contract::Contract& contract, const ApiSettings& settings) {
  if (settings.authentication.empty()) return std::optional<auth::Settings>();
  auto document = document_of(settings);
  if (!document) return document.error();
  auto read = auth::read_settings(*document, contract.security_schemes());
  if (!read) {
    return base::Error{
        .code = base::ErrorCode::invalid,
        .message = name_of_setting(settings) + " is wrong:\n" + read.error().message};
  }
  return std::optional<auth::Settings>(std::move(*read));
}

std::string authentication_example(const contract::Contract& contract) {
  std::set<std::pair<std::string_view, const SecurityScheme*>> schemes;
  each_operation(contract, [&](const Operation& operation) {
    if (!operation.security->is_required()) return;
    for (const contract::SecurityRequirement& requirement : operation.security->requirements) {
      for (const contract::SecurityNeed& need : requirement) {
        schemes.emplace(need.name, need.scheme);
      }
    }
  });
  std::string text;
  json::ObjectWriter document(text);
  // Only the header of a proxy that is named is believed.
  const bool has_certificates = std::any_of(schemes.begin(), schemes.end(), [](const auto& one) {
    return one.second->kind == Kind::mutual_tls;
  });
  if (has_certificates) document.json("trusted_proxies", R"(["10.0.0.0/16"])");
  json::ObjectWriter all(document.key("schemes"));
  for (const auto& [name, scheme] : schemes) {
    write_scheme(all.key_of_text(base::printable(name, kNameBytesMax)), *scheme);
  }
  all.end();
  document.end();
  return text;
}

http::MakeGuard make_guard(boost::asio::io_context& io, const ApiSettings& settings,
                           log::Log& log) {
  return [&io, &settings,
          &log](const contract::Contract& contract) -> base::Result<std::unique_ptr<http::Guard>> {
    auto read = authentication_settings(contract, settings);
    if (!read) return read.error();
    std::unique_ptr<auth::Authenticator> authenticator;
    if (*read && !settings.external_security) {
      auto made = auth::Authenticator::make(io, contract, **read, log);
      if (!made) {
        return base::Error{
            .code = made.error().code,
            .message = name_of_setting(settings) + ": " + base::describe(made.error())};
      }
      authenticator = std::move(*made);
    }
    return http::Guard::make(contract, std::move(authenticator),
                             auth::ClientAddresses(read->value_or(auth::Settings())));
  };
}

void log_authentication(const contract::Contract& contract, const http::Guard* guard,
                        const ApiSettings& settings, log::Log& log) {
  if (guard != nullptr && guard->authenticator() != nullptr) {
    for (const std::string& source : guard->authenticator()->sources()) {
      Line(log, Level::info, "authentication").field("source", source);
    }
    return;
  }
  if (settings.external_security && !settings.authentication.empty()) {
    Line(log, Level::warning,
         "SECURITY=external is in force, so of AUTHENTICATION only trusted_proxies are");
  }
  if (!settings.external_security && has_security(contract)) {
    Line(log, Level::warning,
         "nobody is authenticated, because AUTHENTICATION is empty: every operation may be called "
         "without credentials, and those that clients send are not looked at");
  }
}

}  // namespace penstock::apps
