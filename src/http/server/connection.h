#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/lifetime.h"
#include "http/server/client_socket.h"
#include "http/server/message.h"
#include "http/server/request_parser.h"
#include "http/server/server.h"

namespace penstock::http {

// Holds the memory of one exchange: a request, and the head of its answer. A connection has one
// from the first byte of a request to the last one of the answer. An idle connection has none, so
// that ten thousand of them need hardly any memory.
struct Workspace {
  RequestMessage request;
  std::string head;   // Of the answer.
  std::string input;  // What was read and not yet parsed, behind `parsed` bytes that were.
  size_t parsed = 0;
  BodyStream* stream = nullptr;  // The one that gives the answer's body now, or null.

  [[nodiscard]] size_t input_size() const { return input.size() - parsed; }
  // Returns the bytes of memory that it has, whether they are used or not.
  [[nodiscard]] size_t memory() const;
  // Frees what is larger than most requests need. The contents are lost.
  void shrink();
  // Frees the request if it is larger than most.
  void free_large_request();
};

// Serves one client: reads a request, lets the service answer it, writes the answer, and starts
// again. Most requests come whole, and their replies are there at once and fit into the socket's
// buffer: wake() serves them without a coroutine. Otherwise a coroutine, run(), owns the connection
// until it is idle again. The server keeps it in one of its lists, and only cancels the socket, so
// that the coroutine ends by itself. It always waits until the socket is ready and then reads or
// writes at once, so that nothing is kept for an operation that waits.
class Connection : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
                   private ClientWatch,
                   private WatchedSocket::Owner {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Adds itself to the server's connections, from which the destructor removes it. A `reserved` one
  // is beyond Limits::connections_max: it ends after one request, which may not wait.
  Connection(Server& server, ClientSocket socket, bool reserved);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  // Serves the client until the connection ends, which destroys it. Returns an error if the client
  // cannot be served; then it is destroyed now.
  [[nodiscard]] static boost::system::error_code begin(std::unique_ptr<Connection> self);

  // Cuts the connection if its deadline has passed.
  void cut_if_overdue(SteadyTime now);
  // Takes no further request: an idle connection is closed now, and one with a request in flight
  // after its answer.
  void end_after_answer();
  // Ends every wait on the socket now, and with it the connection. The reason is counted. A client
  // that is replaced loses the connection at once, so that there is a descriptor for the next one.
  void cut(CutReason reason);
  // Takes the connection's memory from it, because the budget of bytes is used up. A client whose
  // request is being read gets 503; one that is reading its answer is cut.
  void evict();

  [[nodiscard]] bool is_cut() const { return cut_; }
  [[nodiscard]] bool is_reserved() const { return reserved_; }
  // Says whether bytes of a client have arrived that the connection has not seen.
  [[nodiscard]] bool has_unread_bytes() const;
  // Says whether evict() may be called: a service may be working for the other ones.
  [[nodiscard]] bool is_evictable() const;
  // Returns the bytes that count in the server's budget.
  [[nodiscard]] size_t charged_bytes() const { return charged_bytes_; }
  // Returns since when an idle connection waits for a request.
  [[nodiscard]] SteadyTime idle_since() const;
  // Returns when the first bytes of the current request were read.
  [[nodiscard]] SteadyTime started() const { return started_; }
  // The server calls this if it is destroyed before this connection, at the end of the program.
  // This may destroy the connection.
  void forget_server();

 private:
  friend class Server;

  // While it streams, it waits for the next piece of an answer's body.
  enum class Phase : uint8_t {
    idle,
    header,
    body,
    handling,
    streaming,
    writing,
    dropping,
    lingering
  };
  // Says what reading has led to: a whole request, one that needs more bytes, one that is refused
  // (`refusal_`), or the end of the connection.
  enum class Progress : uint8_t { whole, more, refused, ended };

  // Views what is still to be sent of an answer.
  struct Unsent {
    boost::asio::const_buffer head;
    boost::asio::const_buffer body;
    [[nodiscard]] size_t size() const { return head.size() + body.size(); }
  };

  struct Watched {
    std::function<void()> left;
    async::Lifetime lifetime;  // The wait's callback may be queued when the watch ends.
  };

  // Says how far a request has come that a coroutine is to serve.
  struct Begun {
    RequestParser parser;
    Progress progress = Progress::whole;
    std::optional<Handling> handling = {};  // What the service has said of a whole request.
    // Is set if the reply's head is made: so many bytes of the reply were sent.
    std::optional<size_t> sent = {};
    bool answered = false;  // Whether nothing of the request is left to do.
    SteadyTime idle_until;  // The deadline of the connection if this is no request.
  };

  // These are in connection_serving.cpp.
  void wake() override;
  [[nodiscard]] bool serve_at_once(std::unique_ptr<Connection>& self);
  [[nodiscard]] bool answer_at_once(std::unique_ptr<Connection>& self, RequestParser& parser);
  static void go_on(std::unique_ptr<Connection> self, Begun begun);
  static async::Awaitable<> run(std::unique_ptr<Connection> self, Begun begun);
  static async::Awaitable<> answer_later(std::unique_ptr<Connection> self,
                                         async::Awaitable<Reply> later);
  static void spawn(Server& server, async::Awaitable<> coroutine);
  async::Awaitable<bool> serve_next(bool goes_on, SteadyTime idle_until);
  async::Awaitable<bool> finish(Begun& begun);
  void end_waits();

  async::Awaitable<bool> serve_request(RequestParser& parser, Progress progress);
  async::Awaitable<bool> wait_for_bytes();
  async::Awaitable<bool> decide(RequestParser& parser);
  async::Awaitable<> answer(RequestParser& parser);
  async::Awaitable<> answer_by(Handling& handling);
  async::Awaitable<> drop_rest(RequestParser& parser);
  async::Awaitable<> refuse(Refusal refusal, bool retry = false);
  async::Awaitable<> refuse_unfinished(const RequestParser& parser, Refusal refusal);
  async::Awaitable<> send(Reply& reply);
  async::Awaitable<> send_rest(Unsent& unsent, size_t reply_bytes);
  // These are in connection_streaming.cpp.
  async::Awaitable<> send_stream(Reply& reply);
  async::Awaitable<size_t> send_pieces(BodyStream& stream);
  async::Awaitable<std::optional<std::string>> next_piece(BodyStream& stream);
  async::Awaitable<size_t> send_piece(std::string& piece);
  async::Awaitable<> send_bytes(std::string_view head, std::string_view body);
  void client_may_be_gone();
  void end_stream();

  // These are in connection_watching.cpp.
  void watch(std::function<void()> left) override;
  void end_watch() override;

  async::Awaitable<bool> write_continue();
  async::Awaitable<> linger();

  void begin_request();
  void rest(SteadyTime deadline);
  void enter(Phase phase, SteadyTime deadline);
  void enter_reading(const RequestParser& parser);
  [[nodiscard]] Progress read(RequestParser& parser);
  [[nodiscard]] Progress parse(RequestParser& parser, std::string_view bytes);
  void admit(RequestParser& parser);
  void take(Admission&& admission, RequestParser& parser);
  [[nodiscard]] bool wants_continue(const RequestParser& parser) const;
  [[nodiscard]] Reply failure_reply(std::string problem);
  void charge(size_t reply_bytes = 0);
  void charge_decided();
  [[nodiscard]] Unsent send_now(Reply& reply);
  // Does the same, and sends a 500 if the service fails to complete the response.
  [[nodiscard]] Unsent send_or_fail(Reply& reply);
  [[nodiscard]] bool is_quiet() const;
  // Memory beyond the size is not touched, so it takes no room in a large body.
  [[nodiscard]] static size_t memory_of(const Reply& reply) {
    return reply.response.body.size() + reply.response.headers.size();
  }
  void write_some(Unsent& unsent);
  static void take_off(Unsent& unsent, size_t written);
  void begin_head(const ResponseMessage& response);
  void begin_handling();
  void end_head(const ResponseMessage& response);
  [[nodiscard]] bool is_last_request() const;
  [[nodiscard]] bool is_rest_doubtful(const RequestParser& parser) const;
  // Returns when the reply was sent.
  SteadyTime report_completed(const Reply& reply);

  // Is null after forget_server(). Only the destructor runs then.
  Server* server_;
  const bool reserved_;
  WatchedSocket socket_;
  std::unique_ptr<Workspace> workspace_;  // Null while the connection is idle.
  std::unique_ptr<Watched> watched_;    // While a service wants to know whether the client leaves.
  std::unique_ptr<Reply> early_reply_;  // What admit() or decide() of the service has replied.
  Refusal refusal_;
  SteadyTime deadline_;
  SteadyTime started_;
  size_t charged_bytes_ = 0;
  int64_t requests_ = 0;
  unsigned empty_lines_ = 0;  // Since the last request.
  std::optional<CutReason> cut_reason_;
  Phase phase_ = Phase::idle;
  bool cut_ = false;
  bool running_ = false;  // Whether a coroutine or wake() serves it.
  bool ending_ = false;   // Whether its end is about to come.
  bool evicted_ = false;
  bool listed_ = false;  // Whether it is in the list of its phase.
  bool close_ = false;   // Whether the connection ends after the current answer.
};

}  // namespace penstock::http
