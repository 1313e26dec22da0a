#include "net/authorities.h"

#include <openssl/x509.h>
#include <unistd.h>

#include <cstdlib>

namespace penstock::net {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_there(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

}  // namespace

AuthorityPaths AuthorityPaths::standard() {
  return {.file = ::X509_get_default_cert_file(), .folder = ::X509_get_default_cert_dir()};
}

std::optional<std::string> other_authorities(const AuthorityPaths& paths) {
  if (is_set(::X509_get_default_cert_file_env()) || is_set(::X509_get_default_cert_dir_env())) {
    return std::nullopt;
  }
  if (is_there(paths.file) || is_there(paths.folder)) return std::nullopt;
  for (const std::string& file : paths.files) {
    if (is_there(file)) return file;
  }
  return std::nullopt;
}

void trust_authorities(boost::asio::ssl::context& context) {
  context.set_default_verify_paths();
  if (const auto file = other_authorities(AuthorityPaths::standard())) {
    context.load_verify_file(*file);
  }
}

}  // namespace penstock::net
