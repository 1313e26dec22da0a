#include "auth/documents/kept_document.h"

#include <atomic>
#include <stdexcept>

#include "support/keeper_test.h"

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorCode;
using base::Result;
using testing::ElementsAre;
using testing::HasSubstr;

// Is a server whose answers a test gives one by one.
class FakeSource final : public DocumentSource {
 public:
  using Answer = std::function<Result<Found>()>;

  struct State {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::list<Answer> answers;
    std::atomic<int> looks = 0;
    void add(Answer answer) {
      const std::lock_guard lock(mutex);
      answers.push_back(std::move(answer));
      changed.notify_all();
    }
    void add_text(const std::string& text, Found found = {.next = 1h}) {
      found.text = base::WipedText(text);
      add([found] { return found; });
    }
    void add_failure(const std::string& why) {
      add([why] { return Error{.code = ErrorCode::unavailable, .message = why}; });
    }
  };

  explicit FakeSource(State& state) : state_(state) {}
  Result<Found> look(const std::stop_token& stop) override {
    ++state_.looks;
    std::unique_lock lock(state_.mutex);
    if (!state_.changed.wait(lock, stop, [this] { return !state_.answers.empty(); })) {
      return Error{.code = ErrorCode::unavailable, .message = "stopped"};
    }
    const Answer answer = state_.answers.front();
    state_.answers.pop_front();
    lock.unlock();
    return answer();
  }

 private:
  State& state_;
};

class KeptDocumentTest : public KeeperTestBase {
 protected:
  void start(KeeperTimes times = {.failure_pause_min = 1ms, .failure_pause_max = 4ms}) {
    document_ =
        std::make_unique<KeptDocument>(io_, log_, "the keys of login", "the test",
                                       std::make_unique<FakeSource>(server_), reader(), times);
    document_->start();
  }
  void ask(Asked& result, std::chrono::milliseconds patience = 10s) {
    KeeperTestBase::ask(*document_, keeper_, result, patience);
  }
  bool comes_into_force(const std::string& text) {
    return comes_true([&] { return in_force() == text; });
  }

  FakeSource::State server_;
  DocumentKeeper keeper_{io_, log_, {}};
  std::unique_ptr<KeptDocument> document_;
};

TEST_F(KeptDocumentTest, ComesIntoForceWhenTheServerAnswers) {
  start();
  EXPECT_FALSE(document_->is_there());
  server_.add_text("one");
  EXPECT_TRUE(comes_into_force("one"));
  EXPECT_TRUE(document_->is_there());
  EXPECT_THAT(logged(), HasSubstr(R"("document":"the keys of login","source":"the test",)"
                                  R"("content":"3 bytes")"));
}

TEST_F(KeptDocumentTest, IsLookedForAgainAfterTheTimeOfItsSource) {
  start();
  server_.add_text("one", {.next = 1ms});
  server_.add([] { return DocumentSource::Found{.next = 1ms}; });
  server_.add_text("one", {.next = 1ms});
  server_.add_text("two", {.next = 1ms});
  EXPECT_TRUE(comes_into_force("two"));
  EXPECT_THAT(force_, ElementsAre("one", "two"));
}

TEST_F(KeptDocumentTest, StaysInForceWhileTheServerIsDown) {
  start();
  server_.add_failure("a");
  server_.add_failure("a");
  server_.add_failure("b");
  EXPECT_TRUE(comes_true([&] { return document_->failures() == 3; }));
  EXPECT_EQ(document_->problem(), "b");
  std::string log = logged();
  EXPECT_THAT(log, HasSubstr(R"("reason":"a","in_force":false)"));
  EXPECT_EQ(log.find(R"("a")"), log.rfind(R"("a")")) << log;
  EXPECT_THAT(log, HasSubstr(R"("level":"ERROR")"));
  server_.add_text("one", {.next = 1ms});
  EXPECT_TRUE(comes_into_force("one"));
  EXPECT_EQ(document_->problem(), "");
  EXPECT_THAT(logged(), HasSubstr("a document can be read again"));
  server_.add_failure("b");
  server_.add_text("bad text", {.next = 1ms});
  server_.add([] { return DocumentSource::Found{.next = 1h}; });  // The bad text is still there.
  EXPECT_TRUE(comes_true([&] { return document_->failures() == 6; }));
  EXPECT_EQ(document_->problem(), "it is bad");
  EXPECT_THAT(force_, ElementsAre("one"));
  EXPECT_THAT(logged(), HasSubstr(R"("reason":"b","in_force":true,"age_s":0)"));
}

