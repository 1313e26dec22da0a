#pragma once

#include <atomic>
#include <mutex>

#include "net/wire.h"

namespace penstock::net {

// This is a Wire over TCP, by the system's calls alone. It waits with poll(2), so that a request
// costs few calls, and a program that does not use Asio otherwise starts none of it. wire.h says
// what its calls do.
class TcpWire final : public Wire {
 public:
  TcpWire() = default;
  TcpWire(const TcpWire&) = delete;
  TcpWire& operator=(const TcpWire&) = delete;
  ~TcpWire() override;

  Error open(const Endpoints& endpoints, Deadline deadline) override;
  Error write(const Parts& parts, Deadline deadline) override;
  size_t read_some(boost::asio::mutable_buffer place, std::optional<Deadline> deadline,
                   Error& error) override;
  bool is_stale() override;
  void interrupt() override;

 private:
  Error connect(const boost::asio::ip::tcp::endpoint& endpoint, Deadline deadline);
  // Waits until the socket is ready for `events`, as poll() names them.
  [[nodiscard]] Error wait(short events, std::optional<Deadline> deadline) const;
  void close();

  int fd_ = -1;           // Changes only with the lock, because of interrupt().
  bool answered_ = true;  // Whether something was read since the last write.
  std::mutex mutex_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace penstock::net
