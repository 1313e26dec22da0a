#include "handlers.h"

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "async/deadline.h"
#include "fixture/operations.h"
#include "metrics/metric_text.h"
#include "settings.h"

namespace fixture {

using namespace penstock::http;

Answer get_text(const Request&) {
  return json({{"text", *kText}});
}

Answer get_stamp(const Request& request) {
  const object stamp{{"timestamp", seconds(request.received_at())},
                     {"name", request.query("name")}};
  return json(stamp).publish(stamp);
}

Answer add_note(const Request& request) {
  const object& body = request.body().as_object();
  object note{{"id", "7"}, {"title", body.at("title")}, {"tags", array{}}};
  if (const auto* tags = body.if_contains("tags")) note["tags"] = *tags;
  return json(note, 201).header("Location", "/notes/7").publish(note);
}

Answer get_note(const Request& request) {
  const std::string& id = request.path("id");
  if (request.parameter(penstock::contract::In::path, "id").to_number<int64_t>() > *kNoteIdMax) {
    return json({{"type", "about:blank"}, {"title", "Not Found"}, {"status", 404}}, 404);
  }
  return json({{"id", id}, {"title", "Tea"}, {"tags", array{}}});
}

Answer get_silence(const Request&) {
  return empty();
}

Answer get_caller(const Request& request) {
  const penstock::auth::Principal& who = request.principal();
  return json({{"scheme", who.scheme},
               {"subject", who.subject},
               {"scopes", array(who.scopes.begin(), who.scopes.end())}});
}

GetTypedCaller::Answer get_typed_caller(const GetTypedCaller& request) {
  const penstock::auth::Principal& who = request.received.principal();
  return ok(Caller{.scheme = who.scheme, .subject = who.subject, .scopes = who.scopes});
}

namespace async = penstock::async;
namespace base = penstock::base;
using std::chrono::milliseconds;

// Fails as a part of a service's resources may, if a setting says so.
base::Result<std::unique_ptr<Resources>> make_resources(const penstock::resources::Start& start) {
  if (*kResourcesFail) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "the resources cannot be made, as RESOURCES_FAIL says"};
  }
  start.registry.add_metrics([](std::string& out) {
    penstock::metrics::write_metric(out, "fixture_resources", "gauge",
                                    "How many times the resources were made.", 1);
  });
  start.registry.add_check("fixture", [] { return std::string(); });
  return std::make_unique<Resources>(start.blocking);
}

// Waits for the time, or until the deadline.
Awaitable<> pause(milliseconds time, async::SteadyTime deadline) {
  async::Timer timer(co_await boost::asio::this_coro::executor);
  timer.expires_at(async::at_most(deadline, time));
  co_await timer.async_wait(async::use_awaitable);
}

Awaitable<GetSlow::Answer> get_slow(const GetSlow& request, Resources& resources) {
  const milliseconds time(request.ms);
  if (request.blocking) {
    const auto work = [time] { std::this_thread::sleep_for(time); };
    const auto ended = co_await resources.blocking.run(work, request.deadline());
    if (!ended) co_return failed(ended.error());
  } else {
    co_await pause(time, request.deadline());
  }
  co_return ok();
}

Awaitable<Answer> get_held(const Request& request) {
  const value& time = request.parameter(penstock::contract::In::query, "ms");
  co_await pause(milliseconds(time.to_number<int64_t>()), request.deadline());
  co_return empty();
}

Awaitable<Answer> get_late(const Request&) {
  co_await pause(std::chrono::hours(1), async::SteadyTime::max());
  co_return empty();
}

const Handlers kHandlers = handlers(Operations{.get_text = get_text,
                                               .get_stamp = get_stamp,
                                               .add_note = add_note,
                                               .get_note = get_note,
                                               .get_silence = get_silence,
                                               .get_caller = get_caller,
                                               .get_typed_caller = get_typed_caller,
                                               .get_slow = get_slow,
                                               .get_held = get_held,
                                               .get_late = get_late},
                                    make_resources);

}  // namespace fixture
