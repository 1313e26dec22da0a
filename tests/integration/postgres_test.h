#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "async/blocking_pool.h"
#include "base/configuration.h"
#include "log/log.h"
#include "postgres/pool.h"
#include "resources/registry.h"
#include "resources/start.h"
#include "support/postgres_server.h"

namespace penstock::postgres {

// Is what a pool is made with.
struct TestStart {
  boost::asio::io_context io{1};
  base::Environment environment = base::process_environment();
  int log_file = ::memfd_create("log", MFD_CLOEXEC);
  log::Log log{log_file, log::Level::debug};
  resources::Registry registry;
  // No call of this room blocks, so that none needs the pool.
  alignas(async::BlockingPool) std::byte no_pool[sizeof(async::BlockingPool)] = {};
  resources::Start start{io,          reinterpret_cast<async::BlockingPool&>(no_pool),
                         environment, log,
                         registry,    "postgres_test"};

  ~TestStart() { ::close(log_file); }

  [[nodiscard]] std::string logged() const {
    std::string text(static_cast<size_t>(::lseek(log_file, 0, SEEK_END)), ' ');
    const ssize_t count = ::pread(log_file, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<size_t>(count));
    return text;
  }
};

// Starts one PostgreSQL per suite, and makes pools. Each test has an io_context of its own.
class PostgresTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test::ServerFolder>();
    server_ = std::make_unique<test::PostgresServer>(
        folder_->path(), std::vector<std::string>{"max_connections=20", "deadlock_timeout=100"});
    if (const auto started = server_->start(); !started) {
      problem_ = base::describe(started.error());
      server_.reset();
    }
  }
  static void TearDownTestSuite() {
    server_.reset();
    folder_.reset();
  }
  void SetUp() override { ASSERT_NE(server_, nullptr) << problem_; }

  [[nodiscard]] static test::PostgresServer& server() { return *server_; }
  [[nodiscard]] std::unique_ptr<Pool> make_pool(Settings settings = {}, uint16_t port = 0,
                                                const std::string& parameters = "") {
    return std::move(
        Pool::make(start_.start, server_->url(port, parameters), std::move(settings)).value());
  }
  // Runs the coroutine to its end, and returns its value.
  template <class T>
  T run(async::Awaitable<T> work) {
    std::optional<T> value;
    std::exception_ptr thrown;
    boost::asio::co_spawn(start_.io.get_executor(), std::move(work),
                          [&](std::exception_ptr exception, T result) {
                            thrown = exception;
                            value.emplace(std::move(result));
                          });
    start_.io.restart();
    while (!value) start_.io.run_one();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
  }
  // Runs one statement with a long deadline.
  base::Result<Rows> query(Pool& pool, std::string sql, std::vector<Field> parameters = {});
  // Returns the first column of the first row.
  std::string value_of(Pool& pool, std::string sql);

  TestStart start_;

 private:
  inline static std::unique_ptr<test::ServerFolder> folder_;
  inline static std::unique_ptr<test::PostgresServer> server_;
  inline static std::string problem_;
};

inline async::SteadyTime in(std::chrono::steady_clock::duration time) {
  return std::chrono::steady_clock::now() + time;
}

inline base::Result<Rows> PostgresTest::query(Pool& pool, std::string sql,
                                              std::vector<Field> parameters) {
  Statement statement{std::move(sql), std::move(parameters)};
  return run(pool.query(std::move(statement), in(std::chrono::seconds(60))));
}

inline std::string PostgresTest::value_of(Pool& pool, std::string sql) {
  const auto rows = query(pool, std::move(sql));
  if (!rows) return base::describe(rows.error());
  if (rows->empty() || rows->rows[0].empty()) return "nothing";
  return rows->rows[0][0].value_or("NULL");
}

}  // namespace penstock::postgres
