#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "auth/documents/document_keeper.h"

namespace penstock::auth {

// These are aids for the tests of DocumentKeeper. The test's thread is the server's.
class KeeperTestBase : public testing::Test {
 protected:
  ~KeeperTestBase() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  // Runs the server's thread until the condition holds, for 10 s at most, and says whether it does.
  bool comes_true(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  // Reads each text into force_, except those that begin with "bad".
  ReadDocument reader() {
    return [this](std::string_view text) -> base::Result<NewContent> {
      // A file that is being written is empty for a moment.
      if (text.empty() || text.starts_with("bad")) {
        return base::Error{.code = base::ErrorCode::invalid, .message = "it is bad"};
      }
      auto put_in_force = [this, text = std::string(text)] { force_.push_back(text); };
      return NewContent{.put_in_force = put_in_force,
                        .summary = std::to_string(text.size()) + " bytes"};
    };
  }
  // Starts ask_again(), whose result goes into the place.
  enum class Asked { waits, yes, no };
  void ask(KeptDocument& document, DocumentKeeper& keeper, Asked& result,
           std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto wait = [](DocumentKeeper& k, KeptDocument& d, Asked& r,
                   std::chrono::steady_clock::time_point end) -> async::Awaitable<> {
      r = co_await k.ask_again(d, end) ? Asked::yes : Asked::no;
    };
    boost::asio::co_spawn(io_, wait(keeper, document, result, deadline), boost::asio::detached);
  }
  // Returns what was logged since the last call.
  std::string logged() {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(ends_[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }
  [[nodiscard]] std::string in_force() const { return force_.empty() ? "" : force_.back(); }

  std::array<int, 2> ends_ = [] {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return ends;
  }();
  log::Log log_{ends_[1], log::Level::info};
  boost::asio::io_context io_{1};
  std::vector<std::string> force_;  // All texts that came into force.
};

}  // namespace penstock::auth
