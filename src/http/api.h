#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/finishing.h"
#include "http/guard/guard.h"
#include "http/handled_operations.h"
#include "http/handler.h"
#include "http/idempotent_requests.h"
#include "http/metrics.h"
#include "http/publishing.h"
#include "http/request_validator.h"
#include "http/server/service.h"
#include "http/story_log.h"
#include "http/waiting_handlers.h"
#include "log/log.h"
#include "resources/resources.h"

namespace penstock::http {

// Serves the contract's operations: validates a request, calls its handler, publishes the handler's
// event and sends the answer. It runs on the server's thread.
class Api final : public Service {
 public:
  struct Settings {
    // If it is not empty, all events go to this topic instead of those that the contract names.
    std::string topic = {};
    // This is the header `ce_source` of every event (CloudEvents 1.0, "source").
    std::string event_source = {};
    // Reading and validating a request may take so many (contract/schema/steps.h).
    uint64_t validation_steps_max = contract::Steps::kMax;
    // Bodies from so many bytes on are sent with gzip to clients that prefer it. 0 sends none so.
    int64_t gzip_bytes_min = 0;
    // This says whether "/openapi.json" has the contract, and "/docs" a page that shows it.
    bool contract_page = false;
    // The path of the health check, which is answered whatever the contract declares
    // (request_validator.h), or empty if there is none.
    std::string health_path = {};
    // This says whether the log has a line `story` for each request, too (story_log.h).
    bool stories = false;
    // Has what handlers use that take a second argument. The service keeps a copy.
    resources::Resources resources = {};
    // The bodies of the requests whose handlers wait may have so many bytes in sum.
    size_t waiting_bytes_max = 16 * 1024 * 1024;
    // Remembers the answers to requests with an Idempotency-Key. It must outlive the service. If it
    // is null, the service remembers them itself, so that other processes do not know them.
    idempotency::Store* idempotency_store = nullptr;
    // A request takes at most so long, beside what its handler may wait. Another one may take its
    // key after that.
    std::chrono::seconds idempotency_lease{30};
    // Makes what admits clients by the contract's security and its rate limits. Without it
    // somebody else does.
    MakeGuard guard = {};
  };

  // Makes the service. The error is `invalid` and lists the operations without a handler, the
  // handlers without an operation, and the typed handlers that were generated from another
  // contract or use other resources, one problem to a line; or it is that of Settings::guard.
  // `publishing` and `log` must outlive the service.
  [[nodiscard]] static base::Result<std::unique_ptr<Api>> make(contract::Contract contract,
                                                               const Handlers& handlers,
                                                               Settings settings,
                                                               Publishing& publishing,
                                                               log::Log& log);

  [[nodiscard]] Admission admit(const RequestMessage& request) override {
    return validator_.admit(request);
  }
  [[nodiscard]] async::Awaitable<Admission> decide(const RequestMessage& request) override;
  [[nodiscard]] Reply too_large(const RequestMessage& request) override {
    return validator_.too_large(request);
  }
  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;
  [[nodiscard]] Handling begin(const RequestMessage& request) override;
  void finish(const RequestMessage& request, ResponseMessage& response) override {
    finishing_.finish(request, response);
  }
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) override;

  // Says what comes after plan().
  enum class Next : uint8_t {
    reply,   // The reply is sent, when the event is stored.
    decide,  // There is no reply yet: the guard must decide(), and then plan() be called again.
    wait,    // There is no reply yet: the handler waits for others.
    key,     // There is no reply yet: the store of Idempotency-Keys must be asked.
    done,    // The reply is sent. If it had an event, that was published.
  };
  // Holds the result of the first half of handle(), which does no I/O.
  struct Plan {
    // If `acknowledged` is set, the reply may be sent only once the event is stored.
    Reply reply = {};
    std::optional<events::Event> event = {};  // The event to publish before the reply is sent.
    // Says whether the reply waits for the event's delivery report. With several events there is no
    // `event`: they are in the reply, which waits.
    bool acknowledged = true;
    Next next = Next::reply;
  };
  // Validates the request and calls its handler. Does not throw what a handler throws: that becomes
  // a reply with status 500. `story` gets what is measured, unless it is null.
  [[nodiscard]] Plan plan(const RequestMessage& request, Story* story = nullptr);

  // Is null if no handler waits.
  [[nodiscard]] WaitingHandlers* waiting() { return waiting_.get(); }
  [[nodiscard]] const WaitingHandlers* waiting() const { return waiting_.get(); }
  [[nodiscard]] const RequestMetrics& metrics() const { return metrics_; }
  [[nodiscard]] const contract::Contract& contract() const { return contract_; }
  // Is null if nothing is guarded.
  [[nodiscard]] const Guard* guard() const { return guard_.get(); }

