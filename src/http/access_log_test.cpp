#include "http/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <random>

#include "base/utf8.h"
#include "http/guard/admitted.h"

namespace penstock::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string line_of(std::string_view target, const Reply& reply) {
  const int file = ::memfd_create("log", MFD_CLOEXEC);
  {
    log::Log log(file, log::Level::info);
    RequestMessage request;
    request.set_start_line(Verb::get, "GET", target);
    log_request(log, request, reply, std::chrono::microseconds(7), 40);
  }
  std::string text(1 << 16, '\0');
  const ssize_t count = ::pread(file, text.data(), text.size(), 0);
  ::close(file);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

Reply reply_of(unsigned status, std::string_view route = {}) {
  Reply reply{.route = route};
  reply.response.status = status;
  return reply;
}

TEST(AccessLog, ALineOf404HasThePathWithoutTheQuery) {
  EXPECT_THAT(line_of("/helo?password=SECRET", reply_of(404)), HasSubstr(R"("path":"/helo"})"));
  EXPECT_THAT(line_of("/helo?password=SECRET", reply_of(404)), Not(HasSubstr("SECRET")));
}

TEST(AccessLog, ThePathIsPrintableAndBounded) {
  EXPECT_THAT(line_of("/\x1b[2J\xff", reply_of(404)), HasSubstr(R"("path":"/\\x1b[2J\\xff"})"));
  const std::string line = line_of("/" + std::string(100'000, 'x'), reply_of(404));
  EXPECT_LT(line.size(), 400u);
  EXPECT_THAT(line, HasSubstr("xxx…\"}"));
}

TEST(AccessLog, NoOtherLineHasThePath) {
  EXPECT_THAT(line_of("/words/SECRET", reply_of(404, "/words/{id}")), Not(HasSubstr("SECRET")));
  for (const unsigned status : {200u, 307u, 400u, 405u, 413u, 500u, 503u}) {
    EXPECT_THAT(line_of("/SECRET", reply_of(status)), Not(HasSubstr("SECRET"))) << status;
  }
}

TEST(AccessLog, HasTheReason) {
  Reply reply = reply_of(413);
  reply.problem = "The request's body is too large.";
  EXPECT_THAT(line_of("/", reply), HasSubstr(R"("reason":"The request's body is too large."})"));
}

TEST(AccessLog, HasEachOfSeveralEvents) {
  Reply reply = reply_of(504);
  reply.event_id = "1";
  reply.several = std::make_unique<PublishedEvents>();
  reply.several->all.resize(2);
  reply.several->all[0].event.id = "1";
  reply.several->all[0].event.type = "t.placed";
  reply.several->all[0].event.topic = "orders";
  reply.several->all[0].report = {.outcome = events::DeliveryOutcome::stored,
                                  .stored_at = events::StoredAt{{2}, {40}}};
  reply.several->all[1].event.id = "2";
  reply.several->all[1].event.type = "t.paid";
  const std::string line = line_of("/", reply);
  EXPECT_THAT(line, HasSubstr(R"("events":[{"id":"1","type":"t.placed","outcome":"stored",)"
                              R"("topic":"orders","partition":2,"offset":40},)"
                              R"({"id":"2","type":"t.paid","outcome":"not_stored"}])"));
}

TEST(AccessLog, PlacesHaveKeywordsAndNoMessages) {
  EXPECT_EQ(places_of({{"query", "name", "pattern", "must match ^[a-z]*$"},
                       {"body", "/a/b", "type", "must be a string"},
                       {"body", "", "required", "is missing"}}),
            "query name: pattern, body /a/b: type, body: required");
  EXPECT_EQ(places_of({}), "");
}

// Whoever counts ERROR lines must not be woken up by a client.
TEST(AccessLog, OnlyTheServicesOwnFaultsAreErrors) {
  for (const unsigned status : {500u, 502u, 503u, 504u}) {
    EXPECT_THAT(line_of("/", reply_of(status)), HasSubstr(R"("level":"ERROR")")) << status;
  }
  for (const unsigned status : {200u, 400u, 499u, 501u, 505u}) {
    EXPECT_THAT(line_of("/", reply_of(status)), HasSubstr(R"("level":"INFO")")) << status;
  }
}

// A client may invent the names of members and parameters.
TEST(AccessLog, PlacesArePrintableAndBoundedWhateverTheNamesAre) {
  std::mt19937 random(6);
  for (int round = 0; round < 2000; ++round) {
    contract::Violations violations;
    for (size_t i = random() % (contract::kViolationsMax + 1); i > 0; --i) {
      std::string where;
      for (size_t length = random() % 300; length > 0; --length) {
        where += static_cast<char>(random() % 256);
      }
      violations.push_back({"query", where, "additionalProperties", "SECRET"});
    }
    const std::string text = places_of(violations);
    EXPECT_LE(text.size(), kLoggedPlacesBytes);
    EXPECT_TRUE(base::is_utf8(text));
    EXPECT_THAT(text, Not(HasSubstr("SECRET")));
    for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
    EXPECT_EQ(violations.size() > 12 && !text.ends_with(" more"), false) << text;
  }
}

// A client can cause it as often as it sends requests, so it must not wake anybody.
TEST(AccessLog, WarnsOfA503ThatIsARefusal) {
  RequestMessage request;
  EXPECT_EQ(level_of(request, 503), log::Level::error);
  auto decided = std::make_unique<Admitted>();
  decided->refusal.emplace();
  request.attach(std::move(decided));
  EXPECT_EQ(level_of(request, 503), log::Level::warning);
  EXPECT_EQ(level_of(request, 401), log::Level::info);
}

}  // namespace
}  // namespace penstock::http
