// These tests check that no source of credentials leaves a copy of a secret in this process's
// memory after the credentials were destroyed. The secret is made by other processes, and this one
// knows it only disguised.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "aws/credentials/credential_chain.h"
#include "aws/credentials/credential_sources.h"
#include "aws/msk_token.h"
#include "aws/sigv4.h"
#include "base/wiped_text.h"
#include "support/scripted_server.h"

namespace penstock::aws {
namespace {

constexpr char kDisguise = 0x55;
constexpr size_t kSecretBytes = 200;

// Returns character i of the secret, disguised.
char disguised(size_t i) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return static_cast<char>(kDigits[((i * i * i + i * 37) % 4093) % 62] ^ kDisguise);
}

// Must be called in another process only.
std::string secret() {
  std::string text;
  for (size_t i = 0; i < kSecretBytes; ++i) text += static_cast<char>(disguised(i) ^ kDisguise);
  return text;
}

bool is_secret(std::string_view text) {
  bool same = text.size() == kSecretBytes;
  for (size_t i = 0; same && i < kSecretBytes; ++i) same = (text[i] ^ kDisguise) == disguised(i);
  return same;
}

// Runs `work` in a process of its own.
pid_t in_process(const std::function<void()>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    work();
    ::_exit(0);
  }
  return pid;
}

// Counts the places in this process's memory that have 24 bytes in a row of the secret, from
// certain positions in it.
class Scanner {
 public:
  Scanner()
      : chunk_(static_cast<char*>(
            ::mmap(nullptr, kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {}
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  ~Scanner() { ::munmap(chunk_, kChunk); }

  size_t count() {
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::ifstream maps("/proc/self/maps");
    size_t found = 0;
    where_.clear();
    for (std::string line; std::getline(maps, line);) {
      uint64_t begin = 0, end = 0;
      std::array<char, 8> rights{};
      std::sscanf(line.c_str(), "%lx-%lx %7s", &begin, &end, rights.data());
      const bool is_own =
          begin <= reinterpret_cast<uint64_t>(chunk_) && reinterpret_cast<uint64_t>(chunk_) < end;
      // The shadow of a sanitizer is terabytes, and no text.
      if (rights[0] != 'r' || rights[1] != 'w' || end - begin > kRegionMax) continue;
      for (uint64_t at = begin; at + kPiece <= end; at += kChunk - kPiece) {
        if (is_own && at + kChunk > reinterpret_cast<uint64_t>(chunk_) &&
            at < reinterpret_cast<uint64_t>(chunk_) + kChunk) {
          continue;
        }
        const ssize_t size =
            ::pread(memory, chunk_, std::min<uint64_t>(kChunk, end - at), static_cast<off_t>(at));
        const size_t here =
            size > static_cast<ssize_t>(kPiece) ? count_in(static_cast<size_t>(size)) : 0;
        if (here > 0) where_ += line + "\n";
        found += here;
      }
    }
    ::close(memory);
    return found;
  }
  // Returns the lines of /proc/self/maps for what the last count found.
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  static constexpr size_t kChunk = 1 << 20;
  static constexpr size_t kPiece = 24;
  static constexpr uint64_t kRegionMax = uint64_t{1} << 32;

  [[nodiscard]] size_t count_in(size_t size) const {
    size_t found = 0;
    for (const size_t from : {size_t{1}, size_t{60}, kSecretBytes - kPiece}) {
      const char* at = chunk_;
      const char* const end = chunk_ + size - kPiece;
      while (at < end &&
             (at = static_cast<const char*>(std::memchr(
                  at, disguised(from) ^ kDisguise, static_cast<size_t>(end - at)))) != nullptr) {
        size_t same = 0;
        while (same < kPiece && (at[same] ^ kDisguise) == disguised(from + same)) ++same;
        found += same == kPiece ? 1 : 0;
        ++at;
      }
    }
    return found;
  }

  char* const chunk_;
  std::string where_;
};

// Serves one answer after the other, in a process of its own.
class OtherProcess {
 public:
  // `answer` makes the bodies, which have the secret.
  explicit OtherProcess(const std::function<std::string(const std::string& request)>& answer)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, plain, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, plain, &size), 0);
    port_ = ntohs(address.sin_port);
    pid_ = in_process([&] {
      while (true) {
        test::ScriptedConnection connection(::accept(listener_, nullptr, nullptr));
        const std::string request = connection.read_request();
        connection.answer(answer(request), "Connection: close\r\n");
      }
    });
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(listener_);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  uint16_t port_ = 0;
  pid_t pid_ = 0;
};

class WipedMemory : public testing::Test {
 protected:
  WipedMemory() {
    std::string name = testing::TempDir() + "/penstock_wiped_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~WipedMemory() override { std::filesystem::remove_all(folder_); }

  // Writes a file, in another process.
  std::string file(const std::string& name, const std::function<std::string()>& text) const {
    const std::string path = (folder_ / name).string();
    const pid_t pid = in_process([&] { std::ofstream(path) << text(); });
    ::waitpid(pid, nullptr, 0);
    return path;
  }

  // Gets credentials, uses them, and looks for what is left of their secrets.
  void expect_nothing_left(const std::function<base::Result<Credentials>()>& ask) {
    use(ask);
    wipe_own_stack();
    Scanner scanner;
    use(ask, &scanner);
    EXPECT_EQ(scanner.count(), 0U) << scanner.where();
  }

  // The first call of a function in a shared library lets the loader save the vector registers on
  // the stack, with what memcpy() has left in them. So each test does its work once before.
  [[gnu::noinline]] static void wipe_own_stack() {
    std::array<char, 512 * 1024> below;
    base::wipe(below.data(), below.size());
  }

  void use(const std::function<base::Result<Credentials>()>& ask, Scanner* scanner = nullptr) {
    const auto got = ask();
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_TRUE(is_secret(got->session_token.reveal()) ||
                is_secret(got->secret_access_key.reveal()));
    if (scanner != nullptr) {
      EXPECT_GT(scanner->count(), 0U) << "the scanner does not find what is there";
    }
    const auto token = sign_msk_token(*got, {.region = "eu-west-1"}, kNow);
    EXPECT_TRUE(token) << token.error().message;
    SignedRequest request{.headers = {{"Host", "example.com"}}};
    sign(request, *got, {.region = "eu-west-1", .service = "sts", .time = kNow});
  }

  const base::SystemTime kNow = std::chrono::system_clock::now();
  std::filesystem::path folder_;
};

constexpr const char* kEnd = "2096-11-24T16:52:20Z";

// Escaped characters make JSON and XML readers copy a text.
std::string json(const char* token_name) {
  return std::string(R"({"Version":1,"AccessKeyId":"AKID","SecretAccessKey":")") + secret() +
         "\",\"" + token_name + R"(":"\u0041)" + secret().substr(1) + R"(","Expiration":")" + kEnd +
         "\"}";
}

std::string sts() {
  return "<R><S><Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>" + secret() +
         "</SecretAccessKey><SessionToken>&#" + std::to_string(secret().front()) + ";" +
         secret().substr(1) + "</SessionToken><Expiration>" + kEnd +
         "</Expiration></Credentials></S></R>";
}

TEST_F(WipedMemory, OfTheContainerEndpoint) {
  const OtherProcess endpoint([](const std::string&) { return json("Token"); });
  const std::string token = file("authorization", secret);
  expect_nothing_left([&] {
    return from_container(
        {.environment = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.url() + "/x"},
                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token}},
         .region = ""},
        {});
  });
}