 private:
  Api(contract::Contract contract, Settings settings, Publishing& publishing, log::Log& log);

  // Does what the plan says before its reply is sent.
  [[nodiscard]] async::Awaitable<Reply> carry_out(Plan plan, const RequestMessage& request,
                                                  Story* story);
  [[nodiscard]] Plan plan_of(const RequestMessage& request, const ValidRequest& valid);
  // Plans the reply for the handler's answer.
  [[nodiscard]] Plan plan_for(const RequestMessage& request, const ValidRequest& valid,
                              const Answer& answer);
  // These are in api_waiting.cpp.
  [[nodiscard, gnu::cold]] static Plan plan_for_failure(const ValidRequest& valid,
                                                        const Answer& answer);
  [[nodiscard, gnu::cold]] Plan plan_to_wait(const RequestMessage& request,
                                             const ValidRequest& valid);
  [[nodiscard, gnu::cold]] Plan plan_after(const RequestMessage& request,
                                           WaitingHandlers::Outcome&& outcome);
  // Does the same, and makes a plan of what that throws.
  [[nodiscard, gnu::cold]] Plan plan_after_wait(const RequestMessage& request,
                                                WaitingHandlers::Outcome&& outcome);
  [[nodiscard]] boost::system::result<events::Event, contract::Violations> event_of(
      const RequestMessage& request, const contract::Operation& operation,
      const contract::EventDeclaration& declared, const value& event);
  // Plans for an answer that says the types of its events, or publishes more than one. `response`
  // is what the client gets if all are stored. This is defined in api_publication.cpp, as are the
  // functions for several events below.
  [[nodiscard, gnu::cold]] Plan plan_of_several(const RequestMessage& request,
                                                const ValidRequest& valid, const Answer& answer,
                                                ResponseMessage&& response);
  // Publishes what the plan has.
  [[nodiscard]] async::Awaitable<events::DeliveryReport> publish(Plan& plan) {
    if (plan.reply.several) [[unlikely]]
      return publishing_.publish_several(*plan.reply.several);
    return publishing_.publish(*plan.event);
  }
  // These are in api_idempotency.cpp. The first one plans what comes before the handler of a
  // request with an Idempotency-Key, or returns nothing if the handler may run.
  [[nodiscard, gnu::cold]] std::optional<Plan> plan_for_key(const RequestMessage& request,
                                                            const ValidRequest& valid);
  [[nodiscard, gnu::cold]] std::string keyed_event_id();
  // Asks the store, runs the handler if it may run, publishes its event, and tells the store.
  [[gnu::cold]] async::Awaitable<> go_on_with_key(Plan& plan, const RequestMessage& request,
                                                  Story* story);
  void add_pages();
  [[nodiscard]] base::Result<> make_guard();
  // Replaces the plan when the guard has decided, and the handler has answered. A second plan in
  // the frame of handle() would make it too large for the memory that Asio keeps for coroutines
  // (1,020 bytes), so that each request would allocate. It is in api_waiting.cpp.
  [[gnu::cold]] async::Awaitable<> go_on(Plan& plan, const RequestMessage& request, Story* story);
  // Completes the reply by what has become of the event, or of all events.
  static void take_report(Plan& plan, events::DeliveryReport&& report, Story* story);
  // Completes the reply of a request whose publishing has failed by an exception: nobody knows how
  // far its events have come.
  [[gnu::cold]] static void publishing_threw(Plan& plan, std::string&& why);
  // Adds what plan() has found to the story.
  [[gnu::cold]] void tell(Story& story, const Plan& plan);

  contract::Contract contract_;
  Settings settings_;
  std::unique_ptr<Guard> guard_;  // Null if nothing is guarded.
  OwnPages pages_;
  Finishing finishing_{contract_, settings_.gzip_bytes_min};
  RequestValidator validator_{contract_, settings_.validation_steps_max, settings_.health_path};
  HandledOperations operations_;
  std::unique_ptr<WaitingHandlers> waiting_;
  std::unique_ptr<IdempotentRequests> idempotent_;  // Null if no operation takes a key.
  KeyedRequest begun_;             // From plan_for_key() to the beginning of go_on_with_key().
  KeyedRequest* keyed_ = nullptr;  // The request that is planned for now, if it has a key.
  Publishing& publishing_;
  log::Log& log_;
  events::EventIds ids_;
  RequestMetrics metrics_;
  std::optional<StoryLog> stories_;
};

}  // namespace penstock::http
