// Sends each case of cases/ to the API over a socket: whole, byte by byte, and in random pieces.
// README.md says how a case is written.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "conformance/case_reader.h"
#include "events/log_sink.h"
#include "http/api.h"
#include "http/server/server.h"

namespace penstock::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::string_view kContract = R"(
openapi: 3.0.3
info: {title: t, version: 1.0.0}
x-penstock-strict: false
paths:
  /hello:
    get:
      operationId: hello_get
      responses: {'200': {description: d, content: {text/plain: {schema: {type: string}}}}}
  /echo:
    post:
      operationId: echo_post
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {'200': {description: d, content: {text/plain: {schema: {type: string}}}}}
  /words/{word}:
    get:
      operationId: word_get
      parameters: [{name: word, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d, content: {text/plain: {schema: {type: string}}}}}
)";

const http::Handlers kHandlers{
    {"hello_get", [](const http::Request&) { return http::text("hello"); }},
    {"echo_post",
     [](const http::Request& request) { return http::text(std::string(request.body_text())); }},
    {"word_get", [](const http::Request& request) { return http::text(request.path("word")); }}};

constexpr std::string_view kNextRequest = "GET /words/next HTTP/1.1\r\nHost: h\r\n\r\n";

// Serves the API on the thread of the test.
class ServedApi {
 public:
  ServedApi() { EXPECT_TRUE(server_.listen("127.0.0.1", 0)); }

  [[nodiscard]] uint16_t port() const { return server_.port(); }
  // Lets the server do what it can do now, and waits for something to do for at most 1 ms.
  void poll() {
    io_.restart();
    if (io_.poll() == 0) io_.run_one_for(1ms);
  }
  void poll_now() {
    io_.restart();
    io_.poll();
  }

 private:
  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::info};
  events::LogSink sink_{log_};
  events::Publisher publisher_{sink_, {}, log_};
  http::Publishing publishing_{io_, publisher_};
  std::unique_ptr<http::Api> api_ =
      http::Api::make(contract::Contract::parse(kContract, "test.yaml").value(), kHandlers,
                      {.topic = "", .event_source = "/t"}, publishing_, log_)
          .value();
  http::Server server_{io_, *api_, {}, log_, "test"};
};

struct Answers {
  std::vector<unsigned> statuses;
  std::string body;  // The last one's.
};

