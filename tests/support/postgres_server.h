#pragma once

#include <signal.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/wiped_text.h"
#include "processes/child.h"

namespace penstock::test {

// ServerFolder is a new folder for a server. The destructor removes it with its content.
class ServerFolder {
 public:
  ServerFolder();
  ServerFolder(const ServerFolder&) = delete;
  ServerFolder& operator=(const ServerFolder&) = delete;
  ~ServerFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// PostgresServer is a real PostgreSQL of Debian's, in a folder of its own, for a test. It runs
// scripts/postgres_server, as `up` does. All calls block, and the destructor kills the server.
// Without the package postgresql start() fails: tests are never skipped.
class PostgresServer {
 public:
  // Its settings are such as "max_connections=10". The folder must exist; the data stays in it.
  explicit PostgresServer(std::filesystem::path folder, std::vector<std::string> settings = {});
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() { kill9(); }

  // Starts the server and waits until it answers. A later start() keeps the port and the data.
  [[nodiscard]] base::Result<> start();
  // Kills all of the server's processes, as if its machine had failed.
  void kill9();
  // Stops all of its processes where they are (SIGSTOP), and lets them go on.
  void freeze() const { signal_all(SIGSTOP); }
  void thaw() const { signal_all(SIGCONT); }

  [[nodiscard]] uint16_t port() const { return port_; }
  // Returns the URI of the database `penstock_test`, of which this user is the owner. Another port
  // is that of a relay.
  [[nodiscard]] base::WipedText url(uint16_t port = 0, const std::string& parameters = "") const;
  // Returns the folder with the server's own files, such as pg_hba.conf.
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "postgres"; }
  // Returns what the server has printed.
  [[nodiscard]] std::string output() const;
  // Makes the file belong to the user that the server runs as, and to nobody else.
  void give_file(const std::filesystem::path& file) const;

 private:
  void signal_all(int number) const;
  [[nodiscard]] std::string password() const;

  const std::filesystem::path folder_;
  std::vector<std::string> settings_;
  uint16_t port_ = 0;
  std::unique_ptr<processes::Child> child_;
};

}  // namespace penstock::test
