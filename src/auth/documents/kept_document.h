#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "auth/documents/document_keeper.h"
#include "auth/documents/document_source.h"
#include "auth/documents/waiters.h"

namespace penstock::auth {

// Keeps one document. Its thread looks for the text and has it read; what was read comes into force
// on the server's thread, which makes all calls from outside.
class KeptDocument {
 public:
  // Without a source it never changes after put_in_force().
  KeptDocument(boost::asio::io_context& io, log::Log& log, std::string name, std::string where,
               std::unique_ptr<DocumentSource> source, ReadDocument read, KeeperTimes times);

  // Reads a text, or what the source has, on the thread of the caller, and puts it in force.
  [[nodiscard]] base::Result<> put_in_force(std::string_view text);
  [[nodiscard]] base::Result<> read_now();
  void start();
  // Makes the thread end soon, without a wait for it.
  void stop() { thread_.request_stop(); }

  [[nodiscard]] async::Awaitable<bool> ask_again(base::SteadyTime deadline);
  [[nodiscard]] bool may_ask() const;
  [[nodiscard]] bool is_busy() const;
  [[nodiscard]] bool is_there() const { return there_; }
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] std::chrono::seconds age() const;
  [[nodiscard]] uint64_t failures() const;
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  using Milliseconds = std::chrono::milliseconds;
  struct Outcome {
    bool good = false;
    Milliseconds next{};
    std::function<void()> put_in_force = {};
  };

  void run(const std::stop_token& stop);
  Outcome attempt(const std::stop_token& stop);
  Outcome attempt_or_throw(const std::stop_token& stop);
  Outcome succeeded(std::string_view summary, Milliseconds next);
  Outcome failed(const base::Error& error);
  void deliver(Outcome outcome, bool asked);

  boost::asio::io_context& io_;
  log::Log& log_;
  const std::string name_;
  const std::string where_;
  const std::unique_ptr<DocumentSource> source_;
  const ReadDocument read_;
  const KeeperTimes times_;

  // These are the server's thread's.
  bool there_ = false;
  bool waiting_ = false;         // Whether ask_again() has asked, and no answer has come.
  base::SteadyTime asked_at_{};  // The last time that ask_again() has asked.
  Waiters waiters_;
  async::Lifetime lifetime_;

  // These are the thread's; before it starts, the server's thread uses them.
  base::WipedText text_;           // The last good one.
  std::string refused_;            // Why the last text that was found could not be read.
  Milliseconds failure_pause_{0};  // After the last failure; 0 after a success.
  base::SteadyTime logged_at_{};   // When the present failure was logged.
  std::string logged_;             // What was logged of it.
  std::minstd_rand random_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool asked_ = false;
  std::string problem_;
  base::SteadyTime read_at_ = std::chrono::steady_clock::now();
  uint64_t failures_ = 0;
  bool ever_read_ = false;

  std::jthread thread_;  // It is last, because it uses the other members.
};

}  // namespace penstock::auth