TEST_F(WipedMemory, OfTheInstanceMetadata) {
  const OtherProcess endpoint([](const std::string& request) {
    if (request.starts_with("PUT ")) return secret();
    return request.find("credentials/ ") != std::string::npos ? "role" : json("Token");
  });
  expect_nothing_left([&] {
    return from_instance_metadata(
        {.environment = {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.url()}}, .region = ""}, {});
  });
}

TEST_F(WipedMemory, OfAWebIdentity) {
  const OtherProcess endpoint([](const std::string&) { return sts(); });
  const std::string token = file("token", secret);
  expect_nothing_left([&] {
    return from_web_identity({.environment = {{"AWS_WEB_IDENTITY_TOKEN_FILE", token},
                                              {"AWS_ROLE_ARN", "r"},
                                              {"AWS_ENDPOINT_URL", endpoint.url()}},
                              .region = "eu-west-1"},
                             {});
  });
}

TEST_F(WipedMemory, OfAProfileWithKeys) {
  const std::string credentials = file("credentials", [] {
    return "[default]\naws_access_key_id = AKID\naws_secret_access_key = " + secret() +
           "\naws_session_token = " + secret() +
           " # a comment\n[other]\naws_session_token = " + secret() + "\naws_session_token = x\n";
  });
  expect_nothing_left([&] {
    return from_profile(
        {.environment = {{"HOME", folder_.string()}, {"AWS_SHARED_CREDENTIALS_FILE", credentials}},
         .region = ""},
        {});
  });
}

TEST_F(WipedMemory, OfARoleInAProfile) {
  const OtherProcess endpoint([](const std::string&) { return sts(); });
  const std::string config = file("config", [] {
    return "[profile r]\nrole_arn = r\nsource_profile = r\naws_access_key_id = AKID\n"
           "aws_secret_access_key = " +
           secret() + "\naws_session_token = " + secret() + "\n";
  });
  expect_nothing_left([&] {
    return from_profile({.environment = {{"HOME", folder_.string()},
                                         {"AWS_CONFIG_FILE", config},
                                         {"AWS_PROFILE", "r"},
                                         {"AWS_ENDPOINT_URL", endpoint.url()}},
                         .region = "eu-west-1"},
                        {});
  });
}

TEST_F(WipedMemory, OfAProcess) {
  const std::string output = file("output", [] { return json("SessionToken"); });
  expect_nothing_left([&] { return from_process("cat " + output, {}); });
}

TEST_F(WipedMemory, OfTheEnvironment) {
  const std::string path = file("secret", secret);
  expect_nothing_left([&] {
    std::array<char, kSecretBytes> bytes{};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_EQ(::read(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(file);
    base::Environment environment{{"AWS_ACCESS_KEY_ID", "AKID"}};
    environment["AWS_SECRET_ACCESS_KEY"].assign(bytes.data(), bytes.size());
    environment["AWS_SESSION_TOKEN"].assign(bytes.data(), bytes.size());
    base::wipe(bytes.data(), bytes.size());
    base::Environment copy = environment;
    copy = environment;
    CredentialChain chain({.environment = std::move(environment), .region = ""});
    return chain.fetch();
  });
}

TEST_F(WipedMemory, AfterAFailure) {
  const OtherProcess endpoint([](const std::string&) {
    return R"({"Code":"x","Message":")" + secret() + "\",\"Token\":\"" + secret() + "\"}";
  });
  const std::string token = file("authorization", secret);
  const auto fail = [&] {
    const auto got = from_container(
        {.environment = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.url() + "/x"},
                         {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token}},
         .region = ""},
        {});
    EXPECT_FALSE(got);
  };
  fail();
  wipe_own_stack();
  fail();
  Scanner scanner;
  EXPECT_EQ(scanner.count(), 0U) << scanner.where();
}

}  // namespace
}  // namespace penstock::aws
