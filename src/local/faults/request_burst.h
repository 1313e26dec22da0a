#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "local/faults/example_request.h"

namespace penstock::local {

// Sends many requests to a server on this machine (127.0.0.1), many at a time and each on its own
// connection, and counts the answers by status. All calls are for the io_context's thread, which
// must outlive this object.
class RequestBurst {
 public:
  // So many requests at most are on their way at the same time.
  static constexpr int kConcurrencyMax = 200;
  // A request without an answer after this time is given up. The API answers within its publish
  // deadline, which is 30 s at most.
  static constexpr std::chrono::seconds kPatience{40};

  explicit RequestBurst(boost::asio::io_context& io) : io_(io) {}
  RequestBurst(const RequestBurst&) = delete;
  RequestBurst& operator=(const RequestBurst&) = delete;

  // Begins to send `count` requests, of these in turns, of which there must be one. What the last
  // call has begun must be over.
  void start(uint16_t port, const std::vector<ExampleRequest>& requests, int count);
  // Gives up those that have no answer.
  void stop();
  // Says whether no request is on its way and none is left.
  [[nodiscard]] bool is_over() const { return senders_ == 0; }
  // Returns what came of it: "300 requests: 280 were answered with 503, 20 with 504". It is empty
  // before the first start.
  [[nodiscard]] std::string sentence() const;

 private:
  struct Sender;

  async::Awaitable<> send_all(std::shared_ptr<Sender> sender, std::weak_ptr<const bool> lives);

  boost::asio::io_context& io_;
  uint16_t port_ = 0;
  std::vector<std::string> texts_;  // The requests as they are sent.
  int left_ = 0;                    // How many are still to be sent.
  int sent_ = 0;
  int senders_ = 0;
  std::vector<std::weak_ptr<Sender>> all_senders_;
  std::map<int, int> answers_;  // By status; 0 stands for no answer.
  const async::Lifetime lifetime_;
};

}  // namespace penstock::local
