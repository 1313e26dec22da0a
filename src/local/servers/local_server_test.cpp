#include "local/servers/local_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kPatience{60};
// Listens and waits. Each Debian has Perl.
constexpr const char* kListens =
    "exec perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); "
    "setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); "
    "bind(S, sockaddr_in($ENV{PORT}, INADDR_LOOPBACK)) or die \"no port\\n\"; listen(S, 9); "
    "open(F, \">\", \"pid\"); print F $$; close(F); sleep 1000'";

class LocalServerTest : public testing::Test {
 protected:
  LocalServerTest() {
    std::string pattern = fs::temp_directory_path() / "local_server_test.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    output_ = processes::FileDescriptor(
        ::open((folder_ / "output").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    terminal_.emplace(output_.get());
    boost::asio::ip::tcp::acceptor acceptor(io_,
                                            {boost::asio::ip::address_v4::loopback(), uint16_t{0}});
    port_ = acceptor.local_endpoint().port();
  }
  ~LocalServerTest() override { fs::remove_all(folder_); }

  void make(const std::string& command) {
    server_.emplace(io_, *terminal_,
                    LocalServer::Settings{.name = "tables",
                                          .what = "the tables' server",
                                          .command = command,
                                          .folder = folder_,
                                          .port = port_,
                                          .environment = {{"GREETING", "hello"}},
                                          .restart_sentence = "The tables are empty now."});
  }
  // Runs a coroutine of the server to its end.
  template <class Work>
  auto run(Work work) {
    using Value = typename decltype(work())::value_type;
    std::optional<Value> value;
    const auto body = [&]() -> async::Awaitable<> { value.emplace(co_await work()); };
    boost::asio::co_spawn(io_.get_executor(), body, boost::asio::detached);
    EXPECT_TRUE(run_until([&] { return value.has_value(); }));
    return *value;
  }
  base::Result<> start() {
    return run([this] { return server_->start(stop_); });
  }
  void stop() {
    bool done = false;
    const auto body = [&]() -> async::Awaitable<> {
      co_await server_->stop();
      done = true;
    };
    boost::asio::co_spawn(io_.get_executor(), body, boost::asio::detached);
    EXPECT_TRUE(run_until([&] { return done; }));
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_until(deadline);
    }
    return condition();
  }
  [[nodiscard]] std::string text_of(const char* name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  boost::asio::io_context io_{1};
  fs::path folder_;
  processes::FileDescriptor output_;
  std::optional<Terminal> terminal_;
  uint16_t port_ = 0;
  async::Latch stop_{io_};
  std::optional<LocalServer> server_;
};

TEST_F(LocalServerTest, HasStartedWhenItListensAndEndsAtItsStop) {
  make(std::string("echo \"$GREETING in $PWD\"; ") + kListens);
  const auto started = start();
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_THAT(text_of("output"), HasSubstr("penstock | starting the tables' server"));
  stop();
  EXPECT_THAT(text_of("output"), HasSubstr("tables   | hello in " + folder_.string()));
  EXPECT_THAT(text_of("output"), Not(HasSubstr("empty now")));
}

TEST_F(LocalServerTest, SaysWhatItsDataAreAfterAnEndThatNobodyWanted) {
  make(kListens);
  ASSERT_TRUE(start());
  ASSERT_TRUE(run_until([this] { return !text_of("pid").empty(); }));
  ::kill(std::stoi(text_of("pid")), SIGKILL);
  EXPECT_TRUE(run_until([this] {
    return text_of("output").find("The tables are empty now.") != std::string::npos;
  })) << text_of("output");
  stop();
}

TEST_F(LocalServerTest, SaysWhyItHasNotStarted) {
  make("echo 'tables.json: there is no table' >&2; exit 3");
  const auto started = start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(started.error().message,
            "the tables' server ended with exit status 3 while it was starting: tables.json: "
            "there is no table");
  stop();
}

TEST_F(LocalServerTest, AStopEndsTheStart) {
  make("exec sleep 1000");
  stop_.set();
  EXPECT_TRUE(start());
  stop();
}

}  // namespace
}  // namespace penstock::local
