#include "aws/credentials/credential_documents.h"

#include <boost/json/value.hpp>
#include <memory>
#include <pugixml.hpp>

#include "aws/credentials/plain_text.h"
#include "aws/times.h"
#include "json/parse.h"
#include "json/view.h"
#include "json/wiping_resource.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;

constexpr size_t kDepthMax = 8;

Error wrong(std::string sentence) {
  return {.code = ErrorCode::invalid, .message = std::move(sentence)};
}

// Returns the text of a member; empty if it is missing or not a text.
std::string_view text_of(const boost::json::value& document, std::string_view name) {
  return json::text(json::find(document, name)).value_or("");
}

base::Result<> set_expiration(Credentials& credentials, std::string_view text) {
  credentials.expiration = parse_timestamp(text);
  if (!credentials.expiration) {
    return wrong("the Expiration of the credentials is not a time such as 2026-11-24T16:52:20Z");
  }
  return {};
}

// Holds an answer of STS, which is small and flat. pugixml neither expands the entities of a
// DOCTYPE nor recurses while it parses. It changes the text in its place, and makes no copy of it
// as long as it does not have to change the encoding, so the texts of the document are wiped.
struct Xml {
  base::WipedText text;
  pugi::xml_document document;
};

base::Result<std::unique_ptr<Xml>> read_xml(std::string_view text) {
  if (text.size() > kDocumentBytesMax) return wrong("the answer is larger than 64 KiB");
  auto xml = std::make_unique<Xml>();
  xml->text = text;
  if (!xml->document.load_buffer_inplace(xml->text.data(), xml->text.size(), pugi::parse_default,
                                         pugi::encoding_utf8)) {
    return wrong("the answer is not XML");
  }
  return xml;
}

}  // namespace

base::Result<Credentials> checked(Credentials credentials) {
  if (credentials.access_key_id.empty()) return wrong("the access key id is missing");
  if (credentials.secret_access_key.empty()) return wrong("the secret access key is missing");
  if (!is_printable(credentials.access_key_id) ||
      !is_printable(credentials.secret_access_key.reveal()) ||
      !is_printable(credentials.session_token.reveal())) {
    return wrong("the access key or session token has a space or a character that is not ASCII");
  }
  return credentials;
}

base::Result<Credentials> parse_json_credentials(std::string_view text, JsonForm form,
                                                 const base::Redaction& secrets) {
  if (text.size() > kDocumentBytesMax) return wrong("the document is larger than 64 KiB");
  const auto document = json::parse(text, {.depth_max = kDepthMax},
                                    boost::json::make_shared_resource<json::WipingResource>());
  base::wipe_stack();  // Boost's parser removes escapes in a buffer on the stack.
  if (!document || !document->is_object()) return wrong("the document is not a JSON object");

  // Endpoints refuse with {"Code": "AssumeRoleUnauthorizedAccess", "Message": "…"}, or with the
  // same names in lower case.
  for (const auto& [code, message] : {std::pair("Code", "Message"), std::pair("code", "message")}) {
    if (const auto said = text_of(*document, code); !said.empty() && said != "Success") {
      return Error{.code = ErrorCode::refused,
                   .message = secrets.shown(
                       base::WipedText(said).append(": ").append(text_of(*document, message)))};
    }
  }
  if (form == JsonForm::process && json::number(json::find(*document, "Version")) != 1) {
    return wrong("\"Version\" is not 1");
  }

  Credentials credentials;
  credentials.access_key_id = text_of(*document, "AccessKeyId");
  credentials.secret_access_key = Secret(text_of(*document, "SecretAccessKey"));
  credentials.session_token =
      Secret(text_of(*document, form == JsonForm::process ? "SessionToken" : "Token"));
  // Only a process may return credentials that do not expire.
  if (const auto end = text_of(*document, "Expiration");
      !end.empty() || form == JsonForm::endpoint) {
    if (auto set = set_expiration(credentials, end); !set) return set.error();
  }
  return checked(std::move(credentials));
}

base::Result<Credentials> parse_sts_credentials(std::string_view text) {
  const auto xml = read_xml(text);
  if (!xml) return xml.error();
  const pugi::xml_node answer = (*xml)->document.first_child();
  const pugi::xml_node found = answer.first_child().child("Credentials");
  if (!found) return wrong("the answer has no Credentials");
  Credentials credentials;
  credentials.access_key_id = found.child_value("AccessKeyId");
  credentials.secret_access_key = Secret(found.child_value("SecretAccessKey"));
  credentials.session_token = Secret(found.child_value("SessionToken"));
  if (auto set = set_expiration(credentials, found.child_value("Expiration")); !set) {
    return set.error();
  }
  return checked(std::move(credentials));
}

std::string sts_error(std::string_view text, const base::Redaction& secrets) {
  const auto xml = read_xml(text);
  if (!xml) return {};
  const pugi::xml_node error = (*xml)->document.child("ErrorResponse").child("Error");
  if (!error) return {};
  return secrets.shown(
      base::WipedText(error.child_value("Code")).append(": ").append(error.child_value("Message")));
}

}  // namespace penstock::aws
