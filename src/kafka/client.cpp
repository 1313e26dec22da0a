#include "kafka/client.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii_case.h"
#include "base/check.h"

namespace penstock::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::same_in_any_case;
using std::chrono::system_clock;

// librdkafka asks for a new token after four fifths of this time. So it uses new credentials, or a
// new signature after the clock was set, within a minute, and nothing needs to watch whether a
// token was refused.
constexpr std::chrono::seconds kTokenLife{60};
// librdkafka's texts have at most 512 bytes, and a broker's name before them.
constexpr size_t kTextBytesMax = 1'000;

// Runs on librdkafka's background thread.
void refresh(rd_kafka_t* client, const char* /*config*/, void* source) {
  auto token = static_cast<TokenSource*>(source)->token();
  base::Result<> done;
  if (token) {
    token->expires = std::min<base::SystemTime>(token->expires, system_clock::now() + kTokenLife);
    done = set_token(client, *token, rd_kafka_name(client));
  } else {
    done = token.error();
  }
  // The failure becomes an event of the client, and librdkafka asks again after 10 s.
  if (!done) rd_kafka_oauthbearer_set_token_failure(client, done.error().message.c_str());
}

// Says whether librdkafka reads this as true.
bool is_true(std::string_view value) {
  return value == "1" || same_in_any_case(value, "t") || same_in_any_case(value, "true");
}

// A token lets whoever has it connect, so it must not be sent where others can read it, or to a
// peer whose certificate nobody has signed. That the certificate has the peer's name is checked,
// too, unless the user turns this off (ssl.endpoint.identification.algorithm), as a tunnel may
// need.
base::Result<> keeps_tokens_safe(const Properties& properties) {
  for (const auto& [name, value] : properties) {
    const bool plain = name == "security.protocol" && !same_in_any_case(value, "SASL_SSL");
    const bool unchecked = name == "enable.ssl.certificate.verification" && !is_true(value);
    if (plain || unchecked) {
      return Error{.code = ErrorCode::invalid,
                   .message = "MSK IAM needs " +
                              std::string(plain ? "security.protocol SASL_SSL"
                                                : "the check of certificates") +
                              ", because whoever reads a token can connect with it: remove the "
                              "property " +
                              name + ", or authenticate otherwise"};
    }
  }
  return {};
}

}  // namespace

Properties token_properties() {
  return {{"security.protocol", "SASL_SSL"}, {"sasl.mechanisms", "OAUTHBEARER"}};
}

base::Redaction secrets_of(const Properties& properties) {
  static constexpr std::array kSecrets{"password",           "secret", ".key", "pem",
                                       "oauthbearer.config", "token"};
  // These say where a secret is: ssl.key.location, sasl.oauthbearer.token.endpoint.url,
  // sasl.kerberos.keytab, sasl.oauthbearer.assertion.private.key.file. An error may show them.
  static constexpr std::array kPlaces{".location", ".url", ".keytab", ".file"};
  base::Redaction secrets;
  for (const auto& [property, value] : properties) {
    const std::string_view name = property;
    const bool is_secret = std::any_of(kSecrets.begin(), kSecrets.end(), [&](const char* part) {
      return name.find(part) != std::string_view::npos;
    });
    const bool is_place = std::any_of(kPlaces.begin(), kPlaces.end(),
                                      [&](const char* end) { return name.ends_with(end); });
    if (is_secret && !is_place) secrets.add(value);
  }
  return secrets;
}

std::string shown(const char* text, const TokenSource* tokens) {
  const std::string_view said = text == nullptr ? "" : text;
  const bool may_have_secrets = said.size() >= base::Redaction::kSecretBytesMin;
  const base::Redaction secrets =
      tokens != nullptr && may_have_secrets ? tokens->secrets() : base::Redaction();
  return secrets.shown(said, kTextBytesMax);
}

base::Result<Client> make_client(rd_kafka_type_t type, const Properties& properties, int events,
                                 TokenSource* tokens, BrokerCertificates* certificates,
                                 const Configure& configure) {
  base::check(tokens == nullptr || certificates == nullptr, "a client has one opaque pointer");
  std::array<char, 512> why{};
  if (tokens != nullptr) {
    if (auto safe = keeps_tokens_safe(properties); !safe) return safe.error();
  }
  Conf conf(rd_kafka_conf_new());
  // The caller's properties come later and take precedence.
  Properties all = tokens == nullptr ? Properties{} : token_properties();
  all.insert(all.end(), properties.begin(), properties.end());
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size()) !=
        RD_KAFKA_CONF_OK) {
      return Error{.code = ErrorCode::invalid,
                   .message = "cannot configure the Kafka client: " +
                              secrets_of(properties).shown(why.data(), kTextBytesMax)};
    }
  }
  rd_kafka_conf_set_events(conf.get(), events);
  if (certificates != nullptr) {
    if (auto watched = certificates->watch(conf.get()); !watched) return watched.error();
  }
  if (tokens != nullptr) {
    rd_kafka_conf_set_opaque(conf.get(), tokens);
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf.get(), refresh);
    rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
  }
  if (configure) configure(conf.get());
  Client client(rd_kafka_new(type, conf.get(), why.data(), why.size()));
  if (!client) {
    return Error{.code = ErrorCode::internal,
                 .message = "cannot start the Kafka client: " +
                            secrets_of(properties).shown(why.data(), kTextBytesMax)};
  }
  (void)conf.release();  // The client owns it now.
  if (tokens != nullptr) {
    const Failure failure(rd_kafka_sasl_background_callbacks_enable(client.get()));
    if (failure) {
      return Error{.code = ErrorCode::internal,
                   .message = "cannot start the token callbacks of the Kafka client: " +
                              shown(rd_kafka_error_string(failure.get()), tokens)};
    }
  }
  return client;
}

base::Result<> set_token(rd_kafka_t* client, const Token& token, const std::string& principal) {
  const auto expires =
      std::chrono::duration_cast<std::chrono::milliseconds>(token.expires.time_since_epoch());
  std::array<char, 256> why{};
  const auto code =
      rd_kafka_oauthbearer_set_token(client, token.value.c_str(), expires.count(),
                                     principal.c_str(), nullptr, 0, why.data(), why.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  base::Redaction secrets;
  secrets.add(token.value);
  return Error{.code = ErrorCode::internal, .message = secrets.shown(why.data(), kTextBytesMax)};
}

}  // namespace penstock::kafka
