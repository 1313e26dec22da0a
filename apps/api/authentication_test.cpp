#include "apps/api/authentication.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace penstock::apps {
namespace {

using contract::Contract;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Contract contract_with(const std::string& security) {
  return Contract::parse(R"(
openapi: 3.1.0
info: {title: t, version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    staff: {type: http, scheme: basic}
    login: {type: http, scheme: bearer}
    mtls: {type: mutualTLS}
    unused: {type: apiKey, in: query, name: k}
paths:
  /a: {get: {operationId: a, security: )" +
                             security + ", responses: {'200': {description: d}}}}\n",
                         "t.yaml")
      .value();
}

ApiSettings settings_with(std::string_view authentication, bool external = false) {
  ApiSettings settings;
  settings.variable_prefix = "T_";
  settings.authentication = authentication;
  settings.external_security = external;
  return settings;
}

// Makes the guard of the contract, and returns what is logged about it, or why there is none.
std::string logged(const Contract& contract, const ApiSettings& settings) {
  const int file = ::memfd_create("log", MFD_CLOEXEC);
  std::string text;
  {
    boost::asio::io_context io;
    log::Log log(file, log::Level::info);
    const auto guard = make_guard(io, settings, log)(contract);
    if (!guard) text = "refused: " + guard.error().message;
    if (guard) log_authentication(contract, guard->get(), settings, log);
  }
  std::string lines(1 << 16, '\0');
  const ssize_t count = ::pread(file, lines.data(), lines.size(), 0);
  ::close(file);
  lines.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text + lines;
}

constexpr std::string_view kKeys = R"({"schemes": {"key": {"keys": {"keys": []}}}})";

TEST(Authentication, TheSettingIsTheDocumentOrItsPath) {
  const Contract contract = contract_with("[{key: []}]");
  const auto none = authentication_settings(contract, settings_with(""));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
  const auto text = authentication_settings(contract, settings_with(" \n" + std::string(kKeys)));
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ((*text)->schemes.size(), 1u);
  const std::string path = testing::TempDir() + "authentication.json";
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(file, kKeys.data(), kKeys.size()), static_cast<ssize_t>(kKeys.size()));
  ::close(file);
  const auto from_file = authentication_settings(contract, settings_with(path));
  ASSERT_TRUE(from_file) << from_file.error().message;
  EXPECT_EQ((*from_file)->schemes.size(), 1u);
  ::unlink(path.c_str());
  const auto missing = authentication_settings(contract, settings_with(path));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, StartsWith("T_AUTHENTICATION must be a JSON object or the "
                                                  "path of a file with one: "));
  EXPECT_THAT(missing.error().message, HasSubstr(path));
  // These are a key in the wrong place, and a document that was quoted twice.
  for (const char* secret : {"psk_secret", R"("{\"schemes\": \"a/secret\"}")"}) {
    const auto no_path = authentication_settings(contract, settings_with(secret));
    ASSERT_FALSE(no_path);
    EXPECT_THAT(no_path.error().message, HasSubstr("looks like no path"));
    EXPECT_THAT(no_path.error().message, Not(HasSubstr("secret")));
  }
  const auto wrong = authentication_settings(contract, settings_with(R"({"schemas": {}})"));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, StartsWith("T_AUTHENTICATION is wrong:\n"));
  EXPECT_THAT(wrong.error().message, HasSubstr("/schemas"));
}

TEST(Authentication, TheExampleFitsTheContract) {
  const Contract contract = contract_with("[{key: [], login: []}, {staff: []}, {mtls: []}]");
  const std::string example = authentication_example(contract);
  const auto read = authentication_settings(contract, settings_with(example));
  ASSERT_TRUE(read) << read.error().message << example;
  EXPECT_EQ((*read)->schemes.size(), 4u);
  EXPECT_THAT(example, Not(HasSubstr("unused")));
}

TEST(Authentication, TheStartSaysWhatIsInForce) {
  const Contract required = contract_with("[{key: []}]");
  const Contract optional = contract_with("[{}, {key: []}]");
  EXPECT_THAT(logged(required, settings_with(kKeys)), HasSubstr(R"("message":"authentication")"));
  EXPECT_THAT(logged(required, settings_with(R"({"schemes": {}})")),
              StartsWith("refused: T_AUTHENTICATION: "));
  EXPECT_THAT(logged(required, settings_with(kKeys, true)),
              HasSubstr("SECURITY=external is in force"));
  EXPECT_EQ(logged(required, settings_with("", true)), "");
  EXPECT_THAT(logged(optional, settings_with("")), HasSubstr("nobody is authenticated"));
  EXPECT_EQ(logged(contract_with("[]"), settings_with("")), "");
}

}  // namespace
}  // namespace penstock::apps