TEST_F(KeptDocumentTest, AFailureThatLastsIsLoggedAgain) {
  start({.failure_pause_min = 1ms, .failure_pause_max = 1ms, .reminder = 5ms});
  for (int i = 0; i < 20; ++i) server_.add_failure("a");
  EXPECT_TRUE(comes_true([&] { return document_->failures() == 20; }));
  const std::string log = logged();
  EXPECT_NE(log.find("cannot read"), log.rfind("cannot read"));
}

TEST_F(KeptDocumentTest, AReaderThatThrowsIsAFailure) {
  document_ = std::make_unique<KeptDocument>(
      io_, log_, "n", "w", std::make_unique<FakeSource>(server_),
      [](std::string_view) -> Result<NewContent> { throw std::runtime_error("a bug"); },
      KeeperTimes{});
  document_->start();
  server_.add_text("one");
  EXPECT_TRUE(comes_true([&] { return document_->problem() == "a bug"; }));
}

TEST_F(KeptDocumentTest, ThousandsOfCallsAreOneRequest) {
  start();
  server_.add_text("one");
  ASSERT_TRUE(comes_into_force("one"));
  std::vector<Asked> results(DocumentKeeper::kWaitersMax + 3000, Asked::waits);
  for (Asked& result : results) ask(result);
  EXPECT_TRUE(comes_true([&] { return results.back() == Asked::no; }));  // Too many wait.
  EXPECT_EQ(std::count(results.begin(), results.end(), Asked::waits),
            static_cast<long>(DocumentKeeper::kWaitersMax));
  EXPECT_FALSE(document_->may_ask());
  EXPECT_TRUE(document_->is_busy());
  server_.add_text("two");
  EXPECT_TRUE(
      comes_true([&] { return std::count(results.begin(), results.end(), Asked::waits) == 0; }));
  EXPECT_EQ(std::count(results.begin(), results.end(), Asked::yes),
            static_cast<long>(DocumentKeeper::kWaitersMax));
  EXPECT_EQ(in_force(), "two");
  EXPECT_EQ(server_.looks, 2);
  EXPECT_FALSE(document_->may_ask());
  EXPECT_FALSE(document_->is_busy()) << "it was asked a moment ago, which nobody waits for";
}

TEST_F(KeptDocumentTest, ACallBeforeTheFirstAnswerDoesNotCount) {
  start();
  Asked asked = Asked::waits;
  ask(asked);
  server_.add_text("one");
  server_.add_text("one");  // If the thread had begun before the call.
  EXPECT_TRUE(comes_true([&] { return asked == Asked::yes; }));
  EXPECT_TRUE(document_->may_ask());
}

// The answer to an earlier request may be too old.
TEST_F(KeptDocumentTest, ACallWaitsForARequestThatBeginsAfterIt) {
  start();
  ASSERT_TRUE(comes_true([&] { return server_.looks == 1; }));
  Asked asked = Asked::waits;
  ask(asked);
  io_.restart();
  io_.poll();  // The call has begun.
  server_.add_text("one");
  ASSERT_TRUE(comes_into_force("one"));
  ASSERT_TRUE(comes_true([&] { return server_.looks == 2; }));
  EXPECT_EQ(asked, Asked::waits);
  server_.add_text("two");
  EXPECT_TRUE(comes_true([&] { return asked == Asked::yes; }));
  EXPECT_EQ(in_force(), "two");
}

TEST_F(KeptDocumentTest, ACallEndsAtItsDeadlineAndAfterAFailure) {
  start({.ask_pause = 1ms, .failure_pause_min = 1h, .failure_pause_max = 1h});
  server_.add_text("one");
  ASSERT_TRUE(comes_into_force("one"));
  Asked asked = Asked::waits;
  ask(asked, 5ms);
  EXPECT_TRUE(comes_true([&] { return asked == Asked::no; }));
  Asked second = Asked::waits;
  ask(second);
  server_.add_failure("a");
  EXPECT_TRUE(comes_true([&] { return second == Asked::no; }));
  EXPECT_EQ(document_->problem(), "a");
  EXPECT_TRUE(comes_true([&] { return document_->may_ask(); }));  // The pause is over.
}

TEST_F(KeptDocumentTest, EndsWhileTheServerHangsAndCallsWait) {
  start();
  Asked asked = Asked::waits;
  ask(asked);
  io_.poll();  // Now it waits.
  ASSERT_TRUE(comes_true([&] { return server_.looks == 1; }));
  document_.reset();
  EXPECT_TRUE(comes_true([&] { return asked == Asked::no; }));
}

}  // namespace
}  // namespace penstock::auth
