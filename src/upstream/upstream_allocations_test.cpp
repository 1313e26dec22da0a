#include <gtest/gtest.h>
#include <malloc.h>

#include "support/counted_new.h"
#include "support/scripted_server.h"
#include "support/test_start.h"
#include "upstream/upstream_client.h"

namespace penstock::upstream {
namespace {

using test::ScriptedServer;
using test::TestStart;

TEST(UpstreamAllocations, DoNotGrowOver10000Requests) {
  constexpr int kRequests = 10'000;
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    while (!connection.read_request().empty()) {
      connection.answer(std::string(1'000, 'a'), "Content-Type: text/plain\r\n");
    }
  });
  TestStart start;
  const auto client =
      Client::make(start.start, "payments", "http://127.0.0.1:" + std::to_string(server.port()))
          .value();
  const auto ask = [&](int times) {
    const size_t before = test::allocations();
    for (int i = 0; i < times; ++i) {
      const auto response = start.run(client->send({.target = "/payments/7"}, TestStart::within()));
      EXPECT_TRUE(response && response->body.size() == 1'000);
    }
    return test::allocations() - before;
  };
  ask(100);
  const size_t first = ask(1'000);
  const auto in_use = ::mallinfo2().uordblks;
  ask(kRequests - 2'000);
  EXPECT_EQ(ask(1'000), first);
  EXPECT_LE(::mallinfo2().uordblks, in_use + 16 * 1024);
  RecordProperty("allocations_a_request", std::to_string(first / 1'000));
  EXPECT_LE(first / 1'000, 40U);
}

}  // namespace
}  // namespace penstock::upstream
