#include "handlers.h"

#include "fixture/operations.h"
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

const Handlers kHandlers = handlers(Operations{.get_text = get_text,
                                               .get_stamp = get_stamp,
                                               .add_note = add_note,
                                               .get_note = get_note,
                                               .get_silence = get_silence,
                                               .get_caller = get_caller,
                                               .get_typed_caller = get_typed_caller});

}  // namespace fixture