// A client's socket that never waits: the server runs on the same thread.
class Client {
 public:
  explicit Client(ServedApi& api)
      : api_(api), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(api.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends the text, as far as the server takes it, in pieces of up to `piece_max` bytes. The server
  // reads each piece before the next is sent.
  void send(std::string_view text, size_t piece_max, std::mt19937& random) {
    while (!text.empty() && !ended_) {
      const size_t size = std::min(text.size(), 1 + random() % piece_max);
      const ssize_t sent = ::send(socket_, text.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return;
      if (sent > 0) text.remove_prefix(static_cast<size_t>(sent));
      api_.poll_now();
      receive();
    }
  }
  void end() { ::shutdown(socket_, SHUT_WR); }

  // Waits for so many answers, or for the end of the connection.
  void wait(size_t answers, bool head) {
    const auto deadline = steady_clock::now() + 30s;
    while (!ended_ && read(head).statuses.size() < answers && steady_clock::now() < deadline) {
      api_.poll();
      receive();
    }
  }
  // Waits until the server ends the connection, and returns whether it did.
  bool wait_for_end() {
    const auto deadline = steady_clock::now() + 30s;
    while (!ended_ && steady_clock::now() < deadline) {
      api_.poll();
      receive();
    }
    return ended_;
  }

  // Returns the answers that are there as a whole. Those to HEAD have no bodies.
  [[nodiscard]] Answers read(bool head) const {
    Answers answers;
    std::string_view rest = received_;
    while (true) {
      const size_t end = rest.find("\r\n\r\n");
      if (end == std::string_view::npos || !rest.starts_with("HTTP/1.1 ")) return answers;
      const std::string_view header = rest.substr(0, end + 2);
      size_t size = 0;
      constexpr std::string_view kLength = "\r\ncontent-length: ";
      if (const size_t at = header.find(kLength); at != std::string_view::npos && !head) {
        size = std::stoul(std::string(header.substr(at + kLength.size())));
      }
      rest.remove_prefix(end + 4);
      if (rest.size() < size) return answers;
      answers.statuses.push_back(
          static_cast<unsigned>(std::stoul(std::string(header.substr(9, 3)))));
      answers.body = rest.substr(0, size);
      rest.remove_prefix(size);
    }
  }

 private:
  void receive() {
    char buffer[65536];
    while (true) {
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count > 0) {
        received_.append(buffer, static_cast<size_t>(count));
        continue;
      }
      if (count == 0 || errno != EAGAIN) ended_ = true;
      return;
    }
  }

  ServedApi& api_;
  const int socket_;
  bool ended_ = false;
  std::string received_;
};

std::string text_of(const std::vector<unsigned>& statuses) {
  std::string text;
  for (const unsigned status : statuses) text += (text.empty() ? "" : ",") + std::to_string(status);
  return text.empty() ? "none" : text;
}

// Returns what is not as the case says, or an empty text.
std::string run(ServedApi& api, const Case& row, size_t piece_max, std::mt19937& random) {
  Client client(api);
  const bool head = row.request.starts_with("HEAD ");
  client.send(row.request, piece_max, random);
  // A request that is not complete is not answered, so the client has to end it.
  if (row.statuses.empty()) client.end();
  client.wait(row.statuses.size(), head);
  const Answers answers = client.read(head);
  if (answers.statuses != row.statuses) return "answered " + text_of(answers.statuses);
  if (row.has_body && answers.body != row.body) return "the answer's body is " + answers.body;
  if (!row.stays_open) {
    if (!client.wait_for_end()) return "the connection stays open";
    const Answers all = client.read(head);
    return all.statuses == row.statuses ? "" : "answered " + text_of(all.statuses);
  }
  // What follows is read as the next request if the end of the first one was found.
  client.send(kNextRequest, kNextRequest.size(), random);
  client.wait(row.statuses.size() + 1, head);
  const Answers next = client.read(head);
  std::vector<unsigned> expected = row.statuses;
  expected.push_back(200);
  if (next.statuses != expected) return "answered " + text_of(next.statuses) + " with the next";
  return head || next.body == "next" ? "" : "the next answer's body is " + next.body;
}

class HttpConformance : public testing::TestWithParam<std::string> {};

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(PENSTOCK_CONFORMANCE_CASES)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Case> cases_of(const std::string& name) {
  return read_cases(std::string(PENSTOCK_CONFORMANCE_CASES) + "/" + name + ".txt");
}

TEST_P(HttpConformance, EachCaseHasItsAnswerHoweverItsBytesCome) {
  ServedApi api;
  for (const Case& row : cases_of(GetParam())) {
    std::mt19937 random(1);  // The same pieces in each run.
    EXPECT_EQ(run(api, row, 1 << 20, random), "") << row.where << ", whole";
    // One byte takes as long as many.
    EXPECT_EQ(run(api, row, row.request.size() < 3000 ? 1 : 100, random), "")
        << row.where << ", byte by byte";
    for (const size_t piece_max : {7u, 40u, 200u}) {
      const size_t scale = row.request.size() < 3000 ? 1 : 50;
      EXPECT_EQ(run(api, row, piece_max * scale, random), "")
          << row.where << ", in pieces of up to " << piece_max * scale;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, HttpConformance, testing::ValuesIn(files()),
                         [](const auto& file) { return file.param; });

TEST(HttpConformanceCases, AreAtLeast400AndNoneIsThereTwice) {
  std::set<std::string> requests;
  size_t cases = 0;
  for (const std::string& name : files()) {
    for (const Case& row : cases_of(name)) {
      ++cases;
      EXPECT_TRUE(requests.insert(row.request).second) << row.where << " is there twice";
    }
  }
  EXPECT_GE(cases, 400u);
}

}  // namespace
}  // namespace penstock::conformance
