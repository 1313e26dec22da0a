#include "net/authorities.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace penstock::net {
namespace {

class AuthoritiesTest : public testing::Test {
 protected:
  AuthoritiesTest() {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
    std::string pattern = std::filesystem::temp_directory_path() / "authorities_test.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    paths_ = {.file = folder_ + "/ssl/cert.pem",
              .folder = folder_ + "/ssl/certs",
              .files = {folder_ + "/debian", folder_ + "/amazon"}};
  }
  ~AuthoritiesTest() override {
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove_all(folder_);
  }
  void make(const std::string& name) const { std::ofstream(folder_ + "/" + name) << "x"; }

  std::string folder_;
  AuthorityPaths paths_;
};

TEST_F(AuthoritiesTest, AreInTheFirstFileThatIsThere) {
  EXPECT_EQ(other_authorities(paths_), std::nullopt);
  make("amazon");
  EXPECT_EQ(other_authorities(paths_), folder_ + "/amazon");
  make("debian");
  EXPECT_EQ(other_authorities(paths_), folder_ + "/debian");
}

TEST_F(AuthoritiesTest, AreWhereOpenSslLooksIfThatIsThere) {
  make("debian");
  std::filesystem::create_directories(paths_.folder);
  EXPECT_EQ(other_authorities(paths_), std::nullopt);
}

TEST_F(AuthoritiesTest, AreThoseOfTheEnvironment) {
  make("debian");
  ::setenv("SSL_CERT_FILE", "/mine.pem", 1);
  EXPECT_EQ(other_authorities(paths_), std::nullopt);
}

TEST_F(AuthoritiesTest, HaveStandardPaths) {
  const AuthorityPaths paths = AuthorityPaths::standard();
  EXPECT_NE(paths.folder, "");
  EXPECT_EQ(paths.files[1], "/etc/pki/tls/certs/ca-bundle.crt");
}

}  // namespace
}  // namespace penstock::net
