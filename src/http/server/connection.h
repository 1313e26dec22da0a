#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "http/server/message.h"
#include "http/server/request_parser.h"
#include "http/server/server.h"

namespace penstock::http {

// Serves one client: reads a request, lets the service answer it, writes the answer, and starts
// again. Its coroutine, run(), owns it. The server keeps it in a list, and its sweep only cancels
// the socket, so that the coroutine ends by itself.
class Connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, async::Executor>;
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Adds itself to the server's connections, from which the destructor removes it.
  Connection(Server& server, Socket socket);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Serves the client until the connection ends, and destroys it.
  static async::Awaitable<> run(std::unique_ptr<Connection> self);

  // Cuts the connection if its deadline has passed.
  void cut_if_overdue(SteadyTime now);
  // Takes no further request: an idle connection is closed now, and one with a request in flight
  // after its answer.
  void end_after_answer();
  // Ends every wait on the socket now, and with it the connection.
  void cut();
  // Says whether it waits for a request and is not cut.
  [[nodiscard]] bool is_idle() const { return phase_ == Phase::idle && !cut_; }
  // Returns when the current phase must be over.
  [[nodiscard]] SteadyTime deadline() const { return deadline_; }
  // The server calls this if it is destroyed before this connection, at the end of the program.
  void forget_server() { server_ = nullptr; }

 private:
  enum class Phase { idle, reading, handling, writing, lingering };
  enum class Read { request, end, refused };

  async::Awaitable<> serve();
  async::Awaitable<Read> read_request();
  async::Awaitable<bool> read_more();
  async::Awaitable<> answer_request();
  async::Awaitable<> answer_failure(std::string problem);
  async::Awaitable<> refuse(Refusal refusal);
  async::Awaitable<bool> write(const ResponseMessage& response);
  async::Awaitable<bool> write_continue();
  async::Awaitable<> linger();
  void format_head(const ResponseMessage& response);
  [[nodiscard]] bool is_last_request() const;
  void report_completed(const Reply& reply);
  void enter(Phase phase, SteadyTime deadline);

  // Is null after forget_server(). Only the destructor runs then.
  Server* server_;
  Socket socket_;
  boost::beast::flat_buffer input_;
  RequestMessage request_;
  std::string head_;
  Phase phase_ = Phase::idle;
  SteadyTime deadline_;
  SteadyTime started_;  // When the first bytes of the current request were read.
  bool cut_ = false;
  bool close_ = false;  // Whether the connection ends after the current answer.
  int64_t requests_ = 0;
};

}  // namespace penstock::http
