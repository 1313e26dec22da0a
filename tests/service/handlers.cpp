#include "handlers.h"

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

const Handlers kHandlers{{"get_text", get_text},
                         {"get_stamp", get_stamp},
                         {"add_note", add_note},
                         {"get_note", get_note},
                         {"get_silence", get_silence}};

}  // namespace fixture
