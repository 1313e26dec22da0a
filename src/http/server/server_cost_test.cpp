// These tests count what a request costs, exactly. Times would say less, and not the same each run.
#include "support/http_server_test.h"

namespace penstock::http {
namespace {

constexpr int kRequests = 100;

// Has each reply at once, or by a coroutine that does not wait.
class Immediate final : public Service {
 public:
  async::Awaitable<Reply> handle(const RequestMessage& /*request*/) override { co_return reply(); }
  Handling begin(const RequestMessage& request) override {
    if (by_coroutine) return handle(request);
    return reply();
  }

  bool by_coroutine = false;

 private:
  static Reply reply() {
    Reply reply;
    reply.response.set_content_type("text/plain");
    reply.response.body = "hello\n";
    return reply;
  }
};

class ServerCostTest : public ServerTest {
 protected:
  void ask(RawClient& client, int requests) {
    for (int i = 0; i < requests; ++i) {
      ASSERT_TRUE(client.send(kGet));
      ASSERT_NE(client.read_until("hello\n"), "");
    }
  }
  size_t allocations_of_server() {
    size_t count = 0;
    on_server([&] { count = test::allocations(); });
    return count;
  }

  Immediate service_;
};

TEST_F(ServerCostTest, ARequestThatIsAnsweredAtOnceAllocatesNothing) {
  start({}, &service_);
  RawClient client(port_);
  ask(client, 3);  // The first ones get the memory that the others use again.
  const size_t before = allocations_of_server();
  ask(client, kRequests);
  EXPECT_EQ(allocations_of_server() - before, 0u);
}

// Asio keeps the memory of two coroutines. These are those of the connection and of what it calls.
TEST_F(ServerCostTest, ARequestThatNeedsACoroutineAllocatesAFixedNumberOfTimes) {
  service_.by_coroutine = true;
  start({}, &service_);
  RawClient client(port_);
  ask(client, 3);
  const size_t before = allocations_of_server();
  ask(client, kRequests);
  const size_t after = allocations_of_server();
  EXPECT_EQ((after - before) % kRequests, 0u);
  EXPECT_LE((after - before) / kRequests, 8u);
}

TEST_F(ServerCostTest, AnIdleConnectionHasNoCoroutine) {
  start({}, &service_);
  std::vector<std::unique_ptr<RawClient>> clients;
  const size_t before = allocations_of_server();
  for (int i = 0; i < kRequests; ++i) {
    clients.push_back(std::make_unique<RawClient>(port_));
    ask(*clients.back(), 1);
  }
  // Each is one object, and the spare workspaces have some memory.
  EXPECT_LE(allocations_of_server() - before, kRequests + 50u);
}

}  // namespace
}  // namespace penstock::http
