#include "support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/configuration.h"

namespace penstock::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

uint16_t free_port() {
  const processes::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Returns the processes whose parent this one is. A server's processes lead groups of their own.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = text_of(entry.path() / "stat");
    std::istringstream rest(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    std::string state;
    pid_t its_parent = 0;
    rest >> state >> its_parent;
    if (its_parent == parent) children.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return children;
}

// Says whether it runs. What has ended may wait for somebody to ask for its status.
bool is_alive(pid_t process) {
  const std::string stat = text_of("/proc/" + std::to_string(process) + "/stat");
  return !stat.empty() && stat.find(") Z") == std::string::npos;
}

}  // namespace

ServerFolder::ServerFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "penstock_test_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder like " + name);
  }
  path_ = name;
}

ServerFolder::~ServerFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

PostgresServer::PostgresServer(std::filesystem::path folder, std::vector<std::string> settings)
    : folder_(std::move(folder)), settings_(std::move(settings)), port_(free_port()) {
  settings_.insert(settings_.begin(), "fsync=off");  // The machine does not fail.
}

base::Result<> PostgresServer::start() {
  const std::filesystem::path output = folder_ / "output";
  const size_t printed = this->output().size();
  const int file = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  base::Environment environment{
      {"DATA", folder_.string()}, {"PORT", std::to_string(port_)}, {"DATABASE", "penstock_test"}};
  const base::Environment own = base::process_environment();
  if (const auto path = own.find("PATH"); path != own.end()) environment["PATH"] = path->second;
  auto child = processes::Child::spawn({.program = PENSTOCK_POSTGRES_SERVER,
                                        .arguments = settings_,
                                        .environment = std::move(environment)},
                                       file);
  ::close(file);
  if (!child) return child.error();
  child_ = std::make_unique<processes::Child>(std::move(*child));
  const auto patience = steady_clock::now() + seconds(120);
  while (this->output().find("is ready to accept connections", printed) == std::string::npos) {
    if (child_->ended() || steady_clock::now() > patience) {
      return base::Error{base::ErrorCode::internal, "PostgreSQL does not start", this->output()};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

void PostgresServer::signal_all(int number) const {
  if (!child_) return;
  const std::vector<pid_t> children = children_of(child_->pid());
  child_->signal(number);
  for (const pid_t child : children) ::kill(child, number);
}

void PostgresServer::kill9() {
  if (!child_) return;
  const std::vector<pid_t> children = children_of(child_->pid());
  signal_all(SIGKILL);
  child_.reset();
  // When they have ended, so have their connections.
  for (const pid_t child : children) {
    while (is_alive(child)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string PostgresServer::password() const {
  return text_of(folder_ / "postgres-password");
}

base::WipedText PostgresServer::url(uint16_t port, const std::string& parameters) const {
  const std::string text = "postgresql://penstock_test:" + password() +
                           "@127.0.0.1:" + std::to_string(port == 0 ? port_ : port) +
                           "/penstock_test" + (parameters.empty() ? "" : "?" + parameters);
  return base::WipedText(text);
}

std::string PostgresServer::output() const {
  return text_of(folder_ / "output");
}

void PostgresServer::give_file(const std::filesystem::path& file) const {
  ::chmod(file.c_str(), 0600);
  const passwd* const user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
  if (user != nullptr && ::chown(file.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("the file cannot be given to the user postgres");
  }
}

}  // namespace penstock::test
