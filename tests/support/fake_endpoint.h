#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "support/scripted_server.h"

namespace penstock::test {

// FakeEndpoint is an HTTP server on a loopback port that plays AWS's sources of credentials. It
// takes one request per connection and answers it with a function, which a test may replace while
// the server runs. The function is called on the server's thread.
class FakeEndpoint {
 public:
  struct Reply {
    std::string body = {};
    std::string status = "200 OK";
    std::string headers = {};
    std::string raw = {};  // Sent instead of the members above, unless it is empty.
    bool hang = false;     // Sends nothing, and waits until the client closes.
  };
  using Answerer = std::function<Reply(const std::string& request)>;

  explicit FakeEndpoint(Answerer answerer)
      : answerer_(std::move(answerer)),
        server_([this](ScriptedServer& server) { serve(server); }) {}
  FakeEndpoint(const FakeEndpoint&) = delete;
  FakeEndpoint& operator=(const FakeEndpoint&) = delete;
  ~FakeEndpoint() {
    stopping_ = true;
    wake();
    server_.join();
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_.port());
  }
  void answer_with(Answerer answerer) {
    const std::lock_guard lock(mutex_);
    answerer_ = std::move(answerer);
  }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(ScriptedServer& server) {
    while (!stopping_) {
      auto connection = server.accept();
      const std::string request = connection.read_request();
      if (request.empty()) continue;
      Answerer answer;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        answer = answerer_;
      }
      const Reply reply = answer(request);
      if (reply.hang) {
        connection.wait_for_close();
      } else if (!reply.raw.empty()) {
        connection.send(reply.raw);
      } else {
        connection.answer(reply.body, reply.headers + "Connection: close\r\n", reply.status);
      }
    }
  }

  // Connects to the server, since accept() would otherwise block for seconds.
  void wake() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server_.port());
    (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    ::close(fd);
  }

  std::mutex mutex_;
  Answerer answerer_;
  std::vector<std::string> requests_;
  std::atomic<bool> stopping_ = false;
  ScriptedServer server_;  // The last member, because its thread uses the others.
};

// Returns the JSON that the container endpoint and the instance metadata service answer with.
// `expiration` is a time of RFC 3339.
[[nodiscard]] inline std::string json_credentials(const std::string& id, const std::string& secret,
                                                  const std::string& token,
                                                  const std::string& expiration) {
  return R"({"Code":"Success","AccessKeyId":")" + id + R"(","SecretAccessKey":")" + secret +
         R"(","Token":")" + token + R"(","Expiration":")" + expiration + "\"}";
}

}  // namespace penstock::test
