#include "local/faults/request_burst.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <string_view>
#include <tuple>

#include "base/number_text.h"

namespace penstock::local {
namespace {

namespace asio = boost::asio;

constexpr size_t kAnswerPartBytes = 4 * 1024;

// Returns the request as it is sent. The server closes the connection after its answer.
std::string text_of(const ExampleRequest& request) {
  std::string text = request.method + " " + request.target +
                     " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  if (!request.body.empty()) {
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

// Returns the status of an answer, or 0 if it has none.
int status_of(std::string_view answer) {
  constexpr std::string_view kBefore = "HTTP/1.1 ";
  if (!answer.starts_with(kBefore)) return 0;
  return base::whole_number<int>(answer.substr(kBefore.size(), 3)).value_or(0);
}

}  // namespace

struct RequestBurst::Sender {
  explicit Sender(asio::io_context& io) : socket(io.get_executor()), deadline(io.get_executor()) {}

  asio::basic_stream_socket<asio::ip::tcp, async::Executor> socket;
  async::Timer deadline;
};

void RequestBurst::start(uint16_t port, const std::vector<ExampleRequest>& requests, int count) {
  port_ = port;
  texts_.clear();
  for (const ExampleRequest& request : requests) texts_.push_back(text_of(request));
  left_ = texts_.empty() ? 0 : count;
  sent_ = 0;
  answers_.clear();
  all_senders_.clear();
  senders_ = std::min(left_, kConcurrencyMax);
  for (int i = 0; i < senders_; ++i) {
    auto sender = std::make_shared<Sender>(io_);
    all_senders_.push_back(sender);
    asio::co_spawn(io_.get_executor(), send_all(std::move(sender), lifetime_.watch()),
                   asio::detached);
  }
}

void RequestBurst::stop() {
  left_ = 0;
  boost::system::error_code ignored;
  for (const auto& weak : all_senders_) {
    if (const auto sender = weak.lock()) sender->socket.close(ignored);
  }
}

async::Awaitable<> RequestBurst::send_all(std::shared_ptr<Sender> sender,
                                          std::weak_ptr<const bool> lives) {
  auto& socket = sender->socket;
  while (left_ > 0) {
    --left_;
    const std::string text = texts_.at(static_cast<size_t>(sent_++) % texts_.size());
    sender->deadline.expires_after(kPatience);
    sender->deadline.async_wait([sender](const boost::system::error_code& cancelled) {
      boost::system::error_code ignored;
      if (!cancelled) sender->socket.close(ignored);
    });
    std::string answer(kAnswerPartBytes, '\0');
    size_t size = 0;
    auto [error] = co_await socket.async_connect({asio::ip::address_v4::loopback(), port_},
                                                 async::use_awaitable_tuple);
    if (!error) {
      std::tie(error, size) =
          co_await asio::async_write(socket, asio::buffer(text), async::use_awaitable_tuple);
    }
    // The status is in the first part of the answer.
    if (!error) {
      std::tie(error, size) =
          co_await socket.async_read_some(asio::buffer(answer), async::use_awaitable_tuple);
      answer.resize(error ? 0 : size);
    } else {
      answer.clear();
    }
    boost::system::error_code ignored;
    socket.close(ignored);
    sender->deadline.cancel();
    if (lives.expired()) co_return;
    ++answers_[status_of(answer)];
  }
  --senders_;
}

std::string RequestBurst::sentence() const {
  int all = 0;
  for (const auto& [status, number] : answers_) all += number;
  if (all == 0) return {};
  std::string text = std::to_string(all) + (all == 1 ? " request: " : " requests: ");
  bool first = true;
  for (const auto& [status, number] : answers_) {
    if (!first) text += ", ";
    text += std::to_string(number);
    if (status == 0) {
      text += " got no answer";
    } else {
      text += (first ? (number == 1 ? " was answered with " : " were answered with ") : " with ") +
              std::to_string(status);
    }
    first = false;
  }
  return text;
}

}  // namespace penstock::local
